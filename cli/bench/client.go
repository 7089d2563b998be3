package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/coder/websocket"

	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// hall is a media server with a socket on loopback. Its tickets are not signed: entering is not what is
// measured.
type hall struct {
	server *sfu.Server
	http   *httptest.Server
}

func openHall(engine *inference.Engine) (*hall, error) {
	cfg := sfu.DefaultConfig()
	cfg.Peer.Loopback = true
	cfg.Verify = func(token string) (t signal.Ticket, err error) {
		err = json.Unmarshal([]byte(token), &t)
		return t, err
	}
	cfg.Log = slog.New(slog.DiscardHandler)
	if engine != nil {
		cfg.NewFilter = func() (room.Filter, error) {
			f, err := engine.NewFilter()
			return roomFilter{f}, err
		}
		cfg.Filters = room.Filters{Modes: engine.Info().Modes, MoodEnabled: true, ConsentVersion: 1}
	}
	server, err := sfu.New(cfg)
	if err != nil {
		return nil, err
	}
	return &hall{server, httptest.NewServer(server.Handler())}, nil
}

// roomFilter is a filter as a room wants to see it.
type roomFilter struct{ *inference.Filter }

// Choose implements room.Filter.
func (f roomFilter) Choose(c room.Choice) error { return f.Filter.Choose(inference.Choice(c)) }

func (h *hall) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := h.server.Close(ctx)
	h.http.Close()
	return err
}

// client is one person in a room: a socket and a browser.
type client struct {
	ws      *websocket.Conn
	browser *sfutest.Browser
	seat    string
}

// join enters a room and waits for the answer to the offer; media then comes by itself.
func (h *hall) join(
	ctx context.Context, roomID int64, who string, cfg sfutest.Config, mood bool,
) (*client, error) {
	seat, err := h.server.Reserve(room.Info{ID: roomID}, room.Person{Key: who, Name: who})
	if err != nil {
		return nil, fmt.Errorf("reserve: %w", err)
	}
	ticket, err := json.Marshal(signal.Ticket{RoomID: roomID, Seat: seat, Expires: time.Now().Add(time.Minute)})
	if err != nil {
		return nil, fmt.Errorf("make ticket: %w", err)
	}
	c := &client{seat: seat}
	opts := &websocket.DialOptions{Subprotocols: []string{signal.Subprotocol}}
	if c.ws, _, err = websocket.Dial(ctx, h.http.URL, opts); err != nil { //nolint:bodyclose // the library does
		return nil, fmt.Errorf("open socket: %w", err)
	}
	c.ws.SetReadLimit(1 << 20)
	if err := c.enter(ctx, string(ticket), cfg, mood); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *client) enter(ctx context.Context, ticket string, cfg sfutest.Config, mood bool) (err error) {
	type fields = map[string]any
	if err := c.say(ctx, fields{"type": "hello", "ticket": ticket}); err != nil {
		return err
	}
	if _, err := c.await(ctx, "welcome"); err != nil {
		return err
	}
	if mood {
		err = errors.Join(
			c.say(ctx, fields{"type": "consent", "mood": true, "version": 1}),
			c.say(ctx, fields{"type": "filter", "mode": inference.Mood}))
		if err != nil {
			return err
		}
	}
	if c.browser, err = sfutest.NewBrowser(cfg); err != nil {
		return err
	}
	offer, err := c.browser.CreateOffer()
	if err != nil {
		return err
	}
	if err := c.say(ctx, fields{"type": "offer", "sdp": offer}); err != nil {
		return err
	}
	answer, err := c.await(ctx, "answer")
	if err != nil {
		return err
	}
	sdp, _ := answer["sdp"].(string)
	return c.browser.SetAnswer(sdp)
}

func (c *client) say(ctx context.Context, m any) error {
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	if err := c.ws.Write(ctx, websocket.MessageText, b); err != nil {
		return fmt.Errorf("write socket: %w", err)
	}
	return nil
}

// await reads until a message of the type comes.
func (c *client) await(ctx context.Context, kind string) (map[string]any, error) {
	for {
		_, b, err := c.ws.Read(ctx)
		if err != nil {
			return nil, fmt.Errorf("wait for %s: %w", kind, err)
		}
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("read message: %w", err)
		}
		switch m["type"] {
		case kind:
			return m, nil
		case "error":
			return nil, fmt.Errorf("wait for %s: the server says %v", kind, m["code"])
		}
	}
}

// leave gives the seat up and waits for the goodbye: a socket closed before might take the word with it.
func (c *client) leave(ctx context.Context) error {
	if err := c.say(ctx, map[string]any{"type": "leave"}); err != nil {
		return err
	}
	_, err := c.await(ctx, "bye")
	return err
}

func (c *client) close() error {
	var err error
	if c.browser != nil {
		err = c.browser.Close()
	}
	if c.ws != nil {
		_ = c.ws.CloseNow() // the socket may be closed already
	}
	return err
}

// reel is a browser's camera that plays footage, from its start when a keyframe is asked for.
type reel struct {
	footage *footage
	next    int
}

// Interval implements sfutest.Source.
func (r *reel) Interval() time.Duration { return time.Second / fps }

// Next implements sfutest.Source.
func (r *reel) Next(keyframe bool, e *frame.Encoded) error {
	if keyframe {
		r.next = 0
	}
	*e = r.footage.units[r.next]
	r.next = (r.next + 1) % len(r.footage.units)
	return nil
}
