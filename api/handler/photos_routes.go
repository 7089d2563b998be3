package handler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
)

// PhotoBody is what can be said of a picture; what is missing stays.
type PhotoBody struct {
	Name *string `json:"name,omitempty" doc:"At most 100 characters, in one line"`
	Alt  *string `json:"alt,omitempty" doc:"What is to be seen, for who does not see it; at most 1,000 letters"`
}

// UploadRequest keeps a picture.
type UploadRequest struct{ Form Form[PhotoBody] }

// PhotosRequest lists pictures.
type PhotosRequest struct {
	PageRequest

	Kind string `query:"kind" enum:"screenshot,upload,avatar,background" doc:"Only those of this kind"`
}

// EditPhotoRequest changes what is said of a picture.
type EditPhotoRequest struct {
	IDRequest

	Body PhotoBody
}

// PhotoResponse shows a picture.
type PhotoResponse struct{ Body Photo }

// CreatedPhotoResponse shows a picture that was kept.
type CreatedPhotoResponse struct {
	Location string `header:"Location"`
	Body     Photo
}

// List lists the caller's own pictures.
func (p *Photos) List(ctx context.Context, in *PhotosRequest) (*List[Photo], error) {
	return p.mine(ctx, social.PhotoKind(in.Kind), in.PageRequest)
}

// Backgrounds lists the caller's own pictures that stand behind them in calls.
func (p *Photos) Backgrounds(ctx context.Context, in *PageRequest) (*List[Photo], error) {
	return p.mine(ctx, social.PhotoBackground, *in)
}

func (p *Photos) mine(ctx context.Context, kind social.PhotoKind, page PageRequest) (*List[Photo], error) {
	rows, next, err := p.DB.Photos.Mine(ctx, CallerOf(ctx).UserID, kind, page.page())
	if err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	return newList(ctx, rows, next, func(ph social.Photo) Photo { return p.photo(ctx, ph) }), nil
}

// Upload keeps a picture as the caller's own.
func (p *Photos) Upload(ctx context.Context, in *UploadRequest) (*CreatedPhotoResponse, error) {
	return p.upload(ctx, social.PhotoUpload, in)
}

// AddBackground keeps a picture that can stand behind the caller in calls.
func (p *Photos) AddBackground(ctx context.Context, in *UploadRequest) (*CreatedPhotoResponse, error) {
	return p.upload(ctx, social.PhotoBackground, in)
}

func (p *Photos) upload(
	ctx context.Context, kind social.PhotoKind, in *UploadRequest,
) (*CreatedPhotoResponse, error) {
	if !in.Form.Sent {
		return nil, social.ErrPictureMissing
	}
	var name, alt string
	if in.Form.Value.Name != nil {
		name = *in.Form.Value.Name
	}
	if in.Form.Value.Alt != nil {
		alt = *in.Form.Value.Alt
	}
	ph, err := p.save(ctx, CallerOf(ctx).UserID, kind, name, alt, in.Form.Picture)
	if err != nil {
		return nil, fmt.Errorf("save picture: %w", err)
	}
	return &CreatedPhotoResponse{
		Location: photoAddress(ph.ID), Body: p.photo(ctx, ph),
	}, nil
}

// Photo shows a picture that the caller may see.
func (p *Photos) Photo(ctx context.Context, in *IDRequest) (*PhotoResponse, error) {
	view, err := p.DB.Photos.View(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find photo: %w", err)
	}
	if view.Public {
		return &PhotoResponse{Body: p.public(view.Photo)}, nil
	}
	return &PhotoResponse{Body: p.photo(ctx, view.Photo)}, nil
}

// Edit changes what is said of a picture of the caller's.
func (p *Photos) Edit(ctx context.Context, in *EditPhotoRequest) (*PhotoResponse, error) {
	change := social.PhotoChange{Name: in.Body.Name, Alt: in.Body.Alt}
	if err := p.DB.Photos.Update(ctx, CallerOf(ctx).UserID, in.ID, change); err != nil {
		return nil, fmt.Errorf("change photo: %w", err)
	}
	return p.Photo(ctx, &in.IDRequest)
}

// Delete deletes a picture of the caller's. Nobody gets its bytes from then on, and they are removed soon.
func (p *Photos) Delete(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Photos.Delete(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("delete photo: %w", err)
	}
	return &Empty{}, nil
}

// PhotoBytesRequest asks for one size of a picture.
type PhotoBytesRequest struct {
	IDRequest

	Size      string `path:"size" enum:"original,large,medium,small,avatar"`
	Expires   int64  `query:"e" doc:"Until when the address is good, in seconds since 1970"`
	Viewer    int64  `query:"v" doc:"Whose eyes the address has"`
	Signature string `query:"s" doc:"Made by the server; without it, who asks must be one who may see it"`
	Match     string `header:"If-None-Match"`
}

// Bytes gives one size of a picture to who may see it: the caller, or whose eyes the signed address has. An
// address opens no more than its viewer may see at this moment.
func (p *Photos) Bytes(ctx context.Context, in *PhotoBytesRequest) (*huma.StreamResponse, error) {
	now, viewer, size := time.Now(), CallerOf(ctx).UserID, media.Size(in.Size)
	expires := time.Unix(in.Expires, 0)
	if in.Signature != "" {
		link := auth.Link{PhotoID: in.ID, Viewer: in.Viewer, Expires: expires}
		if err := p.Links.Check(link, in.Signature, now); err != nil {
			return nil, err
		}
		viewer = in.Viewer
	}
	view, err := p.DB.Photos.View(ctx, viewer, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find photo: %w", err)
	}
	head := http.Header{
		"Cache-Control": {caching(view.Public, in.Signature != "", expires.Sub(now))},
		"Content-Type":  {view.ContentType}, "Etag": {`"` + media.Tag(view.Blob, size) + `"`},
		"Content-Disposition": {fmt.Sprintf(`inline; filename="photo-%d-%s.webp"`, in.ID, size)},
	}
	if in.Match == head.Get("Etag") { // without asking the blob store
		return stream(head, time.Time{}, inMemory{bytes.NewReader(nil)}), nil
	}
	f, err := p.Media.Read(ctx, view.Blob, size)
	if err != nil {
		if errors.Is(err, social.ErrPhotoNotFound) {
			p.Log.Error("a photo's bytes are not there", slog.Int64("photo", in.ID), slog.String("size", in.Size))
		}
		return nil, fmt.Errorf("read photo: %w", err)
	}
	return stream(head, f.Modified, f), nil
}

// caching says who may keep the bytes for how long. What everybody sees may become private: then nobody shall
// show it for much longer.
func caching(public, signed bool, left time.Duration) string {
	const short = time.Minute
	switch {
	case public:
		return "public, max-age=" + strconv.Itoa(int(short.Seconds()))
	case signed:
		return "private, max-age=" + strconv.Itoa(int(math.Max(0, left.Seconds())))
	}
	return "private, no-cache"
}

// stream answers with a file, or a part of it, or with 304 where the client has it.
func stream(head http.Header, modified time.Time, f io.ReadSeekCloser) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer f.Close()
		c := humaecho.Unwrap(ctx)
		h := c.Response().Header()
		maps.Copy(h, head)
		// Even who opens the address in a window of its own gets a picture and nothing that runs.
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		http.ServeContent(c.Response(), c.Request(), "", modified, f)
	}}
}

// inMemory is a file that is no file.
type inMemory struct{ *bytes.Reader }

// Close does nothing.
func (inMemory) Close() error { return nil }

// AvatarRequest asks for the picture of who has none.
type AvatarRequest struct{}

// DefaultAvatar is the picture of who has none.
func (p *Photos) DefaultAvatar(context.Context, *AvatarRequest) (*huma.StreamResponse, error) {
	head := http.Header{
		"Cache-Control": {"public, max-age=86400"}, "Content-Type": {"image/svg+xml"},
		"Etag": {`"` + media.Hash(p.Avatar) + `"`},
	}
	return stream(head, time.Time{}, inMemory{bytes.NewReader(p.Avatar)}), nil
}
