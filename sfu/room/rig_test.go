package room

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// fakeConn notes what the room says.
type fakeConn struct {
	mu     sync.Mutex
	said   []Message // guarded by mu
	closed ByeCode   // guarded by mu
}

func (c *fakeConn) Send(m Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, m)
}

func (c *fakeConn) Close(code ByeCode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed == "" {
		c.closed = code
	}
}

func (c *fakeConn) bye() ByeCode {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// heard returns the messages of one kind so far, and forgets all.
func heard[M Message](c *fakeConn) (out []M) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.said {
		if m, ok := m.(M); ok {
			out = append(out, m)
		}
	}
	c.said = nil
	return out
}

// fakeDown is a track that counts.
type fakeDown struct {
	mu       sync.Mutex
	attached int // guarded by mu
}

func (*fakeDown) WriteRTP(*rtp.Header, []byte) error { return nil }
func (*fakeDown) Codec() frame.Codec                 { return frame.VP8 }
func (d *fakeDown) Attach() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attached++
}

// fakeUp is a camera without pictures.
type fakeUp struct {
	mu   sync.Mutex
	asks int // guarded by mu
	done chan struct{}
	once sync.Once
}

func newFakeUp() *fakeUp { return &fakeUp{done: make(chan struct{})} }

func (u *fakeUp) Read([]byte) (int, error) { <-u.done; return 0, io.EOF }
func (u *fakeUp) Codec() frame.Codec       { return frame.VP8 }
func (u *fakeUp) end()                     { u.once.Do(func() { close(u.done) }) }
func (u *fakeUp) RequestKeyframe() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asks++
}

func (u *fakeUp) asked() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.asks
}

// fakePeer is a connection without a network.
type fakePeer struct {
	h              PeerHandlers
	camera, mirror fakeDown
	up             *fakeUp

	mu        sync.Mutex
	audioTo   Peer     // guarded by mu
	data      [][]byte // guarded by mu
	closed    bool     // guarded by mu
	candidate string   // guarded by mu
}

var errBroken = errors.New("broken description")

func (p *fakePeer) Answer(_ context.Context, offer string) (string, error) {
	if offer == "broken" {
		return "", errBroken
	}
	if offer == "broken within" {
		return "", &peer.Error{Code: peer.CodeBadSDP, Err: peer.ErrUnusable}
	}
	return "answer to " + offer, nil
}

func (p *fakePeer) AddCandidate(c webrtc.ICECandidateInit) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.candidate = c.Candidate
	return nil
}

func (p *fakePeer) Camera() Downlink { return &p.camera }
func (p *fakePeer) Mirror() Downlink { return &p.mirror }

func (p *fakePeer) ForwardAudioTo(other Peer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.audioTo = other
}

func (p *fakePeer) Send(msg []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.data = append(p.data, msg)
	return nil
}

func (p *fakePeer) Close() error {
	p.up.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return nil
}

func (p *fakePeer) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

func (p *fakePeer) hears() Peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.audioTo
}

// received returns the messages of one type on the data channel so far, and forgets all.
func (p *fakePeer) received(t *testing.T, kind string) (out []map[string]any) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, raw := range p.data {
		var m map[string]any
		require.NoError(t, json.Unmarshal(raw, &m))
		if m["type"] == kind {
			out = append(out, m)
		}
	}
	p.data = nil
	return out
}

// fakeFilter notes what it was told.
type fakeFilter struct {
	mu      sync.Mutex
	choice  Choice // guarded by mu
	consent bool   // guarded by mu
	still   bool   // guarded by mu
	label   string // guarded by mu
	asked   int    // guarded by mu; calls of Mood
	closed  bool   // guarded by mu
	refuses string // a mode that it does not know
}

func (f *fakeFilter) Process(dst, src *frame.Frame, _ time.Time) error { dst.CopyFrom(src); return nil }

func (f *fakeFilter) Choose(c Choice) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.Mode == f.refuses {
		return errNoMode
	}
	f.choice = c
	return nil
}

var errNoMode = errors.New("no such mode here")

func (f *fakeFilter) SetReducedMotion(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.still = on
}

func (f *fakeFilter) SetConsent(mood bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.consent = mood
}

func (f *fakeFilter) Mood() (label string, confidence float32, scene string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	return f.label, 0.75, f.label
}

func (f *fakeFilter) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return nil
}

func (f *fakeFilter) set(label string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.label = label
}

func (f *fakeFilter) look() fakeFilter {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fakeFilter{
		choice: f.choice, consent: f.consent, still: f.still, asked: f.asked, closed: f.closed,
	}
}

// rig is a registry whose peers and filters are fakes.
type rig struct {
	*Registry
	t       *testing.T
	peers   map[string]*fakePeer // newest by participant
	filters []*fakeFilter
}

func offered() Filters {
	return Filters{
		Modes: []string{"off", "blur", "picture", "mood", "tint"}, Pictures: []Picture{{ID: "beach"}},
		Moods: []string{"happy", "neutral"}, MoodEnabled: true, ConsentVersion: 1,
	}
}

// inBubble runs f with a rig on a fake clock and checks that everything ended.
func inBubble(t *testing.T, change func(*Config), f func(t *testing.T, g *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &rig{t: t, peers: map[string]*fakePeer{}}
		cfg := Config{
			NewPeer: func(id string, h PeerHandlers) (Peer, error) {
				p := &fakePeer{h: h, up: newFakeUp()}
				g.peers[id] = p
				return p, nil
			},
			NewFilter: func() (Filter, error) {
				f := &fakeFilter{}
				g.filters = append(g.filters, f)
				return f, nil
			},
			Filters: offered(), Encoder: codec.DefaultEncoderConfig(),
		}
		if change != nil {
			change(&cfg)
		}
		var err error
		g.Registry, err = NewRegistry(cfg)
		require.NoError(t, err)
		defer func() { // also where f failed: a bubble must not be left with goroutines
			g.CloseRoom(info().ID)
			for _, p := range g.peers {
				p.up.end()
			}
		}()
		f(t, g)
		require.NoError(t, g.Close(t.Context()))
		for _, f := range g.filters {
			require.True(t, f.look().closed, "a filter was left open")
		}
		for _, p := range g.peers {
			require.True(t, p.isClosed(), "a connection was left open")
		}
	})
}

func info() Info { return Info{ID: 7, Slug: "slug", Title: "a room"} }

// person takes a seat for key.
func (g *rig) person(key string) (*Participant, *fakeConn) {
	g.t.Helper()
	seat, err := g.Reserve(info(), Person{Key: key, Name: "name of " + key})
	require.NoError(g.t, err)
	c := &fakeConn{}
	p, err := g.Take(info().ID, seat, c)
	require.NoError(g.t, err)
	return p, c
}

// caller is a person with media whose camera runs.
func (g *rig) caller(key string) (*Participant, *fakeConn, *fakePeer) {
	g.t.Helper()
	p, c := g.person(key)
	_, err := p.Offer(g.t.Context(), "sdp")
	require.NoError(g.t, err)
	peer := g.peers[p.ID()]
	peer.h.Camera(peer.up)
	synctest.Wait()
	return p, c, peer
}

func (g *rig) line(p *Participant) (l *pipeline.Line) {
	p.room.do(func() { l = p.seat.media.line })
	return l
}
