package room

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// notes are events as they were told.
type notes struct {
	mu   sync.Mutex
	all  []Event       // guarded by mu
	hold chan struct{} // nil, or telling waits for it
}

func (n *notes) Happened(ctx context.Context, events []Event) {
	if n.hold != nil {
		select {
		case <-n.hold:
		case <-ctx.Done():
			return
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, events...)
}

// slow makes a registry tell n, which waits.
func (n *notes) slow(c *Config) { n.hold, c.Events = make(chan struct{}), n }

// story is what happened, as words.
func (n *notes) story() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var words []string
	for _, e := range n.all {
		word := e.Person.Key + " " + string(e.Kind)
		if e.Text != "" {
			word += " " + e.ID + ":" + e.Text
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func (n *notes) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.all)
}

func TestEventsTellTheStoryOfACall(t *testing.T) {
	n := &notes{}
	inBubble(t, func(c *Config) { c.Events = n }, func(t *testing.T, g *rig) {
		_, err := g.Reserve(info(), Person{Key: "never came"})
		require.NoError(t, err)
		time.Sleep(DefaultReserve + time.Second)
		a, _ := g.person("a")
		b, _ := g.person("b")
		require.NoError(t, a.Chat("1", "hello"))
		require.Error(t, a.Chat("2", " "), "what is refused is not said")
		b.Lost()
		g.person("b")             // takes the kept seat
		again, _ := g.person("b") // another tab takes it over
		again.Leave()
		a.Lost()
		time.Sleep(DefaultGrace + time.Second)
		g.person("c")
		g.CloseRoom(7)
		synctest.Wait()
		require.Equal(t, "a joined, b joined, a said 1:hello, b left, a left, c joined, c left", n.story())
		for i, e := range n.all {
			require.Equal(t, int64(7), e.RoomID)
			require.NotEmpty(t, e.Seat)
			require.Equal(t, "name of "+e.Person.Key, e.Person.Name)
			require.False(t, e.At.IsZero())
			if i > 0 {
				require.False(t, e.At.Before(n.all[i-1].At), "in order")
			}
		}
		require.Zero(t, g.Snapshot().Totals.RecordsLost)
	})
}

func TestSeated(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		require.Empty(t, g.Seated(7))
		a, _ := g.person("a")
		seat, err := g.Reserve(info(), Person{Key: "b"})
		require.NoError(t, err)
		require.Equal(t, []Seated{{a.ID(), "a"}, {seat, "b"}}, g.Seated(7))
	})
}

// TestSlowEventsDoNotHoldACallUp: whoever keeps the story may hang; the call goes on, and what does not fit
// is counted.
func TestSlowEventsDoNotHoldACallUp(t *testing.T) {
	n := &notes{}
	inBubble(t, n.slow, func(t *testing.T, g *rig) {
		began := time.Now()
		for range eventQueue + 500 {
			a, _ := g.person("a")
			a.Leave()
		}
		require.Zero(t, time.Since(began))
		lost := g.Snapshot().Totals.RecordsLost
		require.InDelta(t, eventQueue+1000, lost, eventBatch+1)
		close(n.hold)
		synctest.Wait()
		require.Equal(t, 2*(eventQueue+500), n.count()+int(lost))
	})
}

func TestCloseTellsWhatIsQueued(t *testing.T) {
	n := &notes{}
	inBubble(t, n.slow, func(t *testing.T, g *rig) {
		g.person("a")
		g.person("b")
		time.AfterFunc(time.Second, func() { close(n.hold) })
		require.NoError(t, g.Close(t.Context()))
		require.Equal(t, "a joined, b joined, a left, b left", n.story())
		require.NoError(t, g.Close(t.Context()), "again")
	})
}

func TestCloseDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &notes{hold: make(chan struct{})}
		g, err := NewRegistry(Config{
			NewPeer: func(string, PeerHandlers) (Peer, error) { return nil, context.Canceled }, Events: n,
		})
		require.NoError(t, err)
		seat, err := g.Reserve(info(), Person{Key: "a"})
		require.NoError(t, err)
		_, err = g.Take(7, seat, &fakeConn{})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, g.Close(ctx), context.DeadlineExceeded)
		synctest.Wait() // the hanging one was told to stop
		require.Zero(t, n.count())
	})
}
