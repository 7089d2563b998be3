package room

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pion/webrtc/v4"
)

// Participant is a connection's right to speak for its seat. Once another connection took the seat, each
// method returns ErrReplaced. Safe for concurrent use.
type Participant struct {
	room *room
	seat *seat
	log  *slog.Logger
}

// ID is the participant's id, the same over lost sockets.
func (p *Participant) ID() string { return p.seat.id }

// Log is a logger that names room and participant.
func (p *Participant) Log() *slog.Logger { return p.log }

// do runs f in the room's goroutine while the handle holds the seat.
func (p *Participant) do(f func(r *room, s *seat) error) error {
	err := ErrReplaced
	ran := p.room.do(func() {
		if p.seat.holder == p {
			err = f(p.room, p.seat)
		}
	})
	if !ran {
		return ErrNotFound
	}
	return err
}

// Offer answers the client's description of its media. The first one opens the media connection.
func (p *Participant) Offer(ctx context.Context, sdp string) (answer string, err error) {
	return p.Connect(ctx, sdp, p.room.reg.cfg.NewPeer)
}

// Connect is Offer with another kind of media connection.
func (p *Participant) Connect(ctx context.Context, sdp string, open PeerFactory) (answer string, err error) {
	var m *media
	err = p.do(func(r *room, s *seat) (err error) { //nolint:contextcheck // the connection outlives its offer
		m, err = r.connect(s, open)
		return err
	})
	if err != nil {
		return "", err
	}
	if answer, err = m.peer.Answer(ctx, sdp); err != nil {
		return "", p.do(func(r *room, s *seat) error { return r.unanswered(s, m, err) })
	}
	return answer, p.do(func(r *room, s *seat) error { return r.answered(s, m) })
}

// Candidate adds one of the client's addresses.
func (p *Participant) Candidate(c webrtc.ICECandidateInit) error {
	var peer Peer
	err := p.do(func(_ *room, s *seat) error {
		if s.media == nil {
			return refuse(CodeBadCandidate, "a candidate needs an offer before")
		}
		peer = s.media.peer
		return nil
	})
	if err != nil {
		return err
	}
	if err := peer.AddCandidate(c); err != nil {
		return &Error{Code: CodeBadCandidate, Text: "the candidate cannot be used", Err: err}
	}
	return nil
}

// SetConsent says yes or no to the analysis of the person's face. A yes names the version of the text that
// the person agreed to. A no holds from the next picture on.
func (p *Participant) SetConsent(yes bool, version int) error {
	return p.do(func(r *room, s *seat) error { return r.setConsent(s, yes, version) })
}

// ShareMood says whether the other person may read the mood.
func (p *Participant) ShareMood(on bool) error {
	return p.do(func(r *room, s *seat) error { return r.shareMood(s, on) })
}

// SetMedia says what the person has switched on.
func (p *Participant) SetMedia(audio, video bool) error {
	return p.do(func(r *room, s *seat) error {
		s.audio, s.video = audio, video
		if other := r.other(s); other != nil {
			other.send(PeerMedia{ParticipantID: s.id, Audio: audio, Video: video})
		}
		return nil
	})
}

// Chat tells both people a line of text. The id is the client's own and comes back.
func (p *Participant) Chat(id, text string) error {
	switch {
	case id == "" || len(id) > 64:
		return refuse(CodeBadMessage, "a chat message needs an id of 1 to 64 bytes")
	case strings.TrimSpace(text) == "":
		return refuse(CodeBadMessage, "a chat message needs text")
	case utf8.RuneCountInString(text) > chatRunes:
		return refuse(CodeChatTooLong, "a chat message has at most 2,000 characters")
	}
	return p.do(func(r *room, s *seat) error {
		if !s.chats.Allow() {
			return refuse(CodeRateLimited, "too many chat messages")
		}
		r.reg.counts.chats.Add(1)
		line := Chat{ID: id, From: s.id, Name: s.person.Name, Text: text, At: time.Now().UTC()}
		for _, to := range r.seats {
			to.send(line)
		}
		r.tell(EventSaid, s, Event{At: line.At, ID: id, Text: text})
		return nil
	})
}

// Leave gives the seat up; the connection gets its bye.
func (p *Participant) Leave() {
	p.quietly(func(r *room, s *seat) error { r.vacate(s, ReasonLeft, ByeLeft); return nil })
}

// Lost says that the socket is gone without a word; the seat is kept for a while.
func (p *Participant) Lost() {
	p.quietly(func(r *room, s *seat) error { r.lose(s, time.Now()); return nil })
}

// quietly runs f; that the seat is no longer this handle's is what the caller wanted anyway.
func (p *Participant) quietly(f func(r *room, s *seat) error) {
	if err := p.do(f); err != nil {
		p.log.Debug("seat was gone", "error", err)
	}
}
