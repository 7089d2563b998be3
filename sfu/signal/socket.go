package signal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"github.com/pp-enter/pp-enter/sfu/room"
)

const (
	// hardLimit is where a message is not even read to its end: the connection breaks.
	hardLimit = 1 << 20
	// queueLen is how many messages may wait for a slow client.
	queueLen = 128
	// wishesLen is how many wishes for a filter may wait while one's picture is loaded.
	wishesLen = 16
	// maxBad is how many messages without sense a client may send.
	maxBad = 20
	// writeWithin bounds one write.
	writeWithin = 5 * time.Second
	// A client sends some dozens of candidates at once, then little.
	perSecond, burst = 20, 100
	// An offer costs more than other messages.
	offerEvery, offerBurst = 2 * time.Second, 5
)

// socket is one client's connection. It implements room.Conn.
type socket struct {
	srv *Server
	ws  *websocket.Conn
	log *slog.Logger // owned by the reading goroutine

	out chan room.Message // never closed
	end chan struct{}     // closed by finish
	// wishes for a filter are granted in their order by a goroutine of their own: a picture that takes long to
	// load holds up no other message, above all not a no to the analysis. Never closed.
	wishes chan *Filter

	once   sync.Once
	last   []room.Message       // written by finish, read after end
	status websocket.StatusCode // likewise

	who    *room.Participant // owned by the reading goroutine, as are the next three
	bad    int
	all    *rate.Limiter
	offers *rate.Limiter
}

func newSocket(srv *Server, ws *websocket.Conn) *socket {
	return &socket{
		srv: srv, ws: ws, log: srv.cfg.Log,
		out: make(chan room.Message, queueLen), end: make(chan struct{}), wishes: make(chan *Filter, wishesLen),
		all:    rate.NewLimiter(perSecond, burst),
		offers: rate.NewLimiter(rate.Every(offerEvery), offerBurst),
	}
}

// Send implements room.Conn. A client that does not read loses its connection, not the room's time.
func (s *socket) Send(m room.Message) {
	select {
	case <-s.end:
		return
	default:
	}
	select {
	case s.out <- m:
	default:
		s.srv.counts.overflowed.Add(1)
		s.finish(websocket.StatusPolicyViolation)
	}
}

// Close implements room.Conn.
func (s *socket) Close(code room.ByeCode) {
	status := websocket.StatusNormalClosure
	if code == room.ByeShutdown {
		status = websocket.StatusGoingAway
	}
	s.finish(status, room.Bye{Code: code})
}

// finish ends the connection after what is queued and last. Only the first call counts.
func (s *socket) finish(status websocket.StatusCode, last ...room.Message) {
	s.once.Do(func() {
		s.last, s.status = last, status
		close(s.end)
	})
}

// fail ends the connection with an error.
func (s *socket) fail(e Error) {
	e.Fatal = true
	s.finish(websocket.StatusPolicyViolation, e)
}

// serve runs the connection: this goroutine reads, a second one writes, a third one pings, a fourth one
// grants wishes.
func (s *socket) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var others sync.WaitGroup
	others.Go(func() { s.writeAll(ctx) })
	others.Go(func() { s.pingAll(ctx) })
	granting, stop := context.WithCancel(ctx)
	defer stop()
	others.Go(func() { s.grantAll(granting) })
	hello := time.AfterFunc(s.srv.cfg.HelloWithin, func() {
		s.fail(Error{Code: CodeHelloExpected, Message: "no hello in time"})
	})
	err := s.readAll(ctx, hello)
	if s.who != nil {
		s.who.Lost()
	}
	hello.Stop()
	stop()
	s.finish(websocket.StatusNormalClosure)
	others.Wait() // the writer still has the last messages
	s.log.Debug("socket closed", "reason", err)
}

// readAll handles the client's messages until the connection ends.
func (s *socket) readAll(ctx context.Context, hello *time.Timer) error {
	for {
		data, err := s.read(ctx)
		var tooBig *room.Error
		switch {
		case errors.As(err, &tooBig):
			s.refuseMessage("", err)
			continue
		case err != nil:
			return err
		case !s.all.Allow():
			s.srv.counts.rateLimited.Add(1)
			s.refuseMessage("", &room.Error{Code: room.CodeRateLimited, Text: "too many messages"})
			continue
		}
		m, kind, err := Decode(data)
		if err != nil {
			s.refuseMessage(kind, err)
			continue
		}
		if s.who == nil {
			if !s.greet(m, hello) {
				// The writer says why; what the client still sends is of no interest.
				return errors.New("no seat taken")
			}
			continue
		}
		s.tell(kind, s.handle(ctx, m))
	}
}

// read returns the next message. A *room.Error means that the message was unusable, any other error that the
// connection is over.
func (s *socket) read(ctx context.Context) ([]byte, error) {
	kind, r, err := s.ws.Reader(ctx)
	if err != nil {
		return nil, fmt.Errorf("read socket: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxMessage+1))
	if err != nil {
		return nil, fmt.Errorf("read socket: %w", err)
	}
	if len(data) > MaxMessage {
		if _, err := io.Copy(io.Discard, r); err != nil {
			return nil, fmt.Errorf("read socket: %w", err)
		}
		return nil, &room.Error{Code: CodeMessageTooBig, Text: "a message has at most 64 KiB"}
	}
	if kind != websocket.MessageText {
		return nil, &room.Error{Code: room.CodeBadMessage, Text: "messages are text"}
	}
	return data, nil
}

// refuseMessage answers a message without sense, and closes the socket when there were too many.
func (s *socket) refuseMessage(kind string, err error) {
	s.srv.counts.bad.Add(1)
	s.bad++
	if s.bad > maxBad {
		s.fail(Error{Code: room.CodeBadMessage, Message: "too many bad messages"})
		return
	}
	s.tell(kind, err)
}

// tell sends err to the client, if there is one.
func (s *socket) tell(kind string, err error) {
	if err == nil {
		return
	}
	refusal := &room.Error{Code: room.CodeInternal, Text: "something went wrong"}
	errors.As(err, &refusal)
	if refusal.Code == room.CodeInternal {
		s.log.Error("message failed", "type", kind, "error", err)
	} else {
		s.log.Info("message refused", "type", kind, "code", refusal.Code, "error", err)
	}
	s.Send(Error{Code: refusal.Code, Message: refusal.Text, Ref: kind})
}

// writeAll writes what is queued until finish or ctx ends, then closes the connection.
func (s *socket) writeAll(ctx context.Context) {
	defer s.ws.CloseNow()
	for {
		select {
		case m := <-s.out:
			if !s.write(ctx, m) {
				return
			}
		case <-s.end:
			s.writeLast(ctx)
			return
		case <-ctx.Done():
			return
		}
	}
}

func (s *socket) writeLast(ctx context.Context) {
	for {
		select {
		case m := <-s.out:
			if !s.write(ctx, m) {
				return
			}
			continue
		default:
		}
		break
	}
	for _, m := range s.last {
		if !s.write(ctx, m) {
			return
		}
	}
	if err := s.ws.Close(s.status, ""); err != nil {
		s.srv.cfg.Log.Debug("close socket", "error", err)
	}
}

func (s *socket) write(ctx context.Context, m room.Message) bool {
	body, err := room.Encode(m)
	if err != nil {
		s.srv.cfg.Log.Error("message for the socket", "error", err)
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, body) == nil
}

// pingAll breaks the connection when the client does not answer.
func (s *socket) pingAll(ctx context.Context) {
	tick := time.NewTicker(s.srv.cfg.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.end:
			return
		case <-ctx.Done():
			return
		}
		wait, cancel := context.WithTimeout(ctx, s.srv.cfg.PongWithin)
		err := s.ws.Ping(wait)
		cancel()
		if err != nil {
			if ctx.Err() == nil {
				s.srv.counts.deadly.Add(1)
			}
			s.ws.CloseNow()
			return
		}
	}
}
