package notify

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/pp-enter/pp-enter/api/social"
)

// Totals are counts since the start, and what is open at this moment.
type Totals struct {
	Open       int    `json:"open"`
	Users      int    `json:"users"`      // with at least one socket
	Events     uint64 `json:"events"`     // handed to sockets: one event to three pages is three
	Lost       uint64 `json:"lost"`       // not handed to a socket, because its queue was full
	Overflowed uint64 `json:"overflowed"` // sockets closed for that
	Replaced   uint64 `json:"replaced"`   // sockets closed because their user opened too many
	Refused    uint64 `json:"refused"`    // sockets whose token was not good, or did not come
	Crowded    uint64 `json:"crowded"`    // sockets refused because their address has too many
	Ended      uint64 `json:"ended"`      // sockets closed because their session or token ended
	Bad        uint64 `json:"bad"`        // sockets closed because of what the client sent
	Dead       uint64 `json:"dead"`       // sockets whose pong did not come
}

type counters struct {
	events, lost, overflowed, replaced, refused, crowded, ended, bad, dead atomic.Uint64
}

// Hub is the http.Handler of the socket, and knows who has one. Safe for concurrent use.
type Hub struct {
	cfg    Config
	counts counters
	stop   context.CancelFunc // ends the watch
	done   chan struct{}      // closed when the watch has ended

	mu        sync.Mutex
	closed    bool                 // guarded by mu
	sockets   map[*socket]struct{} // guarded by mu; all, also those that have not said who they are
	addresses map[string]int       // guarded by mu; sockets by where they come from
	users     map[int64][]*socket  // guarded by mu; the oldest first
	empty     *sync.Cond           // of mu; there are no sockets. A WaitGroup bears none that comes late
}

// New returns a hub that watches over sessions until Close.
func New(cfg Config) (*Hub, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	h := &Hub{
		cfg: cfg, stop: stop, done: make(chan struct{}),
		sockets: map[*socket]struct{}{}, addresses: map[string]int{}, users: map[int64][]*socket{},
	}
	h.empty = sync.NewCond(&h.mu)
	go h.watch(ctx)
	return h, nil
}

// ServeHTTP upgrades the request and stays until the socket is closed.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(subprotocols(r), Subprotocol) {
		problem(w, http.StatusBadRequest, CodeProtocol, "The subprotocol "+Subprotocol+" is required.")
		return
	}
	s := newSocket(h, h.cfg.Address(r))
	if !h.enter(s) {
		h.counts.crowded.Add(1)
		w.Header().Set("Retry-After", "10")
		problem(w, http.StatusTooManyRequests, CodeTooManySockets, "Too many sockets are open from this address.")
		return
	}
	defer h.leave(s)
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{Subprotocol}, OriginPatterns: h.cfg.AllowedOrigins,
	})
	if err != nil {
		h.cfg.Log.Info("socket refused", slog.Any("error", err)) // Accept has answered
		return
	}
	ws.SetReadLimit(hardLimit)
	token := ""
	if cookie, err := r.Cookie(h.cfg.Cookie); err == nil {
		token = cookie.Value
	}
	s.serve(r.Context(), ws, token)
}

// enter counts a socket; false: its address has too many. After Close, the socket only says goodbye.
func (h *Hub) enter(s *socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.addresses[s.address] >= h.cfg.PerAddress {
		return false
	}
	h.addresses[s.address]++
	h.sockets[s] = struct{}{}
	if h.closed {
		s.finish(websocket.StatusGoingAway, CodeShutdown)
	}
	return true
}

// register makes a socket its user's: from here on it gets their events. Where that is one too many, the
// oldest goes.
func (h *Hub) register(s *socket, id Identity) {
	h.mu.Lock()
	s.who = id
	list := h.users[id.UserID]
	list = append(list, s)
	var oldest *socket
	if len(list) > h.cfg.PerUser {
		oldest = list[0]
		list = slices.Delete(list, 0, 1)
	}
	h.users[id.UserID] = list
	h.mu.Unlock()
	if oldest != nil {
		h.counts.replaced.Add(1)
		oldest.finish(websocket.StatusPolicyViolation, CodeReplaced)
	}
}

func (h *Hub) leave(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sockets, s)
	h.addresses[s.address]--
	if h.addresses[s.address] == 0 {
		delete(h.addresses, s.address)
	}
	if user := s.who.UserID; user != 0 {
		list := slices.DeleteFunc(h.users[user], func(other *socket) bool { return other == s })
		h.users[user] = list
		if len(list) == 0 {
			delete(h.users, user)
		}
	}
	if len(h.sockets) == 0 {
		h.empty.Broadcast()
	}
}

// Push sends body, which must marshal to a JSON object, as an event of that kind to all sockets of the user.
// It does not block: a socket that does not keep up is closed. Who has no page open misses the event.
func (h *Hub) Push(userID int64, kind string, body any) {
	h.mu.Lock()
	sockets := slices.Clone(h.users[userID])
	h.mu.Unlock()
	if len(sockets) == 0 {
		return
	}
	message, err := Encode(kind, body)
	if err != nil {
		h.cfg.Log.Error("event is not pushed", slog.String("kind", kind), slog.Any("error", err))
		return
	}
	for _, s := range sockets {
		s.send(message)
	}
}

// watch ends the sockets of sessions that have ended, until the hub is closed.
func (h *Hub) watch(ctx context.Context) {
	defer close(h.done)
	tick := time.NewTicker(h.cfg.CheckEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.check(ctx)
		}
	}
}

// batch is how many sessions are asked for at once.
const batch = 500

// check looks at all sessions that have a socket.
func (h *Hub) check(ctx context.Context) {
	bySession := map[int64][]*socket{}
	h.mu.Lock()
	for _, list := range h.users {
		for _, s := range list {
			bySession[s.who.SessionID] = append(bySession[s.who.SessionID], s)
		}
	}
	h.mu.Unlock()
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(bySession)), batch) {
		live, err := h.cfg.Live(ctx, ids)
		if err != nil {
			if ctx.Err() == nil {
				h.cfg.Log.Error("look at sessions", slog.Any("error", err)) // the next round tries again
			}
			return
		}
		for _, id := range ids {
			if !live[id] {
				h.end(CodeSessionEnded, bySession[id]...)
			}
		}
	}
}

// end closes sockets whose session or token is over.
func (h *Hub) end(code social.Code, sockets ...*socket) {
	for _, s := range sockets {
		if s.finish(websocket.StatusPolicyViolation, code) {
			h.counts.ended.Add(1)
		}
	}
}

// Close says goodbye on every socket and waits for their end, or until ctx ends. New sockets are told at
// once.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	open := slices.Collect(maps.Keys(h.sockets))
	h.mu.Unlock()
	h.stop()
	for _, s := range open {
		s.finish(websocket.StatusGoingAway, CodeShutdown)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		h.mu.Lock()
		for len(h.sockets) > 0 {
			h.empty.Wait()
		}
		h.mu.Unlock()
		<-h.done
	}()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close sockets: %w", ctx.Err())
	}
}

// Totals returns the counts.
func (h *Hub) Totals() Totals {
	h.mu.Lock()
	open, users := len(h.sockets), len(h.users)
	h.mu.Unlock()
	c := &h.counts
	return Totals{
		Open: open, Users: users, Events: c.events.Load(), Lost: c.lost.Load(),
		Overflowed: c.overflowed.Load(), Replaced: c.replaced.Load(), Refused: c.refused.Load(),
		Crowded: c.crowded.Load(), Ended: c.ended.Load(), Bad: c.bad.Load(), Dead: c.dead.Load(),
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
func problem(w http.ResponseWriter, status int, code social.Code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that does not read the answer has nobody to be told of it.
	_, _ = fmt.Fprintf(w, `{"type":"about:blank","status":%d,"code":%q,"title":%q,"detail":%q}`,
		status, code, http.StatusText(status), detail)
}
