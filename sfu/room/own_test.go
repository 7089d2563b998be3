package room

import (
	"context"
	"errors"
	"image"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// album is the pictures of a person, by number.
type album struct {
	of       string
	pictures map[int64]image.Image
	loads    int
	hold     chan struct{} // nil: at once
}

func (a *album) find(ctx context.Context, who Person, id int64) (image.Image, error) {
	a.loads++
	if a.hold != nil {
		select {
		case <-a.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if img := a.pictures[id]; img != nil && who.Key == a.of {
		return img, nil
	}
	return nil, ErrNoPicture
}

func newAlbum(of string) *album {
	return &album{of: of, pictures: map[int64]image.Image{42: image.NewGray(image.Rect(0, 0, 4, 3))}}
}

func (a *album) config(c *Config) { c.OwnPicture = a.find }

func own(picture string) FilterWish { return FilterWish{Mode: "picture", Picture: picture} }

func TestOwnPicture(t *testing.T) {
	mine := newAlbum("a")
	inBubble(t, mine.config, func(t *testing.T, g *rig) {
		a, ca, pa := g.caller("a")
		b, cb, _ := g.caller("b")
		heard[FilterState](ca)
		require.NoError(t, a.SetFilter(t.Context(), own("own:42")))
		require.Same(t, mine.pictures[42], g.filters[0].look().choice.Own)
		require.Equal(t, "own:42", heard[FilterState](ca)[0].Picture)
		require.Equal(t, "own", heard[FilterState](cb)[0].Picture, "the other one learns no number")

		require.NoError(t, a.SetFilter(t.Context(), own("own:42")))
		require.Equal(t, 1, mine.loads, "what is shown is not loaded again")

		// A line that begins anew shows it again.
		anew := newFakeUp()
		defer anew.end()
		pa.h.Camera(anew)
		synctest.Wait()
		require.Len(t, g.filters, 3)
		require.Same(t, mine.pictures[42], g.filters[2].look().choice.Own)

		// Another one comes, and oneself comes back.
		b.Leave()
		_, cc := g.person("c")
		require.Equal(t, "own", heard[Welcome](cc)[0].Peer.Filter.Picture)
		_, again := g.person("a")
		require.Equal(t, "own:42", heard[Welcome](again)[0].You.Filter.Picture)

		for _, wish := range []FilterWish{
			own("own:43"), own("own:"), own("own:x"), own("own:-1"), own("own:042"), own("own: 42"),
		} {
			require.ErrorIs(t, g.seated("a").SetFilter(t.Context(), wish), ErrNoPicture, wish.Picture)
		}
		require.Equal(t, "own:42", g.seated("a").seat.choice.Picture, "a refusal changes nothing")

		require.NoError(t, g.seated("a").SetFilter(t.Context(), FilterWish{Mode: ModeBlur}))
		require.Nil(t, g.seated("a").seat.choice.Own, "it is not kept")
	})
}

func TestOwnPictureOfSomebodyElse(t *testing.T) {
	mine := newAlbum("a")
	inBubble(t, mine.config, func(t *testing.T, g *rig) {
		b, cb, _ := g.caller("b")
		require.ErrorIs(t, b.SetFilter(t.Context(), own("own:42")), &Error{Code: CodeUnknownPicture})
		require.Empty(t, heard[FilterState](cb))
	})
}

func TestRoomDoesNotWaitForAPicture(t *testing.T) {
	mine := newAlbum("a")
	inBubble(t, mine.config, func(t *testing.T, g *rig) {
		mine.hold = make(chan struct{}) // of the bubble
		a, ca, _ := g.caller("a")
		done := make(chan error, 1)
		go func() { done <- a.SetFilter(t.Context(), own("own:42")) }()
		synctest.Wait()
		require.NoError(t, a.Chat("1", "while it loads"))
		require.Len(t, heard[Chat](ca), 1)
		close(mine.hold)
		require.NoError(t, <-done)
		require.NotNil(t, g.filters[0].look().choice.Own)
	})
}

func TestPictureThatTakesTooLong(t *testing.T) {
	mine := newAlbum("a")
	inBubble(t, mine.config, func(t *testing.T, g *rig) {
		mine.hold = make(chan struct{}) // of the bubble
		a, _, _ := g.caller("a")
		begun := time.Now()
		require.ErrorIs(t, a.SetFilter(t.Context(), own("own:42")), context.DeadlineExceeded)
		require.Equal(t, ownWithin, time.Since(begun))
	})
}

func TestPicturesAreNotLoadedAgainAndAgain(t *testing.T) {
	mine := newAlbum("a")
	inBubble(t, mine.config, func(t *testing.T, g *rig) {
		a, _ := g.person("a")
		var last error
		for range 50 {
			last = a.SetFilter(t.Context(), own("own:7"))
		}
		require.ErrorIs(t, last, &Error{Code: CodeRateLimited})
		require.Equal(t, ownBurst, mine.loads)
		time.Sleep(ownEvery)
		require.NoError(t, a.SetFilter(t.Context(), own("own:42")))
	})
}

func TestPictureThatCannotBeLoaded(t *testing.T) {
	errDisk := errors.New("no disk")
	broken := func(c *Config) {
		c.OwnPicture = func(context.Context, Person, int64) (image.Image, error) { return nil, errDisk }
	}
	inBubble(t, broken, func(t *testing.T, g *rig) {
		a, _ := g.person("a")
		require.ErrorIs(t, a.SetFilter(t.Context(), own("own:42")), errDisk)
		a.room.do(func() { require.Equal(t, ModeOff, a.seat.choice.Mode) })
	})
}

// seated is the handle of who sits there now.
func (g *rig) seated(key string) (p *Participant) {
	r := g.find(info().ID)
	r.do(func() {
		for _, s := range r.seats {
			if s.person.Key == key {
				p = s.holder
			}
		}
	})
	return p
}
