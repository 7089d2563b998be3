package sfu_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; a busy machine takes a while.
const patience = 15 * time.Second

// beat is how often a test looks.
const beat = 10 * time.Millisecond

// inverter is a filter whose work is easy to see: it turns light into dark.
type inverter struct {
	mu    sync.Mutex
	mode  string // guarded by mu
	mood  bool   // guarded by mu
	fails bool
	panic bool
}

var errNoModel = errors.New("the model is broken")

func (f *inverter) Process(dst, src *frame.Frame, _ time.Time) error {
	switch {
	case f.fails:
		return errNoModel
	case f.panic:
		panic("the model is very broken")
	}
	dst.CopyFrom(src)
	for y := range dst.Height {
		row := dst.Y[y*dst.StrideY : y*dst.StrideY+dst.Width]
		for x := range row {
			row[x] = 251 - row[x]
		}
	}
	return nil
}

func (f *inverter) Choose(c room.Choice) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mode = c.Mode
	return nil
}

func (f *inverter) SetConsent(mood bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mood = mood
}

func (*inverter) SetReducedMotion(bool) {}

func (f *inverter) Mood() (label string, confidence float32, scene string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.mood {
		return "", 0, ""
	}
	return "happy", 0.9, "happy"
}

func (*inverter) Close() error { return nil }

// desk checks tickets that are numbers of a list.
type desk struct {
	mu      sync.Mutex
	tickets map[string]signal.Ticket // guarded by mu
}

func (d *desk) verify(token string) (signal.Ticket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t, ok := d.tickets[token]
	switch {
	case !ok:
		return t, signal.ErrTicketInvalid
	case time.Now().After(t.Expires):
		return t, signal.ErrTicketExpired
	}
	return t, nil
}

// house is a running server.
type house struct {
	*sfu.Server
	t    testing.TB
	desk *desk
	http *httptest.Server
}

func theRoom() room.Info { return room.Info{ID: 5, Slug: "five", Title: "five"} }

func openHouse(t testing.TB, change func(*sfu.Config)) *house {
	t.Helper()
	d := &desk{tickets: map[string]signal.Ticket{}}
	cfg := sfu.DefaultConfig()
	cfg.Peer.Loopback = true
	cfg.Verify = d.verify
	cfg.NewFilter = func() (room.Filter, error) { return &inverter{}, nil }
	cfg.Filters = room.Filters{
		Modes: []string{"off", "blur", "mood"}, Moods: []string{"happy"}, MoodEnabled: true, ConsentVersion: 1,
	}
	if os.Getenv("PPENTER_TEST_LOG") != "" {
		cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if change != nil {
		change(&cfg)
	}
	s, err := sfu.New(cfg)
	require.NoError(t, err)
	h := &house{Server: s, t: t, desk: d, http: httptest.NewServer(s.Handler())}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, s.Close(ctx))
		h.http.Close()
	})
	return h
}

// ticket reserves a seat in the room for key.
func (h *house) ticket(key string) string {
	h.t.Helper()
	person := room.Person{Key: key, Name: key}
	seat, err := h.Reserve(theRoom(), person)
	require.NoError(h.t, err)
	h.desk.mu.Lock()
	defer h.desk.mu.Unlock()
	token := key + " " + seat
	h.desk.tickets[token] = signal.Ticket{
		RoomID: theRoom().ID, Seat: seat, Person: person, Expires: time.Now().Add(time.Minute),
	}
	return token
}

// guest is someone with a socket and, after call, with a browser.
type guest struct {
	t       testing.TB
	id      string
	ws      *websocket.Conn
	browser *sfutest.Browser
	camera  *sfutest.Pattern
	done    chan struct{} // closed when the socket is

	mu   sync.Mutex
	said []map[string]any // guarded by mu
	news chan struct{}    // guarded by mu; closed and replaced at each message
}

// come takes the seat of a ticket.
func (h *house) come(ticket string) *guest {
	h.t.Helper()
	ws, _, err := websocket.Dial(h.t.Context(), h.http.URL,
		&websocket.DialOptions{Subprotocols: []string{signal.Subprotocol}})
	require.NoError(h.t, err)
	ws.SetReadLimit(1 << 20)
	g := &guest{t: h.t, ws: ws, done: make(chan struct{}), news: make(chan struct{})}
	go g.listen(h.t.Context())
	h.t.Cleanup(g.vanish)
	g.say(signal.Hello{Type: "hello", Ticket: ticket})
	return g
}

// enter is come, welcomed.
func (h *house) enter(key string) *guest {
	h.t.Helper()
	g := h.come(h.ticket(key))
	g.id = g.waitFor("welcome", nil)["you"].(map[string]any)["id"].(string)
	return g
}

// call is enter with a browser whose camera shows the brightness luma.
func (h *house) call(key string, luma byte) *guest {
	h.t.Helper()
	g := h.enter(key)
	g.dial(luma)
	return g
}

func (g *guest) dial(luma byte) {
	g.t.Helper()
	g.dialAs(luma, sfutest.Config{})
}

// dialAs is dial with a browser of its own kind.
func (g *guest) dialAs(luma byte, cfg sfutest.Config) {
	g.t.Helper()
	if cfg.Publish == 0 {
		cfg.Publish = frame.VP8
	}
	var err error
	g.camera, err = sfutest.NewPattern(cfg.Publish, 160, 120, 25, luma)
	require.NoError(g.t, err)
	cfg.Source, cfg.Microphone, cfg.Decode = g.camera, true, true
	g.browser, err = sfutest.NewBrowser(cfg)
	require.NoError(g.t, err)
	offer, err := g.browser.CreateOffer()
	require.NoError(g.t, err)
	g.say(signal.Offer{Type: "offer", SDP: offer})
	require.NoError(g.t, g.browser.SetAnswer(g.waitFor("answer", nil)["sdp"].(string)))
}

func (g *guest) listen(ctx context.Context) {
	defer close(g.done)
	for {
		_, b, err := g.ws.Read(ctx)
		if err != nil {
			return
		}
		var m map[string]any
		if json.Unmarshal(b, &m) != nil {
			return
		}
		g.mu.Lock()
		g.said = append(g.said, m)
		close(g.news)
		g.news = make(chan struct{})
		g.mu.Unlock()
	}
}

func (g *guest) say(m any) {
	g.t.Helper()
	b, err := json.Marshal(m)
	require.NoError(g.t, err)
	require.NoError(g.t, g.ws.Write(g.t.Context(), websocket.MessageText, b))
}

// waitFor returns the first message of a type that fits, and takes it away.
func (g *guest) waitFor(kind string, fits func(m map[string]any) bool) map[string]any {
	g.t.Helper()
	late := time.After(patience)
	for {
		g.mu.Lock()
		i := slices.IndexFunc(g.said, func(m map[string]any) bool {
			return m["type"] == kind && (fits == nil || fits(m))
		})
		if i >= 0 {
			m := g.said[i]
			g.said = slices.Delete(g.said, i, i+1)
			g.mu.Unlock()
			return m
		}
		news, said := g.news, slices.Clone(g.said)
		g.mu.Unlock()
		select {
		case <-news:
		case <-late:
			require.FailNow(g.t, "no "+kind, "heard only %v", said)
		}
	}
}

// vanish is what a closed laptop does; it is idempotent.
func (g *guest) vanish() {
	if g.ws == nil {
		return
	}
	g.ws.CloseNow()
	<-g.done
	g.ws, g.said = nil, nil // the test holds all of its guests to the end
	if g.browser != nil {
		require.NoError(g.t, g.browser.Close())
		require.NoError(g.t, g.camera.Close())
		g.browser, g.camera = nil, nil
	}
}

// leave says goodbye and waits for the answer.
func (g *guest) leave() {
	g.t.Helper()
	g.say(signal.Leave{Type: "leave"})
	require.Equal(g.t, "left", g.waitFor("bye", nil)["code"])
	g.vanish()
}

// sees waits until a track shows about the brightness luma.
func (g *guest) sees(track string, luma float64) {
	g.t.Helper()
	s := g.browser.Track(track)
	require.Eventually(g.t, func() bool {
		m := s.MeanLuma()
		return m > luma-6 && m < luma+6
	}, patience, beat, "%s shows %.0f instead of %.0f", track, s.MeanLuma(), luma)
}

// hears waits until more sound has come.
func (g *guest) hears() {
	g.t.Helper()
	s := g.browser.Track(sfutest.TrackAudio)
	before := s.Stats().Packets
	require.Eventually(g.t, func() bool { return s.Stats().Packets > before+5 }, patience, beat)
}

// unbroken checks that a track looked like one stream all the time.
func (g *guest) unbroken(tracks ...string) {
	g.t.Helper()
	for _, name := range tracks {
		s := g.browser.Track(name).Stats()
		require.LessOrEqual(g.t, s.SSRCs, 1, name)
		require.Zero(g.t, s.Backwards, name)
		require.Zero(g.t, s.Failed, name)
	}
}
