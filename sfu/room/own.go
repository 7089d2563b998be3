package room

import (
	"context"
	"image"
	"strconv"
	"strings"
	"time"
)

// OwnPrefix stands before the number of a picture that is the person's own. The other person is told only
// that there is one.
const (
	OwnPrefix = "own:"

	ownHidden = "own"
)

// Own pictures are loaded in bursts of ownBurst, then one in ownEvery, and within ownWithin.
const (
	ownBurst  = 6
	ownEvery  = 2 * time.Second
	ownWithin = 5 * time.Second
)

func isOwn(picture string) bool { return strings.HasPrefix(picture, OwnPrefix) }

// ownID is the number of an own picture, in the one way to write it; 0: there is none.
func ownID(picture string) int64 {
	number, _ := strings.CutPrefix(picture, OwnPrefix)
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != number {
		return 0
	}
	return id
}

// pictureFor is what to is told of the chosen picture.
func (s *seat) pictureFor(to *seat) string {
	if to != s && isOwn(s.choice.Picture) {
		return ownHidden
	}
	return s.choice.Picture
}

// SetFilter chooses what the server does to the camera. One of the person's own pictures is loaded before,
// in the caller's goroutine: the room does not wait for it.
func (p *Participant) SetFilter(ctx context.Context, w FilterWish) error {
	var own image.Image
	if w.Mode == modePicture && isOwn(w.Picture) {
		var err error
		if own, err = p.ownPicture(ctx, w); err != nil {
			return err
		}
	}
	return p.do(func(r *room, s *seat) error { return r.setFilter(s, w, own) })
}

// ownPicture is the picture that the wish names: the one that is shown already, or a loaded one.
func (p *Participant) ownPicture(ctx context.Context, w FilterWish) (own image.Image, err error) {
	find, id := p.room.reg.cfg.OwnPicture, ownID(w.Picture)
	if find == nil || id == 0 {
		return nil, ErrNoPicture
	}
	var who Person
	err = p.do(func(r *room, s *seat) error {
		if err := r.allowed(s, w); err != nil {
			return err
		}
		who = s.person
		if s.choice.Picture == w.Picture {
			own = s.choice.Own
			return nil
		}
		if !s.loads.Allow() {
			return refuse(CodeRateLimited, "too many pictures")
		}
		return nil
	})
	if err != nil || own != nil {
		return own, err
	}
	ctx, cancel := context.WithTimeout(ctx, ownWithin)
	defer cancel()
	return find(ctx, who, id)
}
