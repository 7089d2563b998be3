package rtpio

import (
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Pop moves the next access unit into *out, if there is one: true. Payload is valid until the next Push or
// Pop. Call it until it returns false after each Push, and now and then while packets are missing: MaxWait
// is over when Pop sees it.
func (a *Assembler) Pop(now time.Time, out *frame.Encoded) bool {
	if !a.started {
		return false
	}
	if !a.broken {
		end, state := a.scan(a.next)
		switch state {
		case unitWhole:
			if a.deliver(end, out) {
				return true
			}
		case unitBad:
			a.breakStream()
		case unitWaits:
			if a.missedFor(end, now) >= a.cfg.MaxWait {
				a.counts.lost.Add(1)
				a.breakStream()
			}
		}
	}
	if a.jump(out) {
		return true
	}
	a.trim(now)
	return false
}

// unitState is how far a unit has come.
type unitState uint8

const (
	unitWaits unitState = iota // a packet is missing, or did not come yet
	unitWhole
	unitBad // can never become whole
)

// scan looks at the unit that begins at first. It returns the number behind the unit's last packet, or the
// number of the packet that is missing.
func (a *Assembler) scan(first int64) (end int64, state unitState) {
	begun := false
	var timestamp uint32
	for i := first; i <= a.seq.highest; i++ {
		s := a.at(i)
		switch {
		case s.kind == slotEmpty:
			return i, unitWaits
		case s.kind == slotBad:
			return i, unitBad
		case s.kind == slotFiller:
			continue
		case !begun && !s.start:
			return i, unitBad
		case !begun:
			begun, timestamp = true, s.timestamp
		case s.timestamp != timestamp:
			return i, unitWhole // a sender that sets no marker
		}
		if s.marker {
			return i + 1, unitWhole
		}
	}
	return a.seq.highest + 1, unitWaits
}

// missedFor is how long packet missing has been missed: since the next later one came. As long as none did,
// it may just not have been sent.
func (a *Assembler) missedFor(missing int64, now time.Time) time.Duration {
	for i := missing + 1; i <= a.seq.highest; i++ {
		if s := a.at(i); s.kind != slotEmpty {
			return now.Sub(s.arrived)
		}
	}
	return 0
}

// deliver copies the unit from next up to end, unless it is too large: then the stream breaks.
func (a *Assembler) deliver(end int64, out *frame.Encoded) bool {
	e := frame.Encoded{Codec: a.cfg.Codec}
	a.out = a.out[:0]
	begun := false
	for i := a.next; i < end; i++ {
		s := a.at(i)
		if s.kind != slotPicture {
			continue
		}
		if !begun {
			begun, e.Timestamp, e.Keyframe = true, s.timestamp, s.keyframe
		}
		if s.arrived.After(e.Arrived) {
			e.Arrived = s.arrived
		}
		if len(a.out)+len(s.buf)-s.size > a.cfg.MaxFrameBytes {
			a.counts.oversize.Add(1)
			a.breakStream()
			a.drop(end)
			return false
		}
		a.out = append(a.out, s.buf[s.size:]...)
	}
	a.release(end)
	a.broken = false
	e.Payload = a.out
	*out = e
	a.counts.units.Add(1)
	if e.Keyframe {
		a.counts.keyframes.Add(1)
	}
	return true
}

// jump looks for a whole keyframe behind the trouble at next; one makes good whatever was lost before it.
func (a *Assembler) jump(out *frame.Encoded) bool {
	for i, left := a.next, a.keys; left > 0 && i <= a.seq.highest; i++ {
		if !a.at(i).keyframe {
			continue
		}
		left--
		if end, state := a.scan(i); state == unitWhole {
			a.drop(i)
			return a.deliver(end, out)
		}
	}
	return false
}

// breakStream gives the unit at next up: only a keyframe may follow.
func (a *Assembler) breakStream() {
	if !a.broken {
		a.counts.breaks.Add(1)
	}
	a.broken = true
}

// trim empties the slots at the front of a broken stream up to a keyframe that may still become whole, or
// to a missing packet that may still come and begin one.
func (a *Assembler) trim(now time.Time) {
	for a.broken && a.next <= a.seq.highest {
		s, missing := a.at(a.next), a.next
		if s.keyframe {
			end, state := a.scan(a.next)
			if state == unitWhole {
				return
			}
			missing = end
		}
		if a.at(missing).kind == slotEmpty && a.missedFor(missing, now) < a.cfg.MaxWait {
			return
		}
		a.drop(a.next + 1)
	}
}

// release empties the slots before end, which were delivered.
func (a *Assembler) release(end int64) {
	for ; a.next < end; a.next++ {
		a.clear(a.next)
	}
}

// drop empties the slots before end and counts the units that begin there as dropped.
func (a *Assembler) drop(end int64) {
	for i := a.next; i < min(end, a.seq.highest+1); i++ {
		if a.at(i).start {
			a.counts.dropped.Add(1)
		}
	}
	a.release(end)
}

// giveUpTo makes room in the window: everything before end is lost.
func (a *Assembler) giveUpTo(end int64) {
	if !a.broken {
		a.counts.overflows.Add(1)
	}
	a.drop(end)
	a.breakStream()
}

// restart begins anew at a number that has nothing to do with those before it.
func (a *Assembler) restart(first int64) {
	a.counts.restarts.Add(1)
	a.drop(a.seq.highest + 1)
	a.breakStream()
	a.seq = unwrapper{}
	a.beginAt(first)
}

// farRun counts packets in sequence from far behind the window: a sender that began anew with the same SSRC
// (RFC 3550, A.1, asks for two; duplicates of old packets may come in pairs).
type farRun struct {
	next  int64
	count int
}

// restarted notes a late packet and reports whether the sender began anew; oldest is the lowest number that a
// packet on a detour may have.
func (r *farRun) restarted(ext, oldest int64) bool {
	const enough = 8
	if ext >= oldest {
		return false
	}
	if ext != r.next {
		r.count = 0
	}
	r.next = ext + 1
	r.count++
	return r.count >= enough
}
