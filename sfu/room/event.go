package room

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventJoined EventKind = "joined" // a socket took the seat; taking it again, or over, is none
	EventLeft   EventKind = "left"   // the seat is free again
	EventSaid   EventKind = "said"   // a line of chat
)

// Event is something that happened in a room and that somebody may want to keep.
type Event struct {
	Kind   EventKind
	RoomID int64
	Seat   string
	Person Person
	At     time.Time
	ID     string // of a line, given by who said it
	Text   string // of a line
}

// Events hears what happens in rooms, in its order, some events at a time. It is called from one goroutine of
// the registry's, never from a room's: it may take its time, but what does not fit into the queue meanwhile
// is lost. ctx ends when the registry cannot wait any longer.
type Events interface {
	Happened(ctx context.Context, events []Event)
}

const (
	eventQueue = 4096 // events that may wait
	eventBatch = 128  // events that are told at once
)

// feed brings events from the rooms to Events. Its one goroutine ends with close.
type feed struct {
	to    Events
	log   *slog.Logger
	queue chan Event
	lost  *atomic.Uint64

	once sync.Once
	stop chan struct{}
	done chan struct{}
	quit context.CancelFunc
}

// newFeed starts a feed; nil where nobody listens.
func newFeed(to Events, log *slog.Logger, lost *atomic.Uint64) *feed {
	if to == nil {
		return nil
	}
	ctx, quit := context.WithCancel(context.Background())
	f := &feed{
		to: to, log: log, queue: make(chan Event, eventQueue), lost: lost, stop: make(chan struct{}),
		done: make(chan struct{}), quit: quit,
	}
	go f.run(ctx)
	return f
}

// tell queues an event and never blocks. What does not fit is counted and lost.
func (f *feed) tell(e Event) {
	if f == nil {
		return
	}
	select {
	case f.queue <- e:
	default:
		f.lost.Add(1)
	}
}

func (f *feed) run(ctx context.Context) {
	defer close(f.done)
	batch, reported := make([]Event, 0, eventBatch), uint64(0)
	for {
		batch = batch[:0]
		select {
		case e := <-f.queue:
			batch = append(batch, e)
		case <-f.stop:
			select {
			case e := <-f.queue: // what was queued before the end
				batch = append(batch, e)
			default:
				return
			}
		}
		batch = f.more(batch)
		f.to.Happened(ctx, batch)
		if lost := f.lost.Load(); lost > reported {
			f.log.Warn("what happened in calls is not kept: too much at once", "events", lost-reported)
			reported = lost
		}
	}
}

// more adds what waits, up to a batch.
func (f *feed) more(batch []Event) []Event {
	for len(batch) < eventBatch {
		select {
		case e := <-f.queue:
			batch = append(batch, e)
		default:
			return batch
		}
	}
	return batch
}

// close waits until what is queued has been told, or ctx ends. Nobody tells anything any more.
func (f *feed) close(ctx context.Context) error {
	if f == nil {
		return nil
	}
	f.once.Do(func() { close(f.stop) })
	defer f.quit()
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("tell what happened in calls: %w", ctx.Err())
	}
}

// tell notes what the person of a seat did.
func (r *room) tell(kind EventKind, s *seat, e Event) {
	e.Kind, e.RoomID, e.Seat, e.Person = kind, r.info.ID, s.id, s.person
	if e.At.IsZero() {
		e.At = time.Now().UTC()
	}
	r.reg.feed.tell(e)
}
