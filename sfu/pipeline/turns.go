package pipeline

import (
	"slices"
	"sync"
	"time"
)

// patience bounds how long a picture waits for its turn, so that a stage that hangs harms its own line only.
const patience = 100 * time.Millisecond

// Turns is the right to keep a core busy, shared by the lines of a process: the stages that filter and
// encode take a turn for each picture, and the oldest picture that waits is next (earliest deadline first:
// Liu and Layland, "Scheduling Algorithms for Multiprogramming in a Hard-Real-Time Environment", 1973).
// Without it the operating system shares the cores between all of them, and every picture is as late as the
// last one. Decoding takes no turn: it is short, and what waits before it is not dropped. Safe for
// concurrent use; nil gives every turn at once.
type Turns struct {
	mu      sync.Mutex
	free    int     // guarded by mu
	holding []*turn // guarded by mu
	waiting []*turn // guarded by mu
}

// NewTurns returns the turns of n cores.
func NewTurns(n int) *Turns { return &Turns{free: max(n, 1)} }

// turn is one stage's place among the turns. Its stage alone calls begin and end.
type turn struct {
	of      *Turns
	arrived time.Time     // the picture at hand; guarded by of.mu
	began   time.Time     // of holding; guarded by of.mu
	given   chan struct{} // of one slot
	timer   *time.Timer
}

func (t *Turns) newTurn() turn {
	if t == nil {
		return turn{}
	}
	timer := time.NewTimer(patience)
	timer.Stop()
	return turn{of: t, given: make(chan struct{}, 1), timer: timer}
}

// begin waits until the picture that arrived then may be worked on, at most for patience.
func (t *turn) begin(arrived time.Time) {
	if t.of == nil || t.of.join(t, arrived) {
		return
	}
	t.timer.Reset(patience)
	defer t.timer.Stop()
	select {
	case <-t.given:
	case <-t.timer.C:
		t.of.press(t)
	}
}

// end lets the next picture begin.
func (t *turn) end() {
	if t.of != nil {
		t.of.pass(t)
	}
}

// join takes a free turn, or queues.
func (t *Turns) join(who *turn, arrived time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	who.arrived = arrived
	if t.free > 0 {
		t.free--
		t.hold(who)
		return true
	}
	t.waiting = append(t.waiting, who)
	return false
}

func (t *Turns) hold(who *turn) {
	who.began = time.Now()
	t.holding = append(t.holding, who)
}

// press ends the wait of who, whose patience is over. A turn that was held all the while passes to it; where
// there is none, the queue is long, and who goes on without.
func (t *Turns) press(who *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting, who)
	if i < 0 {
		<-who.given // a moment ago
		return
	}
	t.waiting = drop(t.waiting, i)
	since := time.Now().Add(-patience)
	if i := slices.IndexFunc(t.holding, func(h *turn) bool { return !h.began.After(since) }); i >= 0 {
		t.holding = drop(t.holding, i)
		t.hold(who)
	}
}

// pass gives the turn of who, if it still holds one, to the oldest picture that waits.
func (t *Turns) pass(who *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.holding, who)
	if i < 0 {
		return
	}
	t.holding = drop(t.holding, i)
	if len(t.waiting) == 0 {
		t.free++
		return
	}
	oldest := 0
	for i, w := range t.waiting {
		if w.arrived.Before(t.waiting[oldest].arrived) {
			oldest = i
		}
	}
	next := t.waiting[oldest]
	t.waiting = drop(t.waiting, oldest)
	t.hold(next)
	next.given <- struct{}{}
}

// drop removes s[i] without keeping the order.
func drop(s []*turn, i int) []*turn {
	last := len(s) - 1
	s[i], s[last] = s[last], nil
	return s[:last]
}
