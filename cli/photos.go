package cli

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/configs"
)

// picturesDir is the folder of pictures in data.dir, where blob.url names no other place.
const picturesDir = "pictures"

// openBlobs opens the store of the pictures' bytes.
func openBlobs(ctx context.Context, cfg *configs.Config) (*media.Blobs, error) {
	blobs, err := media.OpenBlobs(ctx, cfg.Blob.URL, filepath.Join(cfg.Data.Dir, picturesDir))
	if err != nil {
		return nil, fmt.Errorf("open blob.url: %w", err)
	}
	return blobs, nil
}

// openPhotos opens the store of pictures and makes what answers for them.
func (h *house) openPhotos(ctx context.Context) (err error) {
	if h.blobs, err = openBlobs(ctx, &h.cfg); err != nil {
		return err
	}
	keeper, err := media.NewKeeper(media.DefaultConfig(), h.blobs)
	if err != nil {
		return fmt.Errorf("prepare pictures: %w", err)
	}
	fonts, ok := assets.Fonts()
	if !ok {
		h.log.Warn("no names in pictures of calls: the program was built without fonts; run `make build`")
	}
	if h.composer, err = media.NewComposer(fonts...); err != nil {
		return fmt.Errorf("prepare pictures of calls: %w", err)
	}
	h.photos = &handler.Photos{
		DB: h.db, Links: h.keys.Links, Media: keeper, Avatar: assets.Avatar(),
		Log: h.log.With(slog.String("part", "photos")),
	}
	return nil
}
