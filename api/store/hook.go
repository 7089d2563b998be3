package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/uptrace/bun"
)

// slow is what a query must take to be told in the log.
const slow = 500 * time.Millisecond

// hook sees every query. It logs what kind of query was slow, never its values: they are people's texts.
type hook struct {
	log *slog.Logger

	mu       sync.RWMutex
	watchers map[int]func(query string) // guarded by mu
	last     int                        // guarded by mu
}

// BeforeQuery does nothing, for bun.
func (*hook) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

// AfterQuery tells the watchers, for bun.
func (h *hook) AfterQuery(ctx context.Context, e *bun.QueryEvent) {
	if took := time.Since(e.StartTime); took > slow {
		table := ""
		if q, ok := e.IQuery.(interface{ GetTableName() string }); ok {
			table = q.GetTableName()
		}
		h.log.WarnContext(ctx, "slow query", slog.String("operation", e.Operation()), slog.String("table", table),
			slog.Duration("took", took))
	}
	h.mu.RLock()
	var told []func(string)
	for _, fn := range h.watchers {
		told = append(told, fn)
	}
	h.mu.RUnlock()
	for _, fn := range told { // not under mu: it calls out
		fn(e.Query)
	}
}

// Watch calls fn after each query with its text, BEGIN and COMMIT included, until stop is called. fn may be
// called from many goroutines at once.
func (db *DB) Watch(fn func(query string)) (stop func()) {
	h := db.c.hook
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[int]func(string){}
	}
	h.last++
	id := h.last
	h.watchers[id] = fn
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers, id)
	}
}
