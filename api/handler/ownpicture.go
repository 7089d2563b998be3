package handler

import (
	"context"
	"fmt"
	"image"

	"github.com/pp-enter/pp-enter/api/social"
)

// ownSide is how many pixels the longer side of a person's background has at most: it is shown behind them in
// a call, hardly larger than a camera's picture.
const ownSide = 960

// OwnPicture is one of somebody's own pictures, to stand behind them in a call. social.ErrPhotoNotFound: it
// is not theirs, or gone, or they have no account (userID 0).
func (p *Photos) OwnPicture(ctx context.Context, userID, id int64) (image.Image, error) {
	if userID == 0 || id == 0 {
		return nil, social.ErrPhotoNotFound
	}
	ph, err := p.DB.Photos.Owned(ctx, userID, id)
	if err != nil {
		return nil, fmt.Errorf("find own picture: %w", err)
	}
	img, err := p.Media.Load(ctx, ph.Blob, ownSide)
	if err != nil {
		return nil, fmt.Errorf("load own picture: %w", err)
	}
	return img, nil
}
