package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/media"
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

// newPhotos is what answers for pictures.
func (h *house) newPhotos() *handler.Photos { return &handler.Photos{DB: h.db, Links: h.keys.Links} }
