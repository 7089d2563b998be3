// Package signal is the socket of a call: it speaks the protocol of PROTOCOL.md with one client each and
// hands what the client wants to its seat in a room. The messages of the client are in message.go, decoded
// strictly; those of the server are there and in sfu/room.
package signal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/pp-enter/pp-enter/sfu/room"
)

// What Config.Verify returns for a ticket that opens nothing.
var (
	ErrTicketInvalid = errors.New("ticket is not one of ours")
	ErrTicketExpired = errors.New("ticket has expired")
)

// Ticket is what a room ticket says once its signature was checked.
type Ticket struct {
	RoomID      int64
	Slug, Title string
	Seat        string
	Person      room.Person
	Expires     time.Time
}

// Config describes a Server. Verify and Rooms are required.
type Config struct {
	// Verify checks a token and returns the ticket, or an error that is ErrTicketInvalid or ErrTicketExpired.
	Verify func(token string) (Ticket, error)
	Rooms  *room.Registry
	// AllowedOrigins are hosts, or scheme://host, besides the server's own whose pages may open a socket. Each
	// may hold * as in path.Match.
	AllowedOrigins []string
	Log            *slog.Logger
	// HelloWithin is how long a new socket may stay silent.
	HelloWithin time.Duration
	// PingEvery and PongWithin find dead sockets.
	PingEvery, PongWithin time.Duration
}

// Defaults of Config.
const (
	DefaultHelloWithin = 5 * time.Second
	DefaultPingEvery   = 5 * time.Second
	DefaultPongWithin  = 10 * time.Second
)

func (c Config) withDefaults() (Config, error) {
	if c.Verify == nil || c.Rooms == nil {
		return c, errors.New("create signal server: Verify and Rooms are required")
	}
	if c.HelloWithin <= 0 {
		c.HelloWithin = DefaultHelloWithin
	}
	if c.PingEvery <= 0 {
		c.PingEvery = DefaultPingEvery
	}
	if c.PongWithin <= 0 {
		c.PongWithin = DefaultPongWithin
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Totals are counts since the start, and the sockets of this moment.
type Totals struct {
	Open        int64  `json:"open"`
	Bad         uint64 `json:"bad_messages"`
	RateLimited uint64 `json:"rate_limited"`
	Overflowed  uint64 `json:"overflowed"` // sockets closed because their queue was full
	Refused     uint64 `json:"refused"`    // tickets
	Dead        uint64 `json:"dead"`       // sockets whose pong did not come
}

type counters struct {
	open                                          atomic.Int64
	bad, rateLimited, overflowed, refused, deadly atomic.Uint64
}

// Server is the http.Handler of the socket.
type Server struct {
	cfg    Config
	counts counters

	mu      sync.Mutex
	closed  bool                 // guarded by mu
	sockets map[*socket]struct{} // guarded by mu
	serving sync.WaitGroup       // Add under mu
}

// New returns a server.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Server{cfg: cfg, sockets: map[*socket]struct{}{}}, nil
}

// ServeHTTP upgrades the request and stays until the socket is closed.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(subprotocols(r), Subprotocol) {
		problem(w, http.StatusBadRequest, "protocol_unsupported", "the subprotocol "+Subprotocol+" is required")
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{Subprotocol}, OriginPatterns: s.cfg.AllowedOrigins,
	})
	if err != nil {
		s.cfg.Log.Info("socket refused", "error", err) // Accept has answered
		return
	}
	ws.SetReadLimit(hardLimit)
	sock := newSocket(s, ws)
	if !s.enter(sock) {
		sock.finish(websocket.StatusGoingAway, room.Bye{Code: room.ByeShutdown})
		sock.writeAll(r.Context())
		return
	}
	defer s.leave(sock)
	sock.serve(r.Context())
}

func (s *Server) enter(sock *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.sockets[sock] = struct{}{}
	s.serving.Add(1)
	s.counts.open.Add(1)
	return true
}

func (s *Server) leave(sock *socket) {
	s.mu.Lock()
	delete(s.sockets, sock)
	s.mu.Unlock()
	s.counts.open.Add(-1)
	s.serving.Done()
}

// Close says goodbye on every socket and waits for their end, or until ctx ends. New sockets are told at
// once.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	open := make([]*socket, 0, len(s.sockets))
	for sock := range s.sockets {
		open = append(open, sock)
	}
	s.mu.Unlock()
	for _, sock := range open {
		sock.Close(room.ByeShutdown)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.serving.Wait()
	}()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close sockets: %w", ctx.Err())
	}
}

// Totals returns the counts.
func (s *Server) Totals() Totals {
	c := &s.counts
	return Totals{
		Open: c.open.Load(), Bad: c.bad.Load(), RateLimited: c.rateLimited.Load(),
		Overflowed: c.overflowed.Load(), Refused: c.refused.Load(), Dead: c.deadly.Load(),
	}
}

func subprotocols(r *http.Request) []string {
	var out []string
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for p := range strings.SplitSeq(line, ",") {
			out = append(out, strings.TrimSpace(p))
		}
	}
	return out
}

// problem answers in the form of RFC 9457.
func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that does not read the answer has nobody to be told of it.
	_, _ = fmt.Fprintf(w, `{"status":%d,"code":%q,"title":%q,"detail":%q}`,
		status, code, http.StatusText(status), detail)
}
