package media

import (
	"context"
	"image"

	"github.com/pp-enter/pp-enter/api/social"
)

// stillQuality is WebP's for pictures of calls: there was no loss before, and there should be none to be
// seen.
const stillQuality = 95

// KeepImage is Keep for a picture that was made here, not sent: its original keeps its size and looks the
// same as img.
func (k *Keeper) KeepImage(ctx context.Context, img *image.RGBA) (Kept, error) {
	b := img.Bounds()
	if b.Empty() || b.Dx() > k.cfg.MaxSide || b.Dy() > k.cfg.MaxSide || b.Dx()*b.Dy() > k.cfg.MaxPixels {
		return Kept{}, social.ErrPictureTooLarge
	}
	release, err := k.acquire(ctx, int64(b.Dx())*int64(b.Dy())*8+shapingCost)
	if err != nil {
		return Kept{}, err
	}
	defer release()
	p, err := fromAny(ctx, img)
	if err != nil {
		return Kept{}, err
	}
	made, err := k.shape(ctx, p, stillQuality)
	if err != nil {
		return Kept{}, err
	}
	return k.write(ctx, made)
}
