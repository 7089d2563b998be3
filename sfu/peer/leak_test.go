package peer_test

import (
	"context"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

// openFiles counts the process's file descriptors.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		entries, err = os.ReadDir("/dev/fd")
	}
	require.NoError(t, err)
	return len(entries)
}

func TestJoinsAndLeavesLeaveNothing(t *testing.T) {
	const warm, rounds = 4, 96
	f := newFactory(t, nil)
	visit := func(i int) {
		s := prepare(t, f, sfutest.Config{Microphone: true})
		switch i % 4 {
		case 0: // never offers
		case 1: // leaves while the connection is made
			s.negotiate(s.browser.CreateOffer())
		case 2: // the server ends it first
			s.connect()
			require.NoError(t, s.peer.Close())
		case 3: // the browser goes first
			s.connect()
		}
		s.close()
	}
	for i := range warm {
		visit(i)
	}
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for i := range rounds {
		visit(i)
	}
	eventually(t, "goroutines and files are gone", func() bool {
		return runtime.NumGoroutine() <= goroutines && openFiles(t) <= files
	})
}

func TestFactoryCloseEndsItsPeers(t *testing.T) {
	before := runtime.NumGoroutine()
	cfg := peer.DefaultConfig()
	cfg.Loopback = true
	f, err := peer.NewFactory(cfg)
	require.NoError(t, err)
	require.NotZero(t, f.Port())
	s := join(t, f, sfutest.Config{Microphone: true})
	require.NoError(t, f.Close())
	require.Equal(t, peer.StateClosed, s.peer.Stats().State)
	_, err = f.New("late", peer.Handlers{})
	require.ErrorIs(t, err, peer.ErrClosed)
	s.close()
	eventually(t, "goroutines are gone", func() bool { return runtime.NumGoroutine() <= before })
}

func TestCloseIsIdempotentAndWaits(t *testing.T) {
	f := newFactory(t, nil)
	s := join(t, f, sfutest.Config{Source: pattern(t, 100)})
	eventually(t, "the camera", func() bool { return s.peer.Stats().CameraIn.Packets > 0 })
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { require.NoError(t, s.peer.Close()) })
	}
	wg.Wait()
	s.pumps.Wait() // Read has returned io.EOF
	_, err := s.peer.Answer(t.Context(), "v=0")
	require.ErrorIs(t, err, peer.ErrClosed)
	require.NoError(t, s.peer.Send([]byte("{}")), "a message to nobody is a drop")
	require.Empty(t, s.over, "Closed is for ends that nobody asked for")
}

func TestAnswerHasADeadline(t *testing.T) {
	f := newFactory(t, nil)
	s := prepare(t, f, sfutest.Config{})
	offer, err := s.browser.CreateOffer()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.peer.Answer(ctx, offer)
	require.ErrorIs(t, err, context.Canceled)
}

func TestARefusedOfferChangesNothing(t *testing.T) {
	f := newFactory(t, nil)
	s := prepare(t, f, sfutest.Config{})
	_, err := s.peer.Answer(t.Context(), "v=0")
	var refusal *peer.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, peer.CodeBadSDP, refusal.Code)
	s.connect()
}

func TestFactoryRefusesBadSettings(t *testing.T) {
	for name, change := range map[string]func(*peer.Config){
		"port":     func(c *peer.Config) { c.UDPPort = 70000 },
		"bitrates": func(c *peer.Config) { c.MinBitrate = c.MaxBitrate + 1 },
		"address":  func(c *peer.Config) { c.PublicIPs = []string{"example.org"} },
		"timeout":  func(c *peer.Config) { c.AnswerTimeout = 0 },
	} {
		cfg := peer.DefaultConfig()
		change(&cfg)
		_, err := peer.NewFactory(cfg)
		require.Error(t, err, name)
	}
}

func TestPublicAddressIsOffered(t *testing.T) {
	f := newFactory(t, func(c *peer.Config) { c.PublicIPs = []string{"203.0.113.7"} })
	s := prepare(t, f, sfutest.Config{})
	offer, err := s.browser.CreateOffer()
	require.NoError(t, err)
	begin := time.Now()
	answer, err := s.peer.Answer(t.Context(), offer)
	require.NoError(t, err)
	require.Less(t, time.Since(begin), time.Second)
	require.Contains(t, answer, "203.0.113.7")
	require.Contains(t, answer, "127.0.0.1")
	require.NotContains(t, answer, ".local")
}
