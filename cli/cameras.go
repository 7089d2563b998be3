package cli

import (
	"context"
	"errors"
	"time"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// Capture takes a picture of a call, in the API's words.
func (h *callHall) Capture(
	ctx context.Context, roomID int64, key string, w social.CaptureWish,
) ([]handler.Still, error) {
	wish := room.Wish{Layout: room.Layout(w.Layout), Filtered: w.Filtered}
	stills, err := h.server.Capture(ctx, roomID, key, wish)
	if err != nil {
		return nil, captureRefusal(err)
	}
	out := make([]handler.Still, len(stills))
	for i, s := range stills {
		out[i] = handler.Still{Name: s.Name, Mood: s.Mood}
		if s.Frame != nil {
			out[i].Image, out[i].Timestamp = s.Frame.Image(), s.Frame.Timestamp
			s.Frame.Release()
		}
	}
	return out, nil
}

// captureRefusal translates the media server's refusals of a picture.
func captureRefusal(err error) error {
	refused, ok := errors.AsType[*room.Error](err)
	if !ok {
		return err
	}
	switch refused.Code {
	case room.CodeCaptureAlone:
		return social.ErrCaptureAlone
	case room.CodeCaptureBusy:
		return social.ErrCaptureBusy
	case room.CodeCaptureRefused:
		return social.ErrCaptureRefused
	case room.CodeCaptureUnanswered:
		return social.ErrCaptureUnanswered
	case room.CodeCaptureFailed:
		return social.ErrCaptureFailed
	case room.CodeRateLimited:
		return handler.TooMany(time.Second)
	default:
		return refusal(err)
	}
}
