// Package room keeps who is in a call and joins their media. A Registry finds the rooms of this server; a
// room holds at most two people, is born with its first reservation and is forgotten with its last seat. One
// goroutine owns a room's state: callers send it commands, connections and lines send it events, a tick
// serves the clocks.
package room

import (
	"log/slog"
	"slices"
	"time"
)

// Capacity is how many people a room holds.
const Capacity = 2

// tickEvery is the beat of a room: moods are read and deadlines are looked at once in it.
const tickEvery = 200 * time.Millisecond

// Person is someone who wants a seat. The same Key is the same person: an account's id or a guest's cookie.
type Person struct {
	Key  string
	Name string
	Demo bool
}

// Info names a room. The directory of all rooms is the API's; here only those exist in which someone sits.
type Info struct {
	ID    int64  `json:"id"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

// room is one call. All fields below events are owned by run.
type room struct {
	info   Info
	reg    *Registry
	log    *slog.Logger
	cmds   chan func() // unbuffered: a command that was sent is carried out
	events chan func() // bounded; post drops when it is full
	done   chan struct{}

	seats     []*seat
	nextStats time.Time
	capture   *capture // nil: none is under way
}

func newRoom(reg *Registry, info Info) *room {
	return &room{
		info:   info,
		reg:    reg,
		log:    reg.cfg.Log.With("room", info.ID),
		cmds:   make(chan func()),
		events: make(chan func(), 256),
		done:   make(chan struct{}),
	}
}

// run carries out commands and events until the last seat is free.
func (r *room) run() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case f := <-r.cmds:
			f()
		case f := <-r.events:
			f()
		case now := <-tick.C:
			r.tick(now)
		}
		if len(r.seats) == 0 {
			r.reg.forget(r)
			close(r.done)
			return
		}
	}
}

// do runs f in the room's goroutine and waits for it. It reports false when the room is gone.
func (r *room) do(f func()) bool {
	ran := make(chan struct{})
	select {
	case r.cmds <- func() { defer close(ran); f() }:
		<-ran
		return true
	case <-r.done:
		return false
	}
}

// post hands f to the room's goroutine and never blocks. What does not fit is counted and lost: connections
// send few events, so a full queue means that the room is stuck.
func (r *room) post(f func()) {
	select {
	case r.events <- f:
	default:
		r.reg.counts.eventsLost.Add(1)
	}
}

// tick lets late seats go and tells the news of lines that only a clock brings.
func (r *room) tick(now time.Time) {
	for _, s := range r.seats {
		if !s.deadline.IsZero() && now.After(s.deadline) {
			r.vacate(s, ReasonLost, ByeClosed)
		}
	}
	for _, s := range r.seats {
		r.tellMood(s, now)
	}
	if now.Before(r.nextStats) {
		return
	}
	r.nextStats = now.Add(statsEvery)
	for _, s := range r.seats {
		r.tellStats(s)
	}
}

// reserve gives p a seat: the one that the person has, or a free one.
func (r *room) reserve(p Person, now time.Time) (string, error) {
	for _, s := range r.seats {
		if s.person.Key != p.Key {
			continue
		}
		s.person.Name = p.Name
		if until := now.Add(r.reg.cfg.Reserve); !s.deadline.IsZero() && s.deadline.Before(until) {
			s.deadline = until
		}
		return s.id, nil
	}
	if len(r.seats) >= Capacity {
		r.reg.counts.full.Add(1)
		return "", ErrFull
	}
	s := newSeat(p, now.Add(r.reg.cfg.Reserve))
	r.seats = append(r.seats, s)
	return s.id, nil
}

// take connects conn to the seat; whoever held it is told that it was replaced.
func (r *room) take(id string, conn Conn) (*Participant, error) {
	s := r.seat(id)
	if s == nil {
		return nil, ErrSeatGone
	}
	if s.conn != nil {
		s.conn.Close(ByeReplaced)
	}
	r.dropMedia(s)
	p := &Participant{room: r, seat: s, log: r.log.With("participant", s.id)}
	if !s.seen {
		r.tell(EventJoined, s, Event{})
	}
	s.conn, s.holder, s.deadline, s.seen = conn, p, time.Time{}, true
	r.reg.counts.joins.Add(1)
	other := r.other(s)
	conn.Send(r.welcome(s, other))
	if other != nil {
		other.send(PeerJoined{Peer: s.describe(other)})
		if other.conn == nil {
			conn.Send(PeerAway{ParticipantID: other.id, GraceS: r.graceS()})
		}
	}
	if c := r.capture; c != nil && c.asked && c.other == s {
		conn.Send(c.ask())
	}
	p.log.Info("joined", "demo", s.person.Demo)
	return p, nil
}

func (r *room) welcome(s, other *seat) Welcome {
	w := Welcome{
		Protocol: 1, You: s.describe(s), Room: r.info, Filters: r.reg.offer(),
		GraceS: r.graceS(),
	}
	if other != nil {
		info := other.describe(s)
		w.Peer = &info
	}
	return w
}

// lose keeps the seat of a person whose socket is gone.
func (r *room) lose(s *seat, now time.Time) {
	r.abandonCapture(s, false)
	r.dropMedia(s)
	s.conn, s.holder, s.deadline = nil, nil, now.Add(r.reg.cfg.Grace)
	if other := r.other(s); other != nil {
		other.send(PeerAway{ParticipantID: s.id, GraceS: r.graceS()})
	}
}

// vacate frees the seat.
func (r *room) vacate(s *seat, why LeaveReason, bye ByeCode) {
	i := slices.Index(r.seats, s)
	if i < 0 {
		return
	}
	other := r.other(s)
	r.seats = append(r.seats[:i:i], r.seats[i+1:]...)
	r.abandonCapture(s, true)
	r.dropMedia(s)
	r.applyMotion()
	if s.conn != nil {
		s.conn.Close(bye)
	}
	s.conn, s.holder = nil, nil
	if s.seen {
		r.log.Info("left", "participant", s.id, "reason", why)
		r.tell(EventLeft, s, Event{})
		if other != nil {
			other.send(PeerLeft{ParticipantID: s.id, Reason: why})
		}
	}
	if len(r.seats) > 0 && !slices.ContainsFunc(r.seats, func(s *seat) bool { return !s.person.Demo }) {
		r.empty(ByeClosed) // the demo partner does not stay alone
	}
}

// empty frees every seat.
func (r *room) empty(bye ByeCode) {
	for len(r.seats) > 0 {
		r.vacate(r.seats[0], ReasonClosed, bye)
	}
}

func (r *room) seat(id string) *seat {
	for _, s := range r.seats {
		if s.id == id {
			return s
		}
	}
	return nil
}

// other is the second person who was ever connected, nil while there is none.
func (r *room) other(s *seat) *seat {
	for _, x := range r.seats {
		if x != s && x.seen {
			return x
		}
	}
	return nil
}

func (r *room) graceS() int { return int(r.reg.cfg.Grace.Seconds()) }
