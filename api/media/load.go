package media

import (
	"context"
	"fmt"
	"image"
	"io"

	"github.com/pp-enter/pp-enter/api/social"
)

// maxStored is the most bytes that one size of a stored picture has: more than any encoder makes of it.
const maxStored = 8 << 20

// Load decodes a stored picture, with its longer side at most side pixels (up to 1280), within the same
// limits as those that come in. It fails with social.ErrPhotoNotFound where its bytes are not there, and with
// ErrBusy where too many others wait.
func (k *Keeper) Load(ctx context.Context, folder string, side int) (image.Image, error) {
	data, err := k.readAll(ctx, folder, SizeLarge)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(data)
	if err != nil {
		return nil, fmt.Errorf("load picture: %w", err)
	}
	cost, err := k.allow(h)
	if err != nil {
		return nil, fmt.Errorf("load picture: %w", err)
	}
	release, err := k.acquire(ctx, cost)
	if err != nil {
		return nil, err
	}
	defer release()
	return aside(func() (image.Image, error) {
		p, err := k.decode(ctx, data, h)
		if err != nil {
			return nil, err
		}
		return p.within(side).rgba(), nil
	})
}

// readAll reads one size of a stored picture.
func (k *Keeper) readAll(ctx context.Context, folder string, size Size) ([]byte, error) {
	f, err := k.blobs.open(ctx, folder, size)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Size > maxStored {
		return nil, social.ErrPictureTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(f, maxStored))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	return data, nil
}
