package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/notify"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// RoomsOf lists where a key has a seat, for handler.Seats.
func (f *fakeSFU) RoomsOf(key string) (rooms []int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for room, seats := range f.seats {
		if _, ok := seats[key]; ok {
			rooms = append(rooms, room)
		}
	}
	return rooms
}

// lookEvery is how often the rig looks at rings.
const lookEvery = 100 * time.Millisecond

// clock is what the database takes for the time.
type clock struct {
	mu   sync.Mutex
	late time.Duration // guarded by mu
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.late)
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late += d
}

// lockedBuffer takes the log of sockets, whose goroutines outlive the requests.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// bell is the application with real sockets.
type bell struct {
	*rig
	clock  *clock
	hub    *notify.Hub
	ringer *handler.Ringer
}

// onBell runs a scenario on both databases.
func onBell(t *testing.T, scenario func(t *testing.T, b *bell)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) { scenario(t, newBell(t, kind)) })
	}
}

func newBell(t *testing.T, kind string) *bell {
	t.Helper()
	b, troubles := &bell{clock: &clock{}}, &lockedBuffer{}
	log := slog.New(slog.NewTextHandler(troubles, &slog.HandlerOptions{Level: slog.LevelWarn}))
	db := storetest.OpenConfig(t, store.Config{URL: storetest.URL(t, kind), Now: b.clock.now})
	b.rig = newRigOn(t, db, func(cfg *api.Config) {
		b.ringer = cfg.Rings
		var err error
		b.hub, err = notify.New(notify.Config{
			Authenticate: func(ctx context.Context, token string) (notify.Identity, error) {
				access, err := cfg.Keys.Access.Verify(token)
				if err != nil {
					return notify.Identity{}, err
				}
				who, err := cfg.Accounts.Caller(ctx, access)
				return notify.Identity{UserID: who.UserID, SessionID: who.Session, Expires: access.Expires}, err
			},
			Live:     db.Sessions.Live,
			Greeting: func(ctx context.Context, user int64) (any, error) { return b.ringer.Greet(ctx, user) },
			Cookie:   auth.AccessCookie, CheckEvery: 20 * time.Millisecond, Log: log,
		})
		require.NoError(t, err)
		cfg.Notify, cfg.People.Rings = b.hub, cfg.Rings
		cfg.Rings.Notify.Push = b.hub
		cfg.Rings.Seats, _ = cfg.Admin.Calls.(handler.Seats)
		require.NotNil(t, cfg.Rings.Seats)
		cfg.Rings.Every, cfg.Rings.Log = lookEvery, log
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { b.ringer.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		end, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		require.NoError(t, b.hub.Close(end))
		require.Empty(t, troubles.String())
	})
	return b
}

// roomOf opens a room by link for a host.
func (r *rig) roomOf(host *user) (path string, id int64) {
	r.t.Helper()
	room, _, err := r.db.FaceChats.Create(r.t.Context(), social.NewFaceChat{
		HostID: host.id, Title: "Lunch", Visibility: social.VisibleLink,
	})
	require.NoError(r.t, err)
	return "/api/facechats/" + jsonNumber(room.ID) + "/", room.ID
}

// sit gives somebody a seat.
func (r *rig) sit(who *user, room int64) {
	r.t.Helper()
	guest := handler.Guest{Key: handler.UserKey(who.id), Name: who.name}
	_, err := r.sfu.Reserve(social.FaceChat{ID: room}, guest)
	require.NoError(r.t, err)
}

// friends are ada, who has a room, and bob.
func (b *bell) friends(t *testing.T) (ada, bob *user, path string) {
	t.Helper()
	ada, bob = b.user("ada"), b.user("bob")
	befriend(t, ada, bob)
	for _, u := range []*user{ada, bob} {
		u.ok(200, "POST", "/api/accounts/notifications/read/", "")
	}
	path, _ = b.roomOf(ada)
	return ada, bob, path
}

// tab is an open page.
type tab struct {
	t  *testing.T
	ws *websocket.Conn
}

// tab opens a page, whose greeting must tell of so many rings.
func (b *bell) tab(t *testing.T, who *user, rings int) *tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(b.server.URL, "http", "ws", 1)+"/ws/notify/",
		&websocket.DialOptions{Subprotocols: []string{notify.Subprotocol}})
	require.NoError(t, err)
	t.Cleanup(func() { ws.CloseNow() })
	p := &tab{t, ws}
	hello := `{"type":"hello","token":"` + who.access + `"}`
	require.NoError(t, ws.Write(ctx, websocket.MessageText, []byte(hello)))
	var got struct {
		Type string
		handler.Greeting
	}
	require.NoError(t, json.Unmarshal([]byte(p.read()), &got))
	require.Equal(t, "hello", got.Type)
	require.Equal(t, who.id, got.User)
	require.Len(t, got.Rings, rings)
	return p
}

func (p *tab) read() string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	_, data, err := p.ws.Read(ctx)
	require.NoError(p.t, err)
	return string(data)
}

// event is any event.
type event struct {
	Type   string
	ID     int64
	RingID int64 `json:"ring_id"`
	Reason string
	Kind   string
	Code   string
}

// next reads the next event and returns what it is in words.
func (p *tab) next() string {
	p.t.Helper()
	var e event
	text := p.read()
	require.NoError(p.t, json.Unmarshal([]byte(text), &e), text)
	return strings.TrimSpace(e.Type + " " + e.Reason + e.Kind + e.Code)
}

// expect asserts the next event of several pages.
func expect(t *testing.T, what string, pages ...*tab) {
	t.Helper()
	for _, p := range pages {
		require.Equal(t, what, p.next())
	}
}

// quiet asserts that no event is on its way: the answer to a ping comes next.
func quiet(t *testing.T, pages ...*tab) {
	t.Helper()
	for _, p := range pages {
		require.NoError(t, p.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"ping","t":1}`)))
		require.Equal(t, "pong", p.next())
	}
}

// ring rings to and returns the state of what came of it.
func (u *user) ring(t *testing.T, path string, to *user) string {
	t.Helper()
	state, _ := u.ok(201, "POST", path+"ring/", `{"user":`+jsonNumber(to.id)+`}`).json(t)["state"].(string)
	return state
}
