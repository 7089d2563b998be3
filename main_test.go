package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/cli"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

// callTimeout bounds the whole test on a busy machine.
const callTimeout = 90 * time.Second

// program is the whole of it, running on free ports.
type program struct {
	t           *testing.T
	http, admin string        // base addresses
	ended       chan struct{} // closed when it has ended
	status      int           // valid after ended
	stop        context.CancelFunc
}

// boot runs `pp-enter serve` in this process and waits until it listens.
func boot(t *testing.T, environ ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	r, w := io.Pipe()
	environ = append([]string{
		"PPENTER_HTTP_ADDR=127.0.0.1:0", "PPENTER_ADMIN_ADDR=127.0.0.1:0", "PPENTER_RTC_UDP_PORT=0",
		"PPENTER_DATA_DIR=" + t.TempDir(),
	}, environ...)
	p := &program{t: t, ended: make(chan struct{}), stop: stop}
	go func() {
		defer close(p.ended)
		p.status = cli.Main(ctx, []string{"serve"}, &cli.Process{Stdout: io.Discard, Stderr: w, Environ: environ})
		_ = w.Close()
	}()
	listening := make(chan [2]string, 3)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(r); lines.Scan(); {
			var line struct{ Msg, Listener, Addr, Level string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				listening <- [2]string{line.Listener, line.Addr}
			} else if line.Level == "ERROR" || line.Level == "WARN" {
				t.Log(lines.Text())
			}
		}
	}()
	t.Cleanup(func() { stop(); <-p.ended; <-read })
	for range 3 {
		select {
		case l := <-listening:
			switch l[0] {
			case "http":
				p.http = "http://" + l[1]
			case "admin":
				p.admin = "http://" + l[1]
			}
		case <-p.ended:
			t.Fatalf("the program ended with status %d", p.status)
		case <-time.After(30 * time.Second):
			t.Fatal("the program does not listen")
		}
	}
	return p
}

// request sends body (nil: none) and decodes the answer into out (nil: not at all).
func (p *program) request(c *http.Client, method, url string, body, out any) int {
	p.t.Helper()
	var r io.Reader = http.NoBody
	if body != nil {
		data, err := json.Marshal(body)
		require.NoError(p.t, err)
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, url, r)
	require.NoError(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.Do(req)
	require.NoError(p.t, err)
	defer res.Body.Close()
	if out != nil {
		require.NoError(p.t, json.NewDecoder(res.Body).Decode(out))
	}
	return res.StatusCode
}

// entry is the answer to joining, as far as a caller needs it.
type entry struct {
	Ticket    string
	SocketURL string `json:"socket_url"`
	Code      string // of a refusal
	Room      struct {
		Filters struct {
			Modes    []string
			Pictures []struct{ ID string }
		}
	}
}

// caller is one person's page: HTTP, socket and media.
type caller struct {
	t        *testing.T
	entry    entry
	socket   *websocket.Conn
	messages chan map[string]any
	browser  *sfutest.Browser
}

// join enters the room, sends a camera of the brightness luma, and returns when the media flows.
func (p *program) join(ctx context.Context, slug, name string, luma byte) *caller {
	p.t.Helper()
	c := &caller{t: p.t, messages: make(chan map[string]any, 256)}
	status := p.request(p.person(), "POST", p.http+"/api/facechats/by-link/"+slug+"/join/",
		map[string]string{"display_name": name}, &c.entry)
	require.Equal(p.t, 200, status)
	var err error
	c.socket, _, err = websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.http, "http")+c.entry.SocketURL,
		&websocket.DialOptions{Subprotocols: []string{"pp-enter.v1"}})
	require.NoError(p.t, err)
	p.t.Cleanup(func() { c.socket.CloseNow() })
	go func() {
		defer close(c.messages)
		for {
			var m map[string]any
			if wsjson.Read(ctx, c.socket, &m) != nil {
				return
			}
			c.messages <- m
		}
	}()
	c.send(ctx, map[string]any{"type": "hello", "ticket": c.entry.Ticket})
	c.await(ctx, "welcome", nil)

	camera, err := sfutest.NewPattern(frame.VP8, 320, 240, 15, luma)
	require.NoError(p.t, err)
	c.browser, err = sfutest.NewBrowser(sfutest.Config{Source: camera, Microphone: true, Decode: true})
	require.NoError(p.t, err)
	p.t.Cleanup(func() { _ = c.browser.Close() })
	offer, err := c.browser.CreateOffer()
	require.NoError(p.t, err)
	c.send(ctx, map[string]any{"type": "offer", "sdp": offer})
	sdp, _ := c.await(ctx, "answer", nil)["sdp"].(string)
	require.NoError(p.t, c.browser.SetAnswer(sdp))
	select {
	case <-c.browser.Connected():
	case <-ctx.Done():
		p.t.Fatal("no connection")
	}
	return c
}

func (p *program) person() *http.Client {
	jar, err := cookiejar.New(nil)
	require.NoError(p.t, err)
	return &http.Client{Jar: jar, Timeout: 10 * time.Second}
}

func (c *caller) send(ctx context.Context, m map[string]any) {
	c.t.Helper()
	require.NoError(c.t, wsjson.Write(ctx, c.socket, m))
}

// await returns the next message of that type with those fields; others are passed over.
func (c *caller) await(ctx context.Context, kind string, fields map[string]any) map[string]any {
	c.t.Helper()
	for {
		select {
		case m, open := <-c.messages:
			require.True(c.t, open, "the socket closed before %s %v", kind, fields)
			fits := m["type"] == kind
			for name, want := range fields {
				fits = fits && m[name] == want
			}
			if fits {
				return m
			}
		case <-ctx.Done():
			c.t.Fatalf("no %s %v", kind, fields)
		}
	}
}

// sees waits until the brightness of the other's picture fits.
func (c *caller) sees(what string, fits func(luma float64) bool) {
	c.t.Helper()
	var luma float64
	require.Eventually(c.t, func() bool {
		luma = c.browser.Track(sfutest.TrackCamera).MeanLuma()
		return c.browser.Track(sfutest.TrackCamera).Picture() != nil && fits(luma)
	}, 30*time.Second, 50*time.Millisecond, "%s; last brightness %v", what, &luma)
}

// TestCall makes a call through the whole program: the room by HTTP, the seat by socket, the media by WebRTC,
// and the filter by the models.
func TestCall(t *testing.T) {
	p := boot(t)
	ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
	defer cancel()
	var ready struct{ Checks map[string]string }
	require.Equal(t, 200, p.request(http.DefaultClient, "GET", p.http+"/readyz", nil, &ready))
	require.Equal(t, "ok", ready.Checks["inference"], "the models are made by `make setup`")

	var room struct{ Slug string }
	require.Equal(t, 201, p.request(p.person(), "POST", p.http+"/api/facechats/instant/", struct{}{}, &room))
	const dark, bright = 40, 210
	ada := p.join(ctx, room.Slug, "Ada", dark)
	bo := p.join(ctx, room.Slug, "Bo", bright)
	ada.await(ctx, "peer_joined", nil)
	var third entry
	require.Equal(t, 409, p.request(p.person(), "POST", p.http+"/api/facechats/by-link/"+room.Slug+"/join/",
		map[string]string{"display_name": "Cy"}, &third))
	require.Equal(t, "room_full", third.Code)

	ada.sees("Bo's bright camera", func(l float64) bool { return l > bright-25 })
	bo.sees("Ada's dark camera", func(l float64) bool { return l < dark+25 })

	// Nobody is in Ada's picture: the filter puts the whole of it behind the still picture.
	require.Contains(t, ada.entry.Room.Filters.Modes, "mood")
	ada.send(ctx, map[string]any{
		"type": "filter", "mode": "picture", "picture": ada.entry.Room.Filters.Pictures[0].ID,
	})
	bo.await(ctx, "filter_state", map[string]any{"mode": "picture", "state": "active"})
	bo.sees("Ada's filtered picture", func(l float64) bool { return l > dark+25 })
	p.checkInside(ctx)

	ada.send(ctx, map[string]any{"type": "chat", "id": "1", "text": "안녕"})
	require.Equal(t, "안녕", bo.await(ctx, "chat", nil)["text"])

	// The end: everybody is told, and nothing is left over.
	p.stop()
	bo.await(ctx, "bye", map[string]any{"code": "shutdown"})
	ada.await(ctx, "bye", map[string]any{"code": "shutdown"})
	select {
	case <-p.ended:
		require.Equal(t, 0, p.status)
	case <-ctx.Done():
		t.Fatal("the program does not end")
	}
}

// checkInside looks at the operator's listener while the filter runs.
func (p *program) checkInside(ctx context.Context) {
	p.t.Helper()
	var view struct {
		Inference struct{ Provider string }
		Rooms     []struct {
			Participants []struct {
				State string
				Line  *struct {
					Stages []struct{ Stage string }
					Drops  map[string]uint64
				}
			}
		}
	}
	require.Equal(p.t, 200, p.request(http.DefaultClient, "GET", p.admin+"/debug/pipeline", nil, &view))
	require.NotEmpty(p.t, view.Inference.Provider)
	stages, err := json.Marshal(view.Rooms)
	require.NoError(p.t, err)
	for _, stage := range []string{"decode", "process", "segment", "encode", "active"} {
		require.Contains(p.t, string(stages), stage)
	}
	for path, want := range map[string]string{
		"/debug/pipeline": "<td>decode</td>", "/metrics": "ppenter_participants",
	} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.admin+path, http.NoBody)
		require.NoError(p.t, err)
		req.Header.Set("Accept", "text/html")
		res, err := http.DefaultClient.Do(req)
		require.NoError(p.t, err)
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		require.NoError(p.t, err)
		require.Contains(p.t, string(body), want, path)
	}
}

// TestServerWithoutModels: a runtime that is not there must not stop the calls.
func TestServerWithoutModels(t *testing.T) {
	p := boot(t, "PPENTER_INFERENCE_LIBRARY=/nowhere/libonnxruntime.so", "PPENTER_DEMO_ENABLED=false")
	var ready struct {
		Status string
		Checks map[string]string
	}
	require.Equal(t, 200, p.request(http.DefaultClient, "GET", p.http+"/readyz", nil, &ready))
	require.Equal(t, "degraded", ready.Status)
	require.Equal(t, "ort_library_not_found", ready.Checks["inference"])
	var room struct{ Filters struct{ Modes []string } }
	require.Equal(t, 201, p.request(p.person(), "POST", p.http+"/api/facechats/instant/", struct{}{}, &room))
	require.Equal(t, []string{"off"}, room.Filters.Modes)
}

// TestDemoPartner brings the demo partner in, who is filtered like anybody, and leaves by HTTP.
func TestDemoPartner(t *testing.T) {
	p := boot(t)
	ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
	defer cancel()
	var room struct {
		ID   int64
		Slug string
	}
	require.Equal(t, 201, p.request(p.person(), "POST", p.http+"/api/facechats/instant/", struct{}{}, &room))
	ada := p.join(ctx, room.Slug, "Ada", 40)
	seat := fmt.Sprintf("%s/api/facechats/%d", p.http, room.ID)
	require.Equal(t, 401, p.request(p.person(), "POST", seat+"/demo/", nil, nil))
	bearer := &http.Client{Transport: ticketed(ada.entry.Ticket)}
	require.Equal(t, 202, p.request(bearer, "POST", seat+"/demo/", nil, nil))
	joined, _ := ada.await(ctx, "peer_joined", nil)["peer"].(map[string]any)
	require.Equal(t, true, joined["demo"])
	ada.sees("the demo partner", func(l float64) bool { return l > 0 })
	require.Equal(t, 202, p.request(bearer, "POST", seat+"/demo/", nil, nil), "it is here already")
	require.Equal(t, 409, p.request(p.person(), "POST", p.http+"/api/facechats/by-link/"+room.Slug+"/join/",
		map[string]string{"display_name": "Cy"}, nil))

	require.Equal(t, 204, p.request(bearer, "POST", seat+"/exit/", nil, nil))
	ada.await(ctx, "bye", nil)
	require.Equal(t, 409, p.request(bearer, "POST", seat+"/demo/", nil, nil), "who left may not")
	var view struct{ Present int }
	require.Eventually(t, func() bool {
		p.request(p.person(), "GET", p.http+"/api/facechats/by-link/"+room.Slug+"/", nil, &view)
		return view.Present == 0
	}, 10*time.Second, 50*time.Millisecond, "the demo partner does not stay alone")
}

// ticketed sends the ticket with each request.
type ticketed string

func (t ticketed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(t))
	return http.DefaultTransport.RoundTrip(r)
}
