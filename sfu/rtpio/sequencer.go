package rtpio

import (
	"time"

	"github.com/pion/rtp"
)

// Sequencer rewrites the headers of one outgoing stream so that it stays continuous over several sources.
// Packets of one source keep their gaps and their order (out = in + offset), so that a receiver notices
// losses and asks for them; the first packet after a switch follows the highest number sent before. The
// zero value is ready. It is not safe for concurrent use.
type Sequencer struct {
	// ClockRate of the timestamps in ticks per second; 0 means 90000, video.
	ClockRate uint32

	started   bool
	switching bool   // the next packet is of another source
	offset    uint16 // out - in
	first     int64  // the source's first number since the switch, unwrapped
	in        unwrapper
	last      uint16 // highest number sent
	skipped   skips  // since the switch

	retime     bool      // the next packet begins a new timeline
	retimeAt   time.Time // and belongs to this time
	tsOffset   uint32    // out - in
	lastTS     uint32    // of the packet with the highest number
	anchored   bool
	anchorTS   uint32 // the outgoing timestamp at anchorTime
	anchorTime time.Time
}

// Switch says that the next packet comes from another source: its sequence number will follow the last one.
// Packets of the new source that are older than its first one will be refused.
func (s *Sequencer) Switch() { s.switching = s.started }

// SwitchTimeline is Switch for a source with a clock of its own: the next packet's timestamp, too, will
// follow those sent, by as much as the wall clock went on. Call it right before the new source's first
// packet.
func (s *Sequencer) SwitchTimeline(now time.Time) {
	s.Switch()
	s.retime, s.retimeAt = true, now
}

// Next rewrites sequence number and timestamp. It reports false, and changes nothing, for a packet that
// must not be sent: one of the current source that is older than the switch to it, or that was skipped.
func (s *Sequencer) Next(h *rtp.Header) bool {
	if !s.started || s.switching {
		s.begin(h.SequenceNumber)
	}
	ext := s.in.unwrap(h.SequenceNumber)
	if ext < s.first {
		return false
	}
	shift, ok := s.skipped.after(ext)
	if !ok {
		return false
	}
	if s.retime {
		s.beginTimeline(h.Timestamp)
	}
	newest := s.in.push(ext)
	h.SequenceNumber += s.offset + shift
	h.Timestamp += s.tsOffset
	if newest {
		s.last, s.lastTS = h.SequenceNumber, h.Timestamp
	}
	s.started = true
	return true
}

func (s *Sequencer) begin(in uint16) {
	if s.started {
		s.offset = s.last + 1 - in
	}
	s.switching = false
	s.in, s.skipped = unwrapper{}, skips{}
	s.first = s.in.unwrap(in)
}

// Skip says that packet h, a newer one than all before, is not sent, such as one of padding only: the
// numbers of those after it close the gap. It has no effect before the source's first packet and on late
// packets.
func (s *Sequencer) Skip(h *rtp.Header) {
	if !s.started || s.switching {
		return
	}
	ext := s.in.unwrap(h.SequenceNumber)
	if ext > s.in.highest {
		s.in.push(ext)
		s.skipped.add(ext)
		s.offset--
	}
}

// skips remembers the numbers that were skipped last, for the packets that come later than newer ones.
type skips struct {
	ext [32]int64 // ring
	n   int       // ever added
}

func (k *skips) add(ext int64) {
	k.ext[k.n%len(k.ext)] = ext
	k.n++
}

// after counts the skipped numbers above ext; ok is false where that is not known any more, or for a
// skipped one.
func (k *skips) after(ext int64) (count uint16, ok bool) {
	known := k.ext[:min(k.n, len(k.ext))]
	for _, e := range known {
		if e == ext {
			return 0, false
		}
		if e > ext {
			count++
		}
	}
	return count, int(count) < len(k.ext)
}

func (s *Sequencer) beginTimeline(in uint32) {
	s.retime = false
	out := in
	if s.started {
		const usual = 30 // pictures per second, where the time that went by is unknown
		out = s.lastTS + s.rate()/usual
		if s.anchored {
			ticks := s.retimeAt.Sub(s.anchorTime).Seconds() * float64(s.rate())
			if byWall := s.anchorTS + uint32(int64(ticks)); int32(byWall-s.lastTS) > 0 {
				out = byWall
			}
		}
	}
	s.tsOffset = out - in
	s.anchored, s.anchorTS, s.anchorTime = true, out, s.retimeAt
}

func (s *Sequencer) rate() uint32 {
	if s.ClockRate == 0 {
		return 90_000
	}
	return s.ClockRate
}

// unwrapper turns 16-bit sequence numbers into 64-bit ones that do not wrap. The zero value is ready.
type unwrapper struct {
	started bool
	highest int64
}

// unwrap places n nearest to the highest number so far.
func (u *unwrapper) unwrap(n uint16) int64 {
	const positive = 1 << 32 // leaves room below the first one
	if !u.started {
		return positive + int64(n)
	}
	return u.highest + int64(int16(n-uint16(u.highest)))
}

// push notes a number that unwrap returned and reports whether it is the newest.
func (u *unwrapper) push(ext int64) bool {
	if u.started && ext <= u.highest {
		return false
	}
	u.started, u.highest = true, ext
	return true
}
