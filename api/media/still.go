package media

import (
	"context"

	"github.com/pp-enter/pp-enter/api/social"
)

// stillQuality is WebP's for pictures of calls: there was no loss before, and there should be none to be
// seen.
const stillQuality = 95

// KeepStill is Keep for a picture of a call, composed of parts: its original looks the same as they do.
func (k *Keeper) KeepStill(ctx context.Context, c *Composer, parts ...Part) (Kept, error) {
	size, _ := layout(parts)
	if max(size.X, size.Y) > k.cfg.MaxSide || size.X*size.Y > k.cfg.MaxPixels {
		return Kept{}, social.ErrPictureTooLarge
	}
	release, err := k.acquire(ctx, int64(size.X)*int64(size.Y)*8+shapingCost)
	if err != nil {
		return Kept{}, err
	}
	defer release()
	made, err := aside(func() (prepared, error) {
		p, err := fromAny(ctx, c.Compose(parts...))
		if err != nil {
			return prepared{}, err
		}
		return k.shape(ctx, p, stillQuality)
	})
	if err != nil {
		return Kept{}, err
	}
	return k.write(ctx, made)
}
