package handler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Photos answers for pictures: their rows and their bytes.
type Photos struct {
	DB     *store.DB
	Links  *auth.Links
	Media  *media.Keeper
	Avatar []byte // the picture of who has none, SVG
	Log    *slog.Logger
}

// Check reports a part that is missing.
func (p *Photos) Check() error {
	if p.DB == nil || p.Links == nil || p.Media == nil || p.Avatar == nil || p.Log == nil {
		return errors.New("photos: a part is missing")
	}
	return nil
}

// Photo is a picture as clients see it.
type Photo struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Alt        string    `json:"alt" doc:"What is to be seen, for who does not see it"`
	Kind       string    `json:"kind" enum:"screenshot,upload,avatar,background"`
	Width      int       `json:"width" doc:"Pixels of the largest size"`
	Height     int       `json:"height"`
	Blurhash   string    `json:"blurhash" doc:"What to show until the picture is there"`
	URL        string    `json:"url" doc:"The largest size; good for half an hour at least"`
	Thumbs     Thumbs    `json:"thumbs"`
	FaceChatID int64     `json:"facechat_id" doc:"The room where a screenshot was taken; 0: none"`
	Created    time.Time `json:"created"`
}

// Thumbs are the addresses of a picture's smaller sizes.
type Thumbs struct {
	Small  string `json:"small" doc:"At most 320 pixels on a side"`
	Medium string `json:"medium" doc:"At most 640 pixels on a side"`
	Large  string `json:"large" doc:"At most 1280 pixels on a side"`
}

// photo is a picture as the caller of ctx sees it, who must be one who may: the addresses open it without a
// token, with the caller's eyes, for an hour at most.
func (p *Photos) photo(ctx context.Context, ph social.Photo) Photo {
	caller := CallerOf(ctx)
	if caller.UserID == 0 {
		return p.public(ph) // without an account one sees only what everybody sees
	}
	return newPhoto(ph, "?"+p.Links.Sign(ph.ID, caller.UserID, time.Now()))
}

// public is a picture that everybody may see: its addresses are always the same.
func (p *Photos) public(ph social.Photo) Photo { return newPhoto(ph, "") }

func newPhoto(ph social.Photo, query string) Photo {
	at := photoAddress(ph.ID)
	return Photo{
		ID: ph.ID, Name: ph.Name, Alt: ph.Alt, Kind: string(ph.Kind), Width: ph.Width, Height: ph.Height,
		Blurhash: ph.Blurhash, URL: at + "original/" + query,
		Thumbs: Thumbs{
			Small: at + "small/" + query, Medium: at + "medium/" + query, Large: at + "large/" + query,
		},
		FaceChatID: ph.FaceChatID, Created: ph.Created,
	}
}

// photoAddress is where a picture's data is found; the sizes are below.
func photoAddress(id int64) string { return "/api/posts/photos/" + strconv.FormatInt(id, 10) + "/" }

// save keeps an upload as one of somebody's own pictures.
func (p *Photos) save(
	ctx context.Context, owner int64, kind social.PhotoKind, name, alt string, picture []byte,
) (social.Photo, error) {
	n := social.NewPhoto{OwnerID: owner, Kind: kind, Name: name, Alt: alt}
	return p.keep(ctx, n, func() (media.Kept, error) { return p.Media.Keep(ctx, picture) })
}

// keep writes a picture's row once store has stored its bytes: in this order there is never a row without its
// picture. What is wrong with the texts shows before.
func (p *Photos) keep(
	ctx context.Context, n social.NewPhoto, store func() (media.Kept, error),
) (social.Photo, error) {
	if err := n.Clean(); err != nil {
		return social.Photo{}, err
	}
	kept, err := store()
	if err != nil {
		return social.Photo{}, err
	}
	n.Blob, n.ContentType, n.Size, n.Blurhash = kept.Blob, kept.ContentType, kept.Size, kept.Blurhash
	n.Width, n.Height = kept.Width, kept.Height
	ph, err := p.DB.Photos.Add(ctx, n)
	if err != nil {
		// The row may be there all the same, where only the answer got lost: the sweeper looks, later.
		return social.Photo{}, fmt.Errorf("add photo: %w", err)
	}
	return ph, nil
}

// SaveAvatar keeps a picture to be worn on the user's profile.
func (p *Photos) SaveAvatar(ctx context.Context, userID int64, picture []byte) (photoID int64, err error) {
	ph, err := p.save(ctx, userID, social.PhotoAvatar, "", "", picture)
	return ph.ID, err
}

// photoStatus is the status of a refusal of this resource; 0: the code is another's.
func photoStatus(code social.Code) int {
	switch code {
	case social.CodeLinkInvalid, social.CodeLinkExpired:
		return http.StatusForbidden
	case social.CodePhotoInUse:
		return http.StatusConflict
	case social.CodePictureUnsupported:
		return http.StatusUnsupportedMediaType
	case social.CodePictureMissing, social.CodePictureTooLarge, social.CodePictureSlow, social.CodePhotoKind,
		social.CodePhotoName, social.CodePhotoAlt:
		return http.StatusUnprocessableEntity
	default:
		return 0
	}
}
