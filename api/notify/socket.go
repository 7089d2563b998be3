package notify

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// hardLimit is where a message is not even read to its end: the connection breaks.
	hardLimit = 64 << 10
	// queueLen is how many events may wait for a slow client.
	queueLen = 64
	// writeWithin bounds one write, askWithin one question to whoever knows tokens and greetings.
	writeWithin = 5 * time.Second
	askWithin   = 5 * time.Second
	// A client has next to nothing to say.
	perSecond, burst = 1, 10
)

// socket is one page's connection.
type socket struct {
	hub     *Hub
	address string
	ws      *websocket.Conn // set by serve

	first chan []byte   // the greeting, before which nothing else is written
	out   chan []byte   // events; never closed
	end   chan struct{} // closed by finish

	once   sync.Once
	last   social.Code          // written by finish, read after end
	status websocket.StatusCode // likewise

	who Identity // guarded by Hub.mu; UserID 0: not known yet

	known bool          // whose socket it is; owned by the reading goroutine, as are the next three
	why   social.Code   // what the client misses
	timer *time.Timer   // the wait for a hello, and then the life of the token
	talk  *rate.Limiter // how much the client says
}

func newSocket(h *Hub, address string) *socket {
	return &socket{
		hub: h, address: address,
		first: make(chan []byte, 1), out: make(chan []byte, queueLen), end: make(chan struct{}),
		why: CodeLoginRequired, talk: rate.NewLimiter(perSecond, burst),
	}
}

// send queues an event. A client that does not read loses its connection: it would miss something otherwise,
// and when it comes back it is told how things stand.
func (s *socket) send(message []byte) {
	select {
	case <-s.end:
		return
	default:
	}
	select {
	case s.out <- message:
		s.hub.counts.events.Add(1)
	default:
		s.hub.counts.lost.Add(1)
		if s.finish(websocket.StatusPolicyViolation, CodeOverflow) {
			s.hub.counts.overflowed.Add(1)
		}
	}
}

// finish ends the connection after what is queued and a bye. Only the first call counts, which returns true.
func (s *socket) finish(status websocket.StatusCode, code social.Code) (first bool) {
	s.once.Do(func() {
		first = true
		s.last, s.status = code, status
		close(s.end)
	})
	return first
}

// serve runs the connection: this goroutine reads, a second one writes, a third one pings.
func (s *socket) serve(ctx context.Context, ws *websocket.Conn, cookie string) {
	s.ws = ws
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var others sync.WaitGroup
	others.Go(func() { s.writeAll(ctx) })
	others.Go(func() { s.pingAll(ctx) })
	silence := CodeHelloExpected
	if cookie != "" && !s.login(ctx, cookie) {
		silence = s.why // browsers send stale cookies unasked: a token may still come
	}
	if !s.known {
		s.timer = time.AfterFunc(s.hub.cfg.HelloWithin, func() { s.refuse(silence) })
	}
	err := s.readAll(ctx)
	s.timer.Stop()
	s.finish(websocket.StatusNormalClosure, "")
	others.Wait() // the writer may still have a goodbye to say
	s.hub.cfg.Log.Debug("socket closed", slog.Any("reason", err))
}

// login makes the socket that of the token's owner and greets them; false: nobody's, and why says the reason.
func (s *socket) login(ctx context.Context, token string) bool {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	id, err := s.hub.cfg.Authenticate(ctx, token)
	if err != nil {
		s.why = s.code(err)
		return false
	}
	// First of all, so that what happens from here on is not missed: either the greeting tells of it, or an
	// event that comes after the greeting, or both.
	s.hub.register(s, id)
	s.known = true
	if s.timer != nil {
		s.timer.Stop()
	}
	s.timer = time.AfterFunc(time.Until(id.Expires), func() { s.hub.end(CodeTokenExpired, s) })
	greeting, err := s.greeting(ctx, id.UserID)
	if err != nil {
		s.refuse(s.code(err))
		return true
	}
	s.first <- greeting
	return true
}

// greeting is the first message.
func (s *socket) greeting(ctx context.Context, userID int64) ([]byte, error) {
	body, err := s.hub.cfg.Greeting(ctx, userID)
	if err != nil {
		return nil, err
	}
	return Encode(KindHello, body)
}

// code is what the client is told of err; what it is not told is logged.
func (s *socket) code(err error) social.Code {
	if refusal, ok := errors.AsType[*social.Error](err); ok {
		return refusal.Code
	}
	s.hub.cfg.Log.Error("socket is not opened", slog.Any("error", err))
	return CodeInternal
}

// refuse ends a socket that could not say whose it is.
func (s *socket) refuse(code social.Code) {
	if s.finish(websocket.StatusPolicyViolation, code) {
		s.hub.counts.refused.Add(1)
	}
}

// fail ends a socket whose client does not keep to the protocol.
func (s *socket) fail(code social.Code) {
	if s.finish(websocket.StatusPolicyViolation, code) {
		s.hub.counts.bad.Add(1)
	}
}

// errDone says that the writer ends the connection.
var errDone = errors.New("connection is ended")

// readAll handles the client's messages until the connection ends.
func (s *socket) readAll(ctx context.Context) error {
	for {
		data, err := s.read(ctx)
		if err != nil {
			return err
		}
		if !s.talk.Allow() {
			s.fail(CodeRateLimited)
			return errDone
		}
		m, err := Decode(data)
		if err != nil {
			s.fail(CodeBadMessage)
			return err
		}
		switch m := m.(type) {
		case *Ping:
			err = s.pong(*m.T)
		case *Hello:
			err = s.hello(ctx, m.Token)
		}
		if err != nil {
			return err
		}
	}
}

// read returns the next message.
func (s *socket) read(ctx context.Context) ([]byte, error) {
	kind, r, err := s.ws.Reader(ctx)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxMessage+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > MaxMessage:
		s.fail(CodeMessageTooBig)
		return nil, errDone
	case kind != websocket.MessageText:
		s.fail(CodeBadMessage)
		return nil, errDone
	}
	return data, nil
}

// hello takes the token of a client that has no good cookie.
func (s *socket) hello(ctx context.Context, token string) error {
	switch {
	case s.known && token == "":
		return nil // the cookie was enough
	case s.known:
		s.fail(CodeBadMessage) // whose socket it is does not change
		return errDone
	case token == "", !s.login(ctx, token):
		s.refuse(s.why)
		return errDone
	}
	return nil
}

func (s *socket) pong(t float64) error {
	if !s.known {
		s.refuse(CodeHelloExpected)
		return errDone
	}
	message, err := Encode(KindPong, Pong{T: t})
	if err != nil {
		return err
	}
	s.send(message)
	return nil
}

// writeAll writes the greeting and then what is queued, until finish or until ctx ends, and closes the
// connection.
func (s *socket) writeAll(ctx context.Context) {
	defer s.ws.CloseNow()
	queue := s.first
	for {
		select {
		case message := <-queue:
			if !s.write(ctx, message) {
				return
			}
			queue = s.out
		case <-s.end:
			s.writeLast(ctx, queue)
			return
		case <-ctx.Done():
			return
		}
	}
}

// writeLast writes what is queued and the bye.
func (s *socket) writeLast(ctx context.Context, queue <-chan []byte) {
	for s.last != CodeOverflow { // who did not read so far gets no more of it
		select {
		case message := <-queue:
			if !s.write(ctx, message) {
				return
			}
			continue
		default:
		}
		break
	}
	if s.last != "" {
		message, err := Encode(KindBye, Bye{Code: s.last})
		if err != nil || !s.write(ctx, message) {
			return
		}
	}
	if err := s.ws.Close(s.status, string(s.last)); err != nil {
		s.hub.cfg.Log.Debug("close socket", slog.Any("error", err))
	}
}

func (s *socket) write(ctx context.Context, message []byte) bool {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, message) == nil
}

// pingAll breaks the connection when the client does not answer.
func (s *socket) pingAll(ctx context.Context) {
	tick := time.NewTicker(s.hub.cfg.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.end:
			return
		case <-ctx.Done():
			return
		}
		wait, cancel := context.WithTimeout(ctx, s.hub.cfg.PongWithin)
		err := s.ws.Ping(wait)
		cancel()
		if err != nil {
			if ctx.Err() == nil {
				s.hub.counts.dead.Add(1)
			}
			s.ws.CloseNow()
			return
		}
	}
}
