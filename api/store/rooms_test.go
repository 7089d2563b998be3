package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

func newRooms(t *testing.T, limit int, busy func(int64) bool) *Rooms {
	t.Helper()
	s, err := NewRooms(RoomsConfig{Max: limit, Idle: time.Hour, Busy: busy})
	require.NoError(t, err)
	return s
}

func TestRoomIsFoundBySlugAndByID(t *testing.T) {
	s := newRooms(t, 10, nil)
	a, err := s.Create(t.Context(), social.NewFaceChat{Title: " A ", AllowGuests: true})
	require.NoError(t, err)
	b, err := s.Create(t.Context(), social.NewFaceChat{})
	require.NoError(t, err)
	require.NotEqual(t, a.ID, b.ID)
	require.NotEqual(t, a.Slug, b.Slug)
	require.Equal(t, "A", a.Title)
	require.Equal(t, social.StateLive, a.State)

	got, err := s.BySlug(t.Context(), a.Slug)
	require.NoError(t, err)
	require.Equal(t, a, got)
	got, err = s.ByID(t.Context(), b.ID)
	require.NoError(t, err)
	require.Equal(t, b, got)

	_, err = s.BySlug(t.Context(), social.NewSlug())
	require.ErrorIs(t, err, social.ErrRoomNotFound)
	_, err = s.ByID(t.Context(), 99)
	require.ErrorIs(t, err, social.ErrRoomNotFound)
	_, err = s.Create(t.Context(), social.NewFaceChat{Title: "\x00"})
	require.ErrorIs(t, err, social.ErrTitleInvalid)
	require.Equal(t, 2, s.Len())
}

func TestIdleRoomsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := map[int64]bool{}
		s := newRooms(t, 10, func(id int64) bool { return busy[id] })
		empty, _ := s.Create(t.Context(), social.NewFaceChat{})
		taken, _ := s.Create(t.Context(), social.NewFaceChat{})
		busy[taken.ID] = true

		time.Sleep(59 * time.Minute)
		_, err := s.BySlug(t.Context(), empty.Slug)
		require.NoError(t, err, "looking at a room keeps it")
		time.Sleep(59 * time.Minute)
		_, err = s.BySlug(t.Context(), empty.Slug)
		require.NoError(t, err)
		time.Sleep(61 * time.Minute)
		_, err = s.BySlug(t.Context(), empty.Slug)
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		_, err = s.ByID(t.Context(), taken.ID)
		require.NoError(t, err, "a room with people in it is never forgotten")
		require.Equal(t, 1, s.Len())
	})
}

// TestRoomOfALongCallIsKept: a link must work for a while after a call, however long the call was.
func TestRoomOfALongCallIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy atomic.Bool
		s := newRooms(t, 10, func(int64) bool { return busy.Load() })
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.Run(ctx)
		}()
		r, err := s.Create(t.Context(), social.NewFaceChat{})
		require.NoError(t, err)
		busy.Store(true)
		time.Sleep(5 * time.Hour)
		busy.Store(false)
		time.Sleep(45 * time.Minute)
		_, err = s.BySlug(t.Context(), r.Slug)
		require.NoError(t, err)
		time.Sleep(75 * time.Minute)
		require.Zero(t, s.Len(), "and then it is forgotten, although nobody asks")
		cancel()
		<-ended
	})
}

func TestFullDirectory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := int64(0)
		s := newRooms(t, 2, func(id int64) bool { return id == busy })
		a, _ := s.Create(t.Context(), social.NewFaceChat{})
		_, _ = s.Create(t.Context(), social.NewFaceChat{})
		busy = a.ID
		_, err := s.Create(t.Context(), social.NewFaceChat{})
		require.ErrorIs(t, err, social.ErrTooManyRooms)
		time.Sleep(2 * time.Hour)
		_, err = s.Create(t.Context(), social.NewFaceChat{})
		require.NoError(t, err, "the idle one made place")
		_, err = s.Create(t.Context(), social.NewFaceChat{})
		require.ErrorIs(t, err, social.ErrTooManyRooms, "the busy one did not")
	})
}

func TestRoomsConcurrently(t *testing.T) {
	s := newRooms(t, 1000, nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				r, err := s.Create(t.Context(), social.NewFaceChat{})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.BySlug(t.Context(), r.Slug); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, 400, s.Len())
}

func TestRoomsConfigIsChecked(t *testing.T) {
	_, err := NewRooms(RoomsConfig{Max: 0, Idle: time.Hour})
	require.Error(t, err)
	_, err = NewRooms(RoomsConfig{Max: 1})
	require.Error(t, err)
}
