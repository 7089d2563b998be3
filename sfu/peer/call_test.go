package peer_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

var (
	_ pipeline.Uplink   = (*peer.UpTrack)(nil)
	_ pipeline.Downlink = (*peer.DownTrack)(nil)
)

// patience bounds every wait in these tests.
const patience = 15 * time.Second

// newFactory opens a media port on loopback that closes with the test.
func newFactory(t *testing.T, change func(*peer.Config)) *peer.Factory {
	t.Helper()
	cfg := peer.DefaultConfig()
	cfg.Loopback = true
	if change != nil {
		change(&cfg)
	}
	f, err := peer.NewFactory(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// side is one browser and its peer on the server.
type side struct {
	t       *testing.T
	browser *sfutest.Browser
	peer    *peer.Peer

	onWanted func() // set before connecting; the viewer asked for a keyframe

	mu        sync.Mutex
	cameras   []*peer.UpTrack   // guarded by mu
	states    []peer.State      // guarded by mu
	estimates []int             // guarded by mu
	wanted    []*peer.DownTrack // guarded by mu
	refused   []string          // guarded by mu
	over      []error           // guarded by mu

	sinkMu sync.Mutex
	sink   *peer.DownTrack // guarded by sinkMu; where the camera goes
	pumps  sync.WaitGroup
}

// join connects a browser to a new peer of f.
func join(t *testing.T, f *peer.Factory, cfg sfutest.Config) *side {
	t.Helper()
	s := prepare(t, f, cfg)
	s.connect()
	return s
}

// prepare makes both ends without connecting them.
func prepare(t *testing.T, f *peer.Factory, cfg sfutest.Config) *side {
	t.Helper()
	s := &side{t: t}
	var err error
	s.peer, err = f.New(t.Name(), peer.Handlers{
		Camera: func(u *peer.UpTrack) {
			s.note(func() { s.cameras = append(s.cameras, u) })
			s.pumps.Go(func() { s.pump(u) })
		},
		CameraRefused: func(mime string) { s.note(func() { s.refused = append(s.refused, mime) }) },
		State:         func(st peer.State) { s.note(func() { s.states = append(s.states, st) }) },
		Estimate:      func(bps int) { s.note(func() { s.estimates = append(s.estimates, bps) }) },
		Keyframe: func(d *peer.DownTrack) {
			s.note(func() { s.wanted = append(s.wanted, d) })
			if s.onWanted != nil {
				s.onWanted()
			}
		},
		Closed: func(err error) { s.note(func() { s.over = append(s.over, err) }) },
	})
	require.NoError(t, err)
	s.browser, err = sfutest.NewBrowser(cfg)
	require.NoError(t, err)
	t.Cleanup(s.close)
	return s
}

func (s *side) note(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// negotiate carries an offer and its answer.
func (s *side) negotiate(offer string, err error) {
	s.t.Helper()
	require.NoError(s.t, err)
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	answer, err := s.peer.Answer(ctx, offer)
	require.NoError(s.t, err)
	require.NoError(s.t, s.browser.SetAnswer(answer))
}

func (s *side) connect() {
	s.t.Helper()
	s.negotiate(s.browser.CreateOffer())
	select {
	case <-s.browser.Connected():
	case <-time.After(patience):
		s.t.Fatal("no connection")
	}
}

func (s *side) close() {
	require.NoError(s.t, s.browser.Close())
	require.NoError(s.t, s.peer.Close())
	s.pumps.Wait()
}

// sendCameraTo forwards the camera to d.
func (s *side) sendCameraTo(d *peer.DownTrack) {
	if d != nil {
		d.Attach()
	}
	s.sinkMu.Lock()
	s.sink = d
	s.sinkMu.Unlock()
	s.requestKeyframe()
}

func (s *side) requestKeyframe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.cameras {
		u.RequestKeyframe()
	}
}

// pump is the smallest line: what comes up goes down.
func (s *side) pump(u *peer.UpTrack) {
	u.RequestKeyframe()
	buf := make([]byte, 1500)
	var pkt rtp.Packet
	for {
		n, err := u.Read(buf)
		if err != nil {
			return
		}
		if pkt.Unmarshal(buf[:n]) != nil {
			continue
		}
		s.sinkMu.Lock()
		d := s.sink
		s.sinkMu.Unlock()
		if d != nil {
			_ = d.WriteRTP(&pkt.Header, pkt.Payload)
		}
	}
}

// eventually waits for a condition with the tests' patience. It polls on the test's own goroutine, so that a
// condition may count goroutines.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(10 * time.Millisecond) {
		require.True(t, time.Now().Before(end), "still waiting for: %s", what)
	}
}

func pattern(t *testing.T, luma byte) *sfutest.Pattern {
	t.Helper()
	p, err := sfutest.NewPattern(frame.VP8, 320, 240, 30, luma)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

func TestTwoPeersSeeAndHearEachOther(t *testing.T) {
	f := newFactory(t, nil)
	a := join(t, f, sfutest.Config{Source: pattern(t, 60), Microphone: true, Decode: true})
	b := join(t, f, sfutest.Config{Source: pattern(t, 180), Microphone: true, Decode: true})
	a.peer.ForwardAudioTo(b.peer)
	b.peer.ForwardAudioTo(a.peer)
	a.sendCameraTo(b.peer.Camera())
	b.sendCameraTo(a.peer.Camera())
	for _, s := range []*side{a, b} {
		eventually(t, "pictures and sound", func() bool {
			return s.browser.Track(sfutest.TrackCamera).Stats().Pictures >= 30 &&
				s.browser.Track(sfutest.TrackAudio).Stats().Packets >= 50
		})
		got := s.browser.Track(sfutest.TrackCamera).Stats()
		require.Equal(t, frame.VP8, got.Codec)
		require.Equal(t, 1, got.SSRCs)
		require.Zero(t, got.Failed)
		require.Zero(t, s.browser.Track(sfutest.TrackMirror).Stats().Packets)
	}
	require.InDelta(t, 180, a.browser.Track(sfutest.TrackCamera).MeanLuma(), 6)
	require.InDelta(t, 60, b.browser.Track(sfutest.TrackCamera).MeanLuma(), 6)

	st := a.peer.Stats()
	require.Equal(t, "VP8", st.CameraIn.Codec)
	require.Equal(t, "VP8", st.Camera.Codec)
	require.Positive(t, st.AudioIn.Packets)
	require.Zero(t, st.StrayPackets)
	require.Zero(t, st.BadPackets)
	require.Equal(t, peer.StateConnected, st.State)
}
