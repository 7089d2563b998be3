package pipeline

import (
	"context"
	"sync"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Latest is a mailbox of one picture: the newest wins and what it replaces is released and counted. It is
// the one place of a line where a decoded picture may be dropped, so that delay cannot grow. Safe for
// concurrent use.
type Latest struct {
	mu       sync.Mutex
	slot     *frame.Frame // guarded by mu
	replaced uint64       // guarded by mu
	ready    chan struct{}
}

// NewLatest returns an empty mailbox.
func NewLatest() *Latest { return &Latest{ready: make(chan struct{}, 1)} }

// Put takes f over and never blocks.
func (m *Latest) Put(f *frame.Frame) {
	m.mu.Lock()
	old := m.slot
	m.slot = f
	if old != nil {
		m.replaced++
	}
	m.mu.Unlock()
	if old != nil {
		old.Release()
	}
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// Take waits for a picture and hands it to the caller.
func (m *Latest) Take(ctx context.Context) (*frame.Frame, error) {
	for {
		if f := m.pop(); f != nil {
			return f, nil
		}
		select {
		case <-m.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Clear releases the picture that nobody took.
func (m *Latest) Clear() {
	if f := m.pop(); f != nil {
		f.Release()
	}
}

// Replaced counts the pictures that a newer one pushed out, and says whether one is waiting.
func (m *Latest) Replaced() (n uint64, waiting bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.replaced, m.slot != nil
}

func (m *Latest) pop() *frame.Frame {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.slot
	m.slot = nil
	return f
}
