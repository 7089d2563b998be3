package signal

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/room"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a server whose rooms have no media, and whose tickets are JSON.
type desk struct {
	t      *testing.T
	server *Server
	rooms  *room.Registry
	http   *httptest.Server
}

var errNoMedia = errors.New("no media here")

func open(t *testing.T, change func(*Config)) *desk {
	t.Helper()
	rooms, err := room.NewRegistry(room.Config{
		NewPeer: func(string, room.PeerHandlers) (room.Peer, error) { return nil, errNoMedia },
		Encoder: codec.DefaultEncoderConfig(),
	})
	require.NoError(t, err)
	cfg := Config{Rooms: rooms, Verify: verify}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	require.NoError(t, err)
	d := &desk{t: t, server: s, rooms: rooms, http: httptest.NewServer(s)}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, rooms.Close(ctx))
		require.NoError(t, s.Close(ctx))
		d.http.Close()
	})
	return d
}

func verify(token string) (t Ticket, err error) {
	switch token {
	case "expired":
		return t, ErrTicketExpired
	case "forged":
		return t, ErrTicketInvalid
	}
	err = json.Unmarshal([]byte(token), &t)
	return t, err
}

// ticket reserves a seat and signs it, so to say.
func (d *desk) ticket(key string) string {
	d.t.Helper()
	info := room.Info{ID: 1, Slug: "s"}
	seat, err := d.rooms.Reserve(info, room.Person{Key: key, Name: key})
	require.NoError(d.t, err)
	return token(d.t, Ticket{RoomID: 1, Seat: seat, Expires: time.Now().Add(time.Minute)})
}

func token(t *testing.T, ticket Ticket) string {
	t.Helper()
	b, err := json.Marshal(ticket)
	require.NoError(t, err)
	return string(b)
}

// client is a socket of a test.
type client struct {
	t  *testing.T
	ws *websocket.Conn
}

func (d *desk) dial() *client {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 5*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, d.http.URL, &websocket.DialOptions{Subprotocols: []string{Subprotocol}})
	require.NoError(d.t, err)
	d.t.Cleanup(func() { ws.CloseNow() })
	return &client{d.t, ws}
}

// join is a socket that has its seat.
func (d *desk) join(key string) *client {
	d.t.Helper()
	c := d.dial()
	c.say(map[string]any{"type": "hello", "ticket": d.ticket(key)})
	require.Equal(d.t, "welcome", c.hear()["type"])
	return c
}

func (c *client) say(m any) {
	c.t.Helper()
	b, err := json.Marshal(m)
	require.NoError(c.t, err)
	c.raw(b)
}

func (c *client) raw(b []byte) {
	c.t.Helper()
	require.NoError(c.t, c.ws.Write(c.t.Context(), websocket.MessageText, b))
}

func (c *client) hear() map[string]any {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 5*time.Second)
	defer cancel()
	_, b, err := c.ws.Read(ctx)
	require.NoError(c.t, err)
	var m map[string]any
	require.NoError(c.t, json.Unmarshal(b, &m))
	return m
}

// ended waits for the end of the socket and returns its status; what is said before is skipped.
func (c *client) ended() websocket.StatusCode {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 5*time.Second)
	defer cancel()
	for {
		if _, _, err := c.ws.Read(ctx); err != nil {
			require.NoError(c.t, ctx.Err(), "the socket stays open")
			return websocket.CloseStatus(err)
		}
	}
}

func (c *client) refused(code room.Code, fatal bool) map[string]any {
	c.t.Helper()
	m := c.hear()
	require.Equal(c.t, "error", m["type"], m)
	require.Equal(c.t, string(code), m["code"])
	require.Equal(c.t, fatal, m["fatal"])
	return m
}

func TestTickets(t *testing.T) {
	d := open(t, nil)
	good := Ticket{RoomID: 1, Seat: "unknown", Expires: time.Now().Add(time.Minute)}
	late := good
	late.Expires = time.Now().Add(-time.Second)
	elsewhere := strings.Replace(d.ticket("a"), `"RoomID":1`, `"RoomID":2`, 1)
	for _, bad := range []struct {
		name, ticket string
		code         room.Code
	}{
		{"forged", "forged", CodeTicketInvalid},
		{"rubbish", "rubbish", CodeTicketInvalid},
		{"expired", "expired", room.CodeTicketExpired},
		{"expired, unseen", token(t, late), room.CodeTicketExpired},
		{"no such seat", token(t, good), room.CodeTicketExpired},
		{"seat of another room", elsewhere, room.CodeTicketExpired},
	} {
		t.Run(bad.name, func(t *testing.T) {
			c := d.dial()
			c.say(Hello{"hello", bad.ticket})
			require.Equal(t, "hello", c.refused(bad.code, true)["ref"])
			require.Equal(t, websocket.StatusPolicyViolation, c.ended())
		})
	}
	require.Equal(t, uint64(6), d.server.Totals().Refused)
	require.Equal(t, 1, d.rooms.Present(1), "nobody took a seat")
}

func TestTheSocketKeepsItsSeat(t *testing.T) {
	d := open(t, nil)
	ticket := d.ticket("a")
	first := d.dial()
	first.say(Hello{"hello", ticket})
	id := first.hear()["you"].(map[string]any)["id"]
	first.ws.CloseNow() // lost
	other := d.join("b")
	second := d.dial()
	second.say(Hello{"hello", ticket})
	require.Equal(t, id, second.hear()["you"].(map[string]any)["id"])
	third := d.dial() // a second tab
	third.say(Hello{"hello", d.ticket("a")})
	require.Equal(t, id, third.hear()["you"].(map[string]any)["id"])
	bye := second.hear()
	require.Equal(t, "bye", bye["type"])
	require.Equal(t, "replaced", bye["code"])
	require.Equal(t, websocket.StatusNormalClosure, second.ended())
	kinds := []any{}
	for range 3 {
		kinds = append(kinds, other.hear()["type"])
	}
	require.NotContains(t, kinds, "peer_left")
}

func TestHelloComesFirst(t *testing.T) {
	d := open(t, func(c *Config) { c.HelloWithin = 100 * time.Millisecond })
	c := d.dial()
	c.say(Leave{"leave"})
	c.refused(CodeHelloExpected, true)
	c.ended()
	silent := d.dial()
	silent.refused(CodeHelloExpected, true)
	require.Equal(t, websocket.StatusPolicyViolation, silent.ended())
	greeted := d.join("a")
	time.Sleep(150 * time.Millisecond)
	greeted.say(Ping{"ping", new(float64)})
	require.Equal(t, "pong", greeted.hear()["type"], "who said hello may be silent")
}

func TestConversation(t *testing.T) {
	d := open(t, nil)
	a, b := d.join("a"), d.join("b")
	require.Equal(t, "peer_joined", a.hear()["type"])
	a.raw([]byte(`{"type":"chat","id":"1","text":"안녕"}`))
	require.Equal(t, "안녕", a.hear()["text"])
	require.Equal(t, "안녕", b.hear()["text"])
	a.raw([]byte(`{"type":"ping","t":1.25}`))
	require.Equal(t, map[string]any{"type": "pong", "t": 1.25}, a.hear())
	a.raw([]byte(`{"type":"media","audio":true,"video":false}`))
	require.Equal(t, "peer_media", b.hear()["type"])
	a.raw([]byte(`{"type":"filter","mode":"blur"}`))
	require.Equal(t, "filter", a.refused(room.CodeUnknownMode, false)["ref"])
	a.raw([]byte(`{"type":"consent","mood":true,"version":1}`))
	a.refused(room.CodeMoodDisabled, false)
	a.raw([]byte(`{"type":"share_mood","on":true}`))
	a.refused(room.CodeMoodDisabled, false)
	a.raw([]byte(`{"type":"candidate","candidate":null}`)) // the end of a list is no news
	a.raw([]byte(`{"type":"candidate","candidate":{"candidate":"x"}}`))
	a.refused(room.CodeBadCandidate, false)
	a.raw([]byte(`{"type":"offer","sdp":"x"}`))
	a.refused(room.CodeInternal, false)
	a.raw([]byte(`{"type":"hello","ticket":"again"}`))
	a.refused(room.CodeBadMessage, false)
	a.raw([]byte(`{"type":"leave"}`))
	require.Equal(t, map[string]any{"type": "bye", "code": "left"}, a.hear())
	require.Equal(t, websocket.StatusNormalClosure, a.ended())
	require.Equal(t, "left", b.hear()["reason"])
}

func TestBadMessagesAreAnsweredAndThenEnough(t *testing.T) {
	d := open(t, nil)
	c := d.join("a")
	c.raw([]byte(`{"type":"dance"}`))
	c.refused(CodeUnknownType, false)
	c.raw([]byte(`{"type":"chat","id":"1","text":"` + strings.Repeat("x", MaxMessage) + `"}`))
	c.refused(CodeMessageTooBig, false)
	require.NoError(t, c.ws.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"leave"}`)))
	c.refused(room.CodeBadMessage, false)
	for range maxBad - 3 {
		c.raw([]byte(`}`))
		c.refused(room.CodeBadMessage, false)
	}
	require.Equal(t, uint64(maxBad), d.server.Totals().Bad)
	c.raw([]byte(`}`))
	c.refused(room.CodeBadMessage, true)
	require.Equal(t, websocket.StatusPolicyViolation, c.ended())
}

func TestAMonsterBreaksTheConnection(t *testing.T) {
	d := open(t, nil)
	c := d.join("a")
	// The server may be gone before all of it is written.
	_ = c.ws.Write(t.Context(), websocket.MessageText, make([]byte, hardLimit+1))
	c.ended()
}

func TestFloodIsRefused(t *testing.T) {
	d := open(t, nil)
	c := d.join("a")
	for range burst + 5 {
		c.raw([]byte(`{"type":"media","audio":true,"video":true}`))
	}
	c.refused(room.CodeRateLimited, false)
	require.NotZero(t, d.server.Totals().RateLimited)
}

func TestOffersAreFew(t *testing.T) {
	d := open(t, nil)
	c := d.join("a")
	for range offerBurst {
		c.raw([]byte(`{"type":"offer","sdp":"x"}`))
		c.refused(room.CodeInternal, false)
	}
	c.raw([]byte(`{"type":"offer","sdp":"x"}`))
	require.Equal(t, "offer", c.refused(room.CodeRateLimited, false)["ref"])
}

func TestDeadSocketIsFound(t *testing.T) {
	d := open(t, func(c *Config) { c.PingEvery, c.PongWithin = 50*time.Millisecond, 100*time.Millisecond })
	a := d.join("a")
	b := d.join("b")
	// b does not read any more, so it sends no pongs; a does.
	_ = b
	require.Equal(t, "peer_joined", a.hear()["type"])
	require.Equal(t, "peer_away", a.hear()["type"])
	require.Equal(t, uint64(1), d.server.Totals().Dead)
}

func TestShutdown(t *testing.T) {
	d := open(t, nil)
	seated, silent := d.join("a"), d.dial()
	require.Eventually(t, func() bool { return d.server.Totals().Open == 2 }, time.Second, time.Millisecond)
	done := make(chan error, 1)
	go func() { done <- d.server.Close(context.Background()) }()
	for _, c := range []*client{seated, silent} {
		require.Equal(t, map[string]any{"type": "bye", "code": "shutdown"}, c.hear())
		require.Equal(t, websocket.StatusGoingAway, c.ended())
	}
	require.NoError(t, <-done)
	require.Zero(t, d.server.Totals().Open)
	late := d.dial()
	require.Equal(t, "shutdown", late.hear()["code"])
	late.ended()
}

func TestHandshake(t *testing.T) {
	d := open(t, func(c *Config) { c.AllowedOrigins = []string{"https://friend.example"} })
	for _, c := range []struct {
		name, origin, protocol string
		status                 int
	}{
		{"no origin", "", Subprotocol, http.StatusSwitchingProtocols},
		{"own origin", d.http.URL, Subprotocol, http.StatusSwitchingProtocols},
		{"allowed origin", "https://friend.example", Subprotocol, http.StatusSwitchingProtocols},
		{"allowed host, other scheme", "http://friend.example", Subprotocol, http.StatusForbidden},
		{"foreign origin", "https://evil.example", Subprotocol, http.StatusForbidden},
		{"other version", "", "pp-enter.v2", http.StatusBadRequest},
		{"one of two versions", "", "pp-enter.v2, " + Subprotocol, http.StatusSwitchingProtocols},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			if c.origin != "" {
				h.Set("Origin", c.origin)
			}
			ws, resp, err := websocket.Dial(t.Context(), d.http.URL, &websocket.DialOptions{
				HTTPHeader: h, Subprotocols: strings.Split(c.protocol, ", "),
			})
			if err == nil {
				defer ws.CloseNow()
				require.Equal(t, Subprotocol, ws.Subprotocol())
			}
			require.Equal(t, c.status, resp.StatusCode)
		})
	}
	resp, err := http.Get(d.http.URL)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "application/problem+json", resp.Header.Get("Content-Type"))
	var body map[string]any
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&body))
	require.Equal(t, "protocol_unsupported", body["code"])
}
