package room

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// Config is what all rooms share. NewPeer is required.
type Config struct {
	// NewPeer opens the media connection of a participant.
	NewPeer PeerFactory
	// NewFilter makes the filter of a camera; nil: this server has none.
	NewFilter FilterFactory
	// Filters is what people may choose from, until SetFilters. Without a mode only "off" is offered.
	Filters Filters
	// OwnPicture finds one of somebody's own pictures, decoded and no larger than a camera's; nil: nobody has
	// any. It may take its time: it is called from the person's own goroutine. ErrNoPicture: they have none of
	// that id.
	OwnPicture func(ctx context.Context, who Person, id int64) (image.Image, error)
	// Encoder, Budget, PaceOver and Turns are handed to each line.
	Encoder          codec.EncoderConfig
	Budget, PaceOver time.Duration
	Turns            *pipeline.Turns
	// Reserve is how long a seat waits for its socket, Grace for a person whose socket is lost.
	Reserve, Grace time.Duration
	// Events hears what happens in the rooms; nil: nobody does.
	Events Events
	Log    *slog.Logger
}

// Defaults of Config.
const (
	DefaultReserve = 30 * time.Second
	DefaultGrace   = 20 * time.Second
)

func (c Config) withDefaults() (Config, error) {
	if c.NewPeer == nil {
		return c, errors.New("create rooms: no way to open a media connection")
	}
	if c.Reserve <= 0 {
		c.Reserve = DefaultReserve
	}
	if c.Grace <= 0 {
		c.Grace = DefaultGrace
	}
	c.Filters = c.Filters.complete()
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Registry finds the rooms in which someone sits. Safe for concurrent use.
type Registry struct {
	cfg    Config
	counts counters
	feed   *feed                   // nil: nobody listens
	offers atomic.Pointer[Filters] // replaced by SetFilters, never written to

	mu     sync.Mutex
	rooms  map[int64]*room // guarded by mu
	closed bool            // guarded by mu
	past   Past            // guarded by mu

	running sync.WaitGroup // rooms, lines, and connections that are being closed
}

// NewRegistry returns a registry without rooms.
func NewRegistry(cfg Config) (*Registry, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	g := &Registry{cfg: cfg, rooms: map[int64]*room{}, past: newPast()}
	g.offers.Store(&cfg.Filters)
	g.feed = newFeed(cfg.Events, cfg.Log, &g.counts.recordsLost)
	return g, nil
}

// Reserve keeps a seat for p and returns its id, which is also the participant's id. Whoever has a seat
// already gets that one. ErrFull: two other people sit there.
func (g *Registry) Reserve(info Info, p Person) (seat string, err error) {
	for {
		r := g.open(info)
		if r == nil {
			return "", ErrClosed
		}
		if r.do(func() { seat, err = r.reserve(p, time.Now()) }) {
			return seat, err
		}
	}
}

// Invite is Reserve for someone whom people in the room asked for. It makes no room: ErrNotFound. fresh tells
// whether the seat was given by this call.
func (g *Registry) Invite(roomID int64, p Person) (seat string, fresh bool, err error) {
	err = ErrNotFound
	if r := g.find(roomID); r != nil {
		r.do(func() {
			before := len(r.seats)
			seat, err = r.reserve(p, time.Now())
			fresh = len(r.seats) > before
		})
	}
	return seat, fresh, err
}

// Present counts the seats that are taken or reserved.
func (g *Registry) Present(roomID int64) (n int) {
	if r := g.find(roomID); r != nil {
		r.do(func() { n = len(r.seats) })
	}
	return n
}

// Seated is somebody who has a seat.
type Seated struct{ Seat, Key string }

// Seated lists who has a seat in a room, taken or reserved.
func (g *Registry) Seated(roomID int64) (all []Seated) {
	if r := g.find(roomID); r != nil {
		r.do(func() {
			for _, s := range r.seats {
				all = append(all, Seated{Seat: s.id, Key: s.person.Key})
			}
		})
	}
	return all
}

// Holds reports whether a seat is somebody's, taken or reserved.
func (g *Registry) Holds(roomID int64, seat string) (held bool) {
	if r := g.find(roomID); r != nil {
		r.do(func() { held = r.seat(seat) != nil })
	}
	return held
}

// Take connects conn to a reserved seat. The first message on conn is the welcome. The caller tells the
// participant when the connection ends.
func (g *Registry) Take(roomID int64, seat string, conn Conn) (p *Participant, err error) {
	err = ErrSeatGone
	if r := g.find(roomID); r != nil {
		r.do(func() { p, err = r.take(seat, conn) })
	}
	return p, err
}

// Leave frees a seat, if it is there.
func (g *Registry) Leave(roomID int64, seat string) {
	r := g.find(roomID)
	if r == nil {
		return
	}
	r.do(func() {
		if s := r.seat(seat); s != nil {
			r.vacate(s, ReasonLeft, ByeLeft)
		}
	})
}

// CloseRoom sends everybody out.
func (g *Registry) CloseRoom(roomID int64) {
	if r := g.find(roomID); r != nil {
		r.do(func() { r.empty(ByeClosed) })
	}
}

// Close says goodbye to everybody and waits until every room, line and connection is gone and Events has
// heard of it, or ctx ends.
func (g *Registry) Close(ctx context.Context) error {
	g.mu.Lock()
	g.closed = true
	rooms := slices.Collect(maps.Values(g.rooms))
	g.mu.Unlock()
	for _, r := range rooms {
		r.do(func() { r.empty(ByeShutdown) })
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		g.running.Wait()
	}()
	var err error
	select {
	case <-gone:
	case <-ctx.Done():
		err = fmt.Errorf("close rooms: %w", ctx.Err())
	}
	return errors.Join(err, g.feed.close(ctx))
}

func (g *Registry) find(id int64) *room {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.rooms[id]
}

// open finds the room or makes it; nil after Close. Whoever makes a room reserves a seat in it: a room ends
// after a command that leaves it empty.
func (g *Registry) open(info Info) *room {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil
	}
	r := g.rooms[info.ID]
	if r == nil {
		r = newRoom(g, info)
		g.rooms[info.ID] = r
		g.running.Go(r.run)
	}
	return r
}

func (g *Registry) forget(r *room) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rooms[r.info.ID] == r {
		delete(g.rooms, r.info.ID)
	}
}

// spawn runs f as a goroutine that Close waits for. Only goroutines of the registry call it.
func (g *Registry) spawn(f func()) { g.running.Go(f) }

// retire keeps the totals of a line that is over.
func (g *Registry) retire(s pipeline.Stats) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.past.add(s)
}
