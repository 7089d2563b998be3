package room

import (
	"cmp"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// counters only grow.
type counters struct {
	joins, full, chats, captures, linesFailed, filtersFailed, eventsLost, dataLost, recordsLost atomic.Uint64
}

// Totals are counts since the start.
type Totals struct {
	Joins         uint64 `json:"joins"`
	Full          uint64 `json:"refused_full"`
	Chats         uint64 `json:"chats"`
	Captures      uint64 `json:"captures"`
	LinesFailed   uint64 `json:"lines_failed"`
	FiltersFailed uint64 `json:"filters_failed"`
	EventsLost    uint64 `json:"events_lost"`
	DataLost      uint64 `json:"data_lost"`
	RecordsLost   uint64 `json:"records_lost"` // events that Config.Events could not take
}

// Past sums up the lines that are over, so that totals never shrink.
type Past struct {
	Lines     uint64            `json:"lines"`
	Keyframes uint64            `json:"keyframes"`
	Panics    uint64            `json:"panics"`
	Stages    map[string]uint64 `json:"stages"` // pictures by stage
	Drops     map[string]uint64 `json:"drops"`  // by cause
}

func newPast() Past { return Past{Stages: map[string]uint64{}, Drops: map[string]uint64{}} }

func (p *Past) add(s pipeline.Stats) {
	p.Lines++
	p.Keyframes += s.Keyframes
	p.Panics += s.Panics
	for _, stage := range s.Stages {
		p.Stages[stage.Stage] += stage.Count
	}
	for cause, n := range s.Drops {
		p.Drops[cause] += n
	}
}

func (p *Past) clone() Past {
	c := *p
	c.Stages, c.Drops = maps.Clone(p.Stages), maps.Clone(p.Drops)
	return c
}

// Snapshot is a picture of all rooms at one moment, for an operator: no names, no texts, no links.
type Snapshot struct {
	Rooms  []RoomSnapshot `json:"rooms"`
	Totals Totals         `json:"totals"`
	Past   Past           `json:"past_lines"`
}

// RoomSnapshot is one room.
type RoomSnapshot struct {
	ID           int64                 `json:"id"`
	Participants []ParticipantSnapshot `json:"participants"`
}

// ParticipantSnapshot is one seat. Mood is empty without consent.
type ParticipantSnapshot struct {
	ID        string          `json:"id"`
	Demo      bool            `json:"demo"`
	Presence  string          `json:"presence"` // reserved, connected or away
	Mode      string          `json:"mode"`
	State     pipeline.State  `json:"state"`
	Reason    string          `json:"reason,omitempty"`
	Mood      string          `json:"mood,omitempty"`
	Estimate  int64           `json:"estimate_bps,omitempty"`
	Line      *pipeline.Stats `json:"line,omitempty"`
	Transport any             `json:"transport,omitempty"`

	line *pipeline.Line
	peer Peer
}

// transportStats is what a Peer may also be: it tells its own figures.
type transportStats interface{ TransportStats() any }

// Snapshot asks every room; figures of lines and connections are read outside the rooms' goroutines. A line
// that ends meanwhile would be counted twice or not at all, so it then looks again.
func (g *Registry) Snapshot() Snapshot {
	for range 3 {
		before := g.pastLines()
		out := g.look()
		if g.pastLines() == before {
			return out
		}
	}
	return g.look()
}

func (g *Registry) pastLines() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.past.Lines
}

func (g *Registry) look() Snapshot {
	g.mu.Lock()
	rooms := slices.Collect(maps.Values(g.rooms))
	past := g.past.clone()
	g.mu.Unlock()
	out := Snapshot{Rooms: make([]RoomSnapshot, 0, len(rooms)), Totals: g.counts.totals(), Past: past}
	for _, r := range rooms {
		s := RoomSnapshot{ID: r.info.ID, Participants: []ParticipantSnapshot{}}
		if !r.do(func() { s.Participants = r.snapshot() }) {
			continue
		}
		for i := range s.Participants {
			s.Participants[i].fill()
		}
		out.Rooms = append(out.Rooms, s)
	}
	slices.SortFunc(out.Rooms, func(a, b RoomSnapshot) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func (r *room) snapshot() []ParticipantSnapshot {
	out := make([]ParticipantSnapshot, 0, len(r.seats))
	for _, s := range r.seats {
		p := ParticipantSnapshot{
			ID: s.id, Demo: s.person.Demo, Presence: s.presence(), Mode: s.choice.Mode, State: s.state,
			Reason: s.reason, Mood: s.mood.label,
		}
		if s.media != nil {
			p.line, p.peer, p.Estimate = s.media.line, s.media.peer, s.media.estimate.Load()
		}
		out = append(out, p)
	}
	return out
}

func (p *ParticipantSnapshot) fill() {
	if p.line != nil {
		stats := p.line.Stats()
		p.Line = &stats
	}
	if t, ok := p.peer.(transportStats); ok {
		p.Transport = t.TransportStats()
	}
}

func (s *seat) presence() string {
	switch {
	case s.conn != nil:
		return "connected"
	case s.seen:
		return "away"
	default:
		return "reserved"
	}
}

func (c *counters) totals() Totals {
	return Totals{
		Joins: c.joins.Load(), Full: c.full.Load(), Chats: c.chats.Load(),
		Captures:    c.captures.Load(),
		LinesFailed: c.linesFailed.Load(), FiltersFailed: c.filtersFailed.Load(),
		EventsLost: c.eventsLost.Load(), DataLost: c.dataLost.Load(),
		RecordsLost: c.recordsLost.Load(),
	}
}
