package signal

import (
	"context"
	"errors"
	"time"

	"github.com/pp-enter/pp-enter/sfu/room"
)

// greet takes the seat that the first message asks for. It reports false when the socket is to be closed.
func (s *socket) greet(m any, within *time.Timer) bool {
	hello, ok := m.(*Hello)
	if !ok {
		s.fail(Error{Code: CodeHelloExpected, Message: "the first message is hello"})
		return false
	}
	if !within.Stop() {
		return false // the timer has said so
	}
	ticket, err := s.verify(hello.Ticket)
	if err == nil {
		s.who, err = s.srv.cfg.Rooms.Take(ticket.RoomID, ticket.Seat, s)
	}
	if err != nil {
		s.srv.counts.refused.Add(1)
		s.log.Info("hello refused", "room", ticket.RoomID, "error", err)
		refusal := &room.Error{Code: room.CodeInternal, Text: "something went wrong"}
		errors.As(err, &refusal)
		s.fail(Error{Code: refusal.Code, Message: refusal.Text, Ref: "hello"})
		return false
	}
	s.log = s.who.Log()
	return true
}

func (s *socket) verify(token string) (Ticket, error) {
	t, err := s.srv.cfg.Verify(token)
	switch {
	case errors.Is(err, ErrTicketExpired), err == nil && time.Now().After(t.Expires):
		return Ticket{}, &room.Error{Code: room.CodeTicketExpired, Text: "the ticket has expired", Err: err}
	case err != nil:
		return Ticket{}, &room.Error{Code: CodeTicketInvalid, Text: "the ticket is not valid", Err: err}
	}
	return t, nil
}

// handle does what the message asks for.
func (s *socket) handle(ctx context.Context, m any) error {
	switch m := m.(type) {
	case *Hello:
		return &room.Error{Code: room.CodeBadMessage, Text: "hello was said before"}
	case *Offer:
		return s.offer(ctx, m.SDP)
	case *Candidate:
		if m.Candidate == nil || m.Candidate.Candidate == "" {
			return nil // the end of the list
		}
		return s.who.Candidate(*m.Candidate)
	case *Filter:
		return s.wish(m)
	case *Motion:
		return s.who.SetReducedMotion(*m.Reduced)
	case *Consent:
		return s.who.SetConsent(*m.Mood, m.Version)
	case *ShareMood:
		return s.who.ShareMood(*m.On)
	case *Media:
		return s.who.SetMedia(*m.Audio, *m.Video)
	case *Chat:
		return s.who.Chat(m.ID, m.Text)
	case *CaptureAnswer:
		return s.who.AnswerCapture(m.ID, m.Allow)
	case *CaptureAllow:
		return s.who.AllowCaptures(*m.On)
	case *Ping:
		s.Send(Pong{T: *m.T})
	case *Leave:
		s.who.Leave()
	}
	return nil
}

// wish has a wish for a filter granted after those before it.
func (s *socket) wish(f *Filter) error {
	select {
	case s.wishes <- f:
		return nil
	default:
		s.srv.counts.rateLimited.Add(1)
		return &room.Error{Code: room.CodeRateLimited, Text: "too many filters at once"}
	}
}

// grantAll grants wishes until ctx ends.
func (s *socket) grantAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-s.wishes:
			err := s.who.SetFilter(ctx, room.FilterWish{Mode: f.Mode, Picture: f.Picture, Strength: f.Strength})
			if ctx.Err() == nil {
				s.tell("filter", err)
			}
		}
	}
}

func (s *socket) offer(ctx context.Context, sdp string) error {
	if !s.offers.Allow() {
		s.srv.counts.rateLimited.Add(1)
		return &room.Error{Code: room.CodeRateLimited, Text: "too many offers"}
	}
	answer, err := s.who.Offer(ctx, sdp)
	if err != nil {
		return err
	}
	s.Send(Answer{SDP: answer})
	return nil
}
