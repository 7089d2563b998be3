package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

// desk knows the tokens "user/session", and which sessions have ended.
type desk struct {
	mu    sync.Mutex
	ended map[int64]bool // guarded by mu
	fail  bool           // guarded by mu; the database is away
	life  time.Duration
}

func (d *desk) authenticate(_ context.Context, token string) (Identity, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	user, session, ok := strings.Cut(token, "/")
	u, err := strconv.ParseInt(user, 10, 64)
	s, err2 := strconv.ParseInt(session, 10, 64)
	switch {
	case d.fail:
		return Identity{}, errors.New("the database is away")
	case !ok || err != nil || err2 != nil:
		return Identity{}, fmt.Errorf("read token: %w", social.ErrTokenInvalid)
	case d.ended[s]:
		return Identity{}, social.ErrSessionEnded
	}
	return Identity{UserID: u, SessionID: s, Expires: time.Now().Add(d.life)}, nil
}

func (d *desk) live(_ context.Context, sessions []int64) (map[int64]bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail {
		return nil, errors.New("the database is away")
	}
	live := map[int64]bool{}
	for _, s := range sessions {
		live[s] = !d.ended[s]
	}
	return live, nil
}

func (d *desk) end(session int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended[session] = true
}

func (d *desk) away(yes bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = yes
}

// site is a hub behind a server.
type site struct {
	hub  *Hub
	desk *desk
	url  string
}

func newSite(t *testing.T, change ...func(*Config)) *site {
	t.Helper()
	d := &desk{ended: map[int64]bool{}, life: time.Hour}
	cfg := Config{
		Authenticate: d.authenticate, Live: d.live, Cookie: "access",
		Greeting: func(_ context.Context, user int64) (any, error) {
			return map[string]int64{"user": user}, nil
		},
		HelloWithin: 100 * time.Millisecond, CheckEvery: 10 * time.Millisecond,
		AllowedOrigins: []string{"https://friend.example"},
	}
	for _, c := range change {
		c(&cfg)
	}
	hub, err := New(cfg)
	require.NoError(t, err)
	server := httptest.NewServer(hub)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(t, hub.Close(ctx))
		require.NoError(t, hub.Close(ctx), "again")
		server.Close()
		require.Zero(t, hub.Totals().Open)
		require.Zero(t, hub.Totals().Users)
		hub.mu.Lock()
		defer hub.mu.Unlock()
		require.Empty(t, hub.addresses)
	})
	return &site{hub: hub, desk: d, url: server.URL}
}

// page is a client.
type page struct {
	t  *testing.T
	ws *websocket.Conn
}

// dial opens a socket with headers, pairs of name and value.
func (s *site) dial(t *testing.T, headers ...string) (*page, *http.Response, error) {
	t.Helper()
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	ws, res, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{
		Subprotocols: []string{Subprotocol}, HTTPHeader: h,
	})
	if err != nil {
		return nil, res, err
	}
	t.Cleanup(func() { ws.CloseNow() })
	return &page{t, ws}, res, nil
}

// open opens a socket with a token in the cookie, and reads the greeting.
func (s *site) open(t *testing.T, user, session int) *page {
	t.Helper()
	p, _, err := s.dial(t, "Cookie", fmt.Sprintf("access=%d/%d", user, session))
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`{"type":"hello","user":%d}`, user), p.read())
	return p
}

func (p *page) read() string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	_, data, err := p.ws.Read(ctx)
	require.NoError(p.t, err)
	return string(data)
}

func (p *page) write(text string) {
	p.t.Helper()
	require.NoError(p.t, p.ws.Write(p.t.Context(), websocket.MessageText, []byte(text)))
}

// over asserts that a bye with that code comes next, and nothing after it.
func (p *page) over(code social.Code) {
	p.t.Helper()
	require.JSONEq(p.t, fmt.Sprintf(`{"type":"bye","code":%q}`, code), p.read())
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	_, _, err := p.ws.Read(ctx)
	var end websocket.CloseError
	require.ErrorAs(p.t, err, &end)
	require.Equal(p.t, string(code), end.Reason)
}

func TestEventsReachAllPagesOfTheirUser(t *testing.T) {
	s := newSite(t)
	a, b, other := s.open(t, 1, 10), s.open(t, 1, 11), s.open(t, 2, 20)
	s.hub.Push(1, "news", map[string]int{"n": 1})
	s.hub.Push(3, "news", map[string]int{"n": 2})
	s.hub.Push(2, "news", json.RawMessage(`[]`)) // no object: it is logged and not sent
	s.hub.Push(2, "news", struct{}{})
	require.JSONEq(t, `{"type":"news","n":1}`, a.read())
	require.JSONEq(t, `{"type":"news","n":1}`, b.read())
	require.JSONEq(t, `{"type":"news"}`, other.read())
	a.write(`{"type":"ping","t":1.5}`)
	require.JSONEq(t, `{"type":"pong","t":1.5}`, a.read())
	a.write(`{"type":"hello"}`) // the cookie was enough
	a.write(`{"type":"ping","t":2}`)
	require.JSONEq(t, `{"type":"pong","t":2}`, a.read())
	totals := s.hub.Totals()
	require.Equal(t, 3, totals.Open)
	require.Equal(t, 2, totals.Users)
	require.NoError(t, b.ws.Close(websocket.StatusNormalClosure, ""))
	require.Eventually(t, func() bool { return s.hub.Totals().Open == 2 }, 5*time.Second, 5*time.Millisecond)
	metrics := prometheus.NewRegistry()
	require.NoError(t, metrics.Register(s.hub.Collector()))
	families, err := metrics.Gather()
	require.NoError(t, err)
	require.Len(t, families, 5)
}

func TestWhoseSocketItIs(t *testing.T) {
	long := `{"type":"hello","token":"` + strings.Repeat("x", MaxMessage) + `"}`
	for name, c := range map[string]struct {
		cookie, first string
		bye           social.Code // empty: greeted
	}{
		"cookie":                      {"1/10", "", ""},
		"token":                       {"", `{"type":"hello","token":"1/10"}`, ""},
		"stale cookie and good token": {"1/13", `{"type":"hello","token":"1/10"}`, ""},
		"silence":                     {"", "", CodeHelloExpected},
		"stale cookie and silence":    {"1/13", "", CodeSessionEnded},
		"stale cookie and no token":   {"1/13", `{"type":"hello"}`, CodeSessionEnded},
		"no token":                    {"", `{"type":"hello"}`, CodeLoginRequired},
		"bad token":                   {"", `{"type":"hello","token":"x"}`, social.CodeTokenInvalid},
		"ended":                       {"", `{"type":"hello","token":"1/13"}`, CodeSessionEnded},
		"ping first":                  {"", `{"type":"ping","t":1}`, CodeHelloExpected},
		"nonsense":                    {"", `{"type":"dance"}`, CodeBadMessage},
		"too long":                    {"", long, CodeMessageTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.desk.end(13)
			var headers []string
			if c.cookie != "" {
				headers = []string{"Cookie", "access=" + c.cookie}
			}
			p, _, err := s.dial(t, headers...)
			require.NoError(t, err)
			if c.first != "" {
				p.write(c.first)
			}
			s.hub.Push(0, "news", struct{}{})
			if c.bye != "" {
				p.over(c.bye)
				return
			}
			require.JSONEq(t, `{"type":"hello","user":1}`, p.read())
			time.Sleep(150 * time.Millisecond) // longer than a silent one may stay
			s.hub.Push(1, "news", struct{}{})
			require.JSONEq(t, `{"type":"news"}`, p.read())
			p.write(`{"type":"hello","token":"2/20"}`)
			p.over(CodeBadMessage)
		})
	}
}

func TestWhatIsRefusedBeforeTheUpgrade(t *testing.T) {
	s := newSite(t, func(c *Config) { c.PerAddress = 2 })
	_, res, err := websocket.Dial(t.Context(), s.url, nil) //nolint:bodyclose // read below
	require.Error(t, err)
	require.Equal(t, 400, res.StatusCode)
	_, res, err = s.dial(t, "Origin", "https://evil.example", "Cookie", "access=1/10")
	require.Error(t, err)
	require.Equal(t, 403, res.StatusCode)
	for _, origin := range []string{"https://friend.example", s.url} {
		p, _, err := s.dial(t, "Origin", origin, "Cookie", "access=1/10")
		require.NoError(t, err)
		require.JSONEq(t, `{"type":"hello","user":1}`, p.read())
	}
	_, res, err = s.dial(t)
	require.Error(t, err)
	require.Equal(t, 429, res.StatusCode)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), string(CodeTooManySockets))
	require.Equal(t, uint64(1), s.hub.Totals().Crowded)
}

func TestSocketsEndWithSessionAndToken(t *testing.T) {
	s := newSite(t)
	a, b := s.open(t, 1, 10), s.open(t, 1, 11)
	s.desk.away(true)
	time.Sleep(50 * time.Millisecond) // what cannot be asked ends nothing
	s.desk.away(false)
	s.desk.end(10)
	a.over(CodeSessionEnded)
	s.hub.Push(1, "news", struct{}{})
	require.JSONEq(t, `{"type":"news"}`, b.read())

	s.desk.mu.Lock()
	s.desk.life = 50 * time.Millisecond
	s.desk.mu.Unlock()
	c := s.open(t, 2, 20)
	c.over(CodeTokenExpired)
	require.Eventually(t, func() bool { return s.hub.Totals().Ended == 2 }, time.Second, time.Millisecond)

	s.desk.away(true)
	p, _, err := s.dial(t, "Cookie", "access=1/10")
	require.NoError(t, err)
	p.write(`{"type":"hello"}`)
	p.over(CodeInternal)
}

func TestGreetingThatFails(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Greeting = func(context.Context, int64) (any, error) { return nil, errors.New("no") }
	})
	p, _, err := s.dial(t, "Cookie", "access=1/10")
	require.NoError(t, err)
	p.over(CodeInternal)
}

func TestTheOldestPageGivesWay(t *testing.T) {
	s := newSite(t, func(c *Config) { c.PerUser = 2 })
	a, b, other := s.open(t, 1, 10), s.open(t, 1, 10), s.open(t, 2, 20)
	c := s.open(t, 1, 11)
	a.over(CodeReplaced)
	s.hub.Push(1, "news", struct{}{})
	s.hub.Push(2, "news", struct{}{})
	for _, p := range []*page{b, c, other} {
		require.JSONEq(t, `{"type":"news"}`, p.read())
	}
}

// What happens between the look at the state and the first message is not missed.
func TestEventsOfBeforeTheGreetingComeAfterIt(t *testing.T) {
	var s *site
	s = newSite(t, func(c *Config) {
		c.Greeting = func(_ context.Context, user int64) (any, error) {
			s.hub.Push(user, "news", struct{}{})
			return map[string]int64{"user": user}, nil
		}
	})
	p := s.open(t, 1, 10)
	require.JSONEq(t, `{"type":"news"}`, p.read())
}

func TestChattyClients(t *testing.T) {
	s := newSite(t)
	p := s.open(t, 1, 10)
	for range burst + 1 {
		p.write(`{"type":"ping","t":1}`)
	}
	for range burst {
		require.Contains(t, p.read(), "pong")
	}
	p.over(CodeRateLimited)
	p = s.open(t, 1, 10)
	require.NoError(t, p.ws.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping","t":1}`)))
	p.over(CodeBadMessage)
	require.Eventually(t, func() bool { return s.hub.Totals().Bad == 2 }, 5*time.Second, time.Millisecond)
}

// A client that does not read loses its socket; nobody waits for it.
func TestSlowReader(t *testing.T) {
	s := newSite(t)
	slow, quick := s.open(t, 1, 10), s.open(t, 1, 11)
	big := map[string]string{"text": strings.Repeat("x", 64<<10)}
	quick.ws.SetReadLimit(1 << 20)
	start, sent := time.Now(), 0
	for ; s.hub.Totals().Overflowed == 0 && sent < 10_000; sent++ {
		s.hub.Push(1, "news", big)
		quick.read()
	}
	require.Less(t, sent, 10_000)
	require.Less(t, time.Since(start), 20*time.Second)
	require.Positive(t, s.hub.Totals().Lost)
	require.Eventually(t, func() bool { return s.hub.Totals().Open == 1 }, 20*time.Second, 10*time.Millisecond)
	slow.ws.SetReadLimit(1 << 20)
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		_, _, err := slow.ws.Read(ctx)
		cancel()
		if err != nil {
			break
		}
	}
}

// A client that answers no ping is gone.
func TestDeadClient(t *testing.T) {
	s := newSite(t, func(c *Config) { c.PingEvery, c.PongWithin = 20*time.Millisecond, 50*time.Millisecond })
	s.open(t, 1, 10) // it reads no more, and so does not see the ping
	require.Eventually(t, func() bool { return s.hub.Totals().Dead == 1 && s.hub.Totals().Open == 0 },
		10*time.Second, 10*time.Millisecond)
}

func TestClose(t *testing.T) {
	s := newSite(t)
	pages := []*page{s.open(t, 1, 10), s.open(t, 2, 20)}
	waiting, _, err := s.dial(t)
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- s.hub.Close(context.Background()) }()
	for _, p := range append(pages, waiting) {
		p.over(CodeShutdown)
	}
	require.NoError(t, <-done)
	late, _, err := s.dial(t, "Cookie", "access=1/10")
	require.NoError(t, err)
	for { // the greeting may or may not come before
		if text := late.read(); strings.Contains(text, "bye") {
			require.Contains(t, text, string(CodeShutdown))
			return
		}
	}
}

// Many come, are told things, go and are sent away at once.
func TestManyAtOnce(t *testing.T) {
	s := newSite(t, func(c *Config) { c.PerUser = 5 })
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			p, _, err := s.dial(t, "Cookie", fmt.Sprintf("access=%d/%d", i%4+1, i+1))
			if err != nil {
				t.Error(err)
				return
			}
			for range i % 5 {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				_, _, err := p.ws.Read(ctx)
				cancel()
				if err != nil {
					return
				}
			}
			p.ws.CloseNow()
		})
		wg.Go(func() {
			for range 20 {
				s.hub.Push(int64(i%4+1), "news", struct{}{})
			}
			s.desk.end(int64(i + 1))
		})
	}
	wg.Wait()
}

func TestConfigMustBeWhole(t *testing.T) {
	_, err := New(Config{})
	require.Error(t, err)
}

// A page that comes while the last one goes must not disturb whoever waits for the end.
func TestPageComesAtTheEnd(t *testing.T) {
	for range 100 {
		hub, err := New(Config{
			Authenticate: (&desk{}).authenticate, Live: (&desk{}).live,
			Greeting: func(context.Context, int64) (any, error) { return struct{}{}, nil },
		})
		require.NoError(t, err)
		last := newSocket(hub, "a")
		require.True(t, hub.enter(last))
		closed := make(chan error, 1)
		go func() { closed <- hub.Close(t.Context()) }()
		<-last.end
		time.Sleep(time.Millisecond) // so that Close waits
		late := newSocket(hub, "a")
		hub.leave(last)
		require.True(t, hub.enter(late))
		<-late.end                   // it is told at once
		time.Sleep(time.Millisecond) // and takes its time
		hub.leave(late)
		require.NoError(t, <-closed)
	}
}
