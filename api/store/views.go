package store

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// viewsWait is how long looks are gathered before they are written.
	viewsWait = time.Second
	// viewsTime is how long writing them may take.
	viewsTime = 10 * time.Second
	// maxViewed is at how many things looks wait to be written; those at others are not counted meanwhile.
	maxViewed = 4096
)

// views counts looks at things of one kind (posts, rooms) in memory and writes them together, so that reading
// costs no write.
type views struct {
	write func(context.Context, map[int64]int64) error
	log   *slog.Logger

	mu      sync.Mutex
	waiting map[int64]int64 // guarded by mu; by id
	writing map[int64]int64 // guarded by mu; what is on its way
	dropped int64           // guarded by mu; looks that were not counted since this was last logged
	running bool            // guarded by mu; run runs
	closed  bool            // guarded by mu
	stop    chan struct{}
	done    sync.WaitGroup
}

func newViews(write func(context.Context, map[int64]int64) error, log *slog.Logger) *views {
	return &views{write: write, log: log, waiting: map[int64]int64{}, stop: make(chan struct{})}
}

// add counts one look.
func (v *views) add(id int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed || v.waiting[id] == 0 && len(v.waiting) >= maxViewed {
		v.dropped++
		return
	}
	v.waiting[id]++
	if !v.running {
		v.running = true
		v.done.Go(v.run)
	}
}

// count adds to posts that were read what is not written yet. For a moment around each writing it may be off
// by what is written then.
func (v *views) count(posts []social.Post) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.waiting)+len(v.writing) == 0 {
		return
	}
	for i := range posts {
		posts[i].ViewCount += v.waiting[posts[i].ID] + v.writing[posts[i].ID]
	}
}

// run writes again and again until there is nothing left to write.
func (v *views) run() {
	for v.pause() {
		v.flush()
	}
}

// pause waits until it is time to write; false: there is nothing.
func (v *views) pause() bool {
	v.mu.Lock()
	if len(v.waiting) == 0 {
		v.running = false
		v.mu.Unlock()
		return false
	}
	v.mu.Unlock()
	timer := time.NewTimer(viewsWait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-v.stop:
	}
	return true
}

// flush writes what waits. What cannot be written is lost: it is a number that nobody relies on.
func (v *views) flush() {
	v.mu.Lock()
	v.writing, v.waiting = v.waiting, map[int64]int64{}
	dropped := v.dropped
	v.dropped = 0
	v.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), viewsTime)
	defer cancel()
	if err := v.write(ctx, v.writing); err != nil { // nobody but flush changes writing
		v.log.Warn("views are not counted", slog.Int("things", len(v.writing)), slog.Any("error", err))
	}
	if dropped > 0 {
		v.log.Warn("views are not counted: too many things at once", slog.Int64("views", dropped))
	}
	v.mu.Lock()
	v.writing = nil
	v.mu.Unlock()
}

// close writes what waits and ends. Calling it again does nothing.
func (v *views) close() {
	v.mu.Lock()
	if !v.closed {
		v.closed = true
		close(v.stop)
	}
	v.mu.Unlock()
	v.done.Wait()
}

// addViews writes so many looks at each row of a table. set is what a look changes besides, where `?` is now.
func (c conn) addViews(table, set string) func(ctx context.Context, seen map[int64]int64) error {
	return func(ctx context.Context, seen map[int64]int64) error {
		// Both databases call the columns of VALUES column1 and column2.
		text := []byte("UPDATE " + table + " SET view_count = view_count + v.column2" + set + " FROM (VALUES ")
		for i, id := range slices.Sorted(maps.Keys(seen)) {
			if i > 0 {
				text = append(text, ", "...)
			}
			text = append(text, '(')
			text = strconv.AppendInt(text, id, 10)
			text = append(text, ", "...)
			text = strconv.AppendInt(text, seen[id], 10)
			text = append(text, ')')
		}
		text = append(text, ") AS v WHERE "+table+".id = v.column1"...)
		return c.inTx(ctx, func(ctx context.Context, c conn) error {
			if _, err := c.w.ExecContext(ctx, string(text), c.now()); err != nil {
				return fmt.Errorf("add views: %w", err)
			}
			return nil
		})
	}
}
