package pipeline

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// queue lets pictures of these ages wait for a turn one after the other, each for a moment once it has one,
// and returns the channel of those that had theirs.
func queue(turns *Turns, ages ...time.Duration) <-chan time.Duration {
	now := time.Now()
	had := make(chan time.Duration, len(ages))
	for _, age := range ages {
		own := turns.newTurn()
		go func() {
			own.begin(now.Add(-age))
			defer own.end()
			had <- age
			time.Sleep(time.Millisecond)
		}()
		synctest.Wait()
	}
	return had
}

func TestTurnsOldestFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		turns := NewTurns(1)
		first := turns.newTurn()
		first.begin(time.Now())
		const young, middle, old = 10 * time.Millisecond, 20 * time.Millisecond, 30 * time.Millisecond
		had := queue(turns, young, old, middle)
		require.Empty(t, had, "the only turn is taken")
		first.end()
		for _, want := range []time.Duration{old, middle, young} {
			require.Equal(t, want, <-had)
		}
		time.Sleep(2 * time.Millisecond) // the last one ends
	})
}

func TestTurnsHangingStageLosesItsTurn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		turns := NewTurns(1)
		hanging := turns.newTurn()
		hanging.begin(time.Now())
		time.Sleep(time.Millisecond)

		start := time.Now()
		<-queue(turns, 0)
		require.Equal(t, patience, time.Since(start), "whoever waits waits so long once")
		time.Sleep(2 * time.Millisecond)
		start = time.Now()
		<-queue(turns, 0)
		require.Zero(t, time.Since(start), "and the turn goes on among the others")
		time.Sleep(2 * time.Millisecond)

		hanging.end() // it has none to give
		held := turns.newTurn()
		held.begin(time.Now())
		require.Empty(t, queue(turns, 0), "there is one turn, not two")
		held.end()
		time.Sleep(2 * time.Millisecond)
	})
}

func TestTurnsLongQueueGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		turns := NewTurns(1)
		first := turns.newTurn()
		first.begin(time.Now())
		had := queue(turns, 0)
		time.Sleep(patience - time.Millisecond)
		other := turns.newTurn()
		late := make(chan struct{})
		go func() { // is older, and has the turn before the one that waits for long
			other.begin(time.Now().Add(-time.Hour))
			close(late)
			time.Sleep(10 * time.Millisecond)
			other.end()
		}()
		synctest.Wait()
		first.end()
		<-late
		start := time.Now()
		<-had
		require.Equal(t, time.Millisecond, time.Since(start), "nobody waits longer than patience")
		time.Sleep(20 * time.Millisecond)
		synctest.Wait()
		require.Equal(t, 1, turns.free)
		require.Empty(t, turns.holding)
	})
}

func TestTurnsNeverMoreThanCores(t *testing.T) {
	const cores, stages, pictures = 2, 12, 200
	turns := NewTurns(cores)
	var busy, tooMany atomic.Int64
	var all sync.WaitGroup
	for range stages {
		own := turns.newTurn()
		all.Go(func() {
			for range pictures {
				own.begin(time.Now())
				if busy.Add(1) > cores {
					tooMany.Add(1)
				}
				runtime.Gosched()
				busy.Add(-1)
				own.end()
			}
		})
	}
	all.Wait()
	require.Zero(t, tooMany.Load())
	require.Equal(t, cores, turns.free)
	require.Empty(t, turns.waiting)
}

// A filter that hangs for good takes its own line's pictures, and not the other line's.
func TestTurnsHangingFilterHarmsItsLineOnly(t *testing.T) {
	bubble(t, func(t *testing.T) {
		turns := NewTurns(1)
		bad := newRigWith(t, frame.VP8, frame.VP8, &invert{sleep: time.Minute}, true, turns)
		good := newRigWith(t, frame.VP8, frame.VP8, &invert{sleep: time.Millisecond}, true, turns)
		for range 60 {
			bad.pub.sendFrame()
			good.pub.sendFrame()
			time.Sleep(frameTime)
		}
		require.GreaterOrEqual(t, len(good.view.watch(t)), 50)
		require.Empty(t, bad.view.watch(t))
		bad.finish(t)
		good.finish(t)
	})
}
