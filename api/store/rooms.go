package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// RoomsConfig bounds the rooms in memory.
type RoomsConfig struct {
	Max  int           // rooms at a time; at least 1
	Idle time.Duration // a room that was empty and not looked at for so long is forgotten
	// Busy reports whether people are in a room; such a room is never forgotten. nil: rooms are never busy.
	Busy func(roomID int64) bool
}

// Rooms is a directory of rooms in memory. Safe for concurrent use.
type Rooms struct {
	cfg RoomsConfig

	mu     sync.Mutex
	bySlug map[string]*entry // guarded by mu
	byID   map[int64]*entry  // guarded by mu
	last   int64             // guarded by mu; the last id given
	swept  time.Time         // guarded by mu
}

type entry struct {
	room social.FaceChat
	seen time.Time // guarded by Rooms.mu
}

// NewRooms makes an empty directory.
func NewRooms(cfg RoomsConfig) (*Rooms, error) {
	if cfg.Max < 1 || cfg.Idle <= 0 {
		return nil, errors.New("make rooms: Max and Idle must be positive")
	}
	if cfg.Busy == nil {
		cfg.Busy = func(int64) bool { return false }
	}
	return &Rooms{cfg: cfg, bySlug: map[string]*entry{}, byID: map[int64]*entry{}, swept: time.Now()}, nil
}

// Create adds a live room. It fails with social.ErrTooManyRooms when there are Max that are not yet
// forgotten.
func (s *Rooms) Create(_ context.Context, n social.NewFaceChat) (social.FaceChat, error) {
	if err := n.Clean(); err != nil {
		return social.FaceChat{}, err
	}
	s.sweep(s.idle())
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) >= s.cfg.Max {
		return social.FaceChat{}, social.ErrTooManyRooms
	}
	s.last++
	e := &entry{seen: time.Now(), room: social.FaceChat{
		ID: s.last, Slug: social.NewSlug(), Title: n.Title, State: social.StateLive,
		AllowGuests: n.AllowGuests, Created: time.Now().UTC(),
	}}
	s.bySlug[e.room.Slug], s.byID[e.room.ID] = e, e
	return e.room, nil
}

// BySlug finds a room and keeps it from being forgotten; social.ErrRoomNotFound otherwise.
func (s *Rooms) BySlug(_ context.Context, slug string) (social.FaceChat, error) {
	s.mu.Lock()
	e := s.bySlug[slug]
	s.mu.Unlock()
	return s.look(e)
}

// ByID is BySlug by id.
func (s *Rooms) ByID(_ context.Context, id int64) (social.FaceChat, error) {
	s.mu.Lock()
	e := s.byID[id]
	s.mu.Unlock()
	return s.look(e)
}

// Len is how many rooms are kept.
func (s *Rooms) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byID)
}

func (s *Rooms) look(e *entry) (social.FaceChat, error) {
	if e == nil {
		return social.FaceChat{}, social.ErrRoomNotFound
	}
	busy := s.cfg.Busy(e.room.ID) // not under mu: it calls out
	s.mu.Lock()
	defer s.mu.Unlock()
	if !busy && time.Since(e.seen) > s.cfg.Idle {
		s.forget(e)
		return social.FaceChat{}, social.ErrRoomNotFound
	}
	e.seen = time.Now()
	return e.room, nil
}

// Run notes now and then which rooms are in use, so that a link works on for a while after a long call, and
// forgets the idle ones. It returns when ctx ends.
func (s *Rooms) Run(ctx context.Context) {
	tick := time.NewTicker(s.cfg.Idle / 8)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.sweep(s.all())
		case <-ctx.Done():
			return
		}
	}
}

// sweep forgets those of the rooms that are idle.
func (s *Rooms) sweep(entries []*entry) {
	for _, e := range entries {
		if s.cfg.Busy(e.room.ID) {
			s.mu.Lock()
			e.seen = time.Now()
			s.mu.Unlock()
			continue
		}
		s.mu.Lock()
		if time.Since(e.seen) > s.cfg.Idle {
			s.forget(e)
		}
		s.mu.Unlock()
	}
}

func (s *Rooms) all() []*entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.byID))
}

// idle looks for rooms to forget, now and then or when there is no more place.
func (s *Rooms) idle() []*entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) < s.cfg.Max && time.Since(s.swept) < s.cfg.Idle/8 {
		return nil
	}
	// A full directory is asked again and again: it looks through itself once a second at most.
	if time.Since(s.swept) < time.Second {
		return nil
	}
	s.swept = time.Now()
	var found []*entry
	for _, e := range s.byID {
		if time.Since(e.seen) > s.cfg.Idle {
			found = append(found, e)
		}
	}
	return found
}

// forget removes a room; mu is held.
func (s *Rooms) forget(e *entry) {
	delete(s.bySlug, e.room.Slug)
	delete(s.byID, e.room.ID)
}
