package cli

import (
	"context"
	"errors"
	"image"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// ownPictures lets people stand before their own photos in calls. Guests have none.
func ownPictures(photos *handler.Photos) func(context.Context, room.Person, int64) (image.Image, error) {
	return func(ctx context.Context, who room.Person, id int64) (image.Image, error) {
		img, err := photos.OwnPicture(ctx, handler.UserOfKey(who.Key), id)
		switch {
		case errors.Is(err, social.ErrPhotoNotFound):
			return nil, room.ErrNoPicture
		case errors.Is(err, social.ErrBusy):
			return nil, &room.Error{Code: room.CodeRateLimited, Text: "too many pictures at once", Err: err}
		}
		return img, err
	}
}
