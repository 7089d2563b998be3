package rtpio

import (
	"fmt"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// AssemblerConfig says how an assembler works. A zero field takes its default.
type AssemblerConfig struct {
	Codec frame.Codec // VP8 or VP9
	// MaxWait is how long a missing packet is waited for: a retransmission needs a round trip. Default 120 ms.
	MaxWait time.Duration
	// Window is how many packets, counted by sequence number, are kept at most. Default 512.
	Window int
	// MaxFrameBytes bounds an access unit. Default 1 MiB.
	MaxFrameBytes int
}

// Bounds and defaults of AssemblerConfig.
const (
	defaultMaxWait       = 120 * time.Millisecond
	defaultWindow        = 512
	defaultMaxFrameBytes = 1 << 20
	maxWindow            = 1 << 14 // half of what 16-bit numbers can tell apart
	maxPacket            = 2048    // payload bytes; a datagram on the internet carries fewer
)

// Assembler makes access units of the RTP packets of one SSRC, in decoding order. A unit comes out at its
// last packet, not at the next one's first. A unit that follows a lost one never comes out unless it is a
// keyframe. It is not safe for concurrent use, except for Stats.
type Assembler struct {
	cfg     AssemblerConfig
	seq     unwrapper
	next    int64 // the first number that was neither delivered nor given up
	slots   []slot
	free    [][]byte // buffers of empty slots
	broken  bool     // only a keyframe may come next
	started bool
	keys    int // slots that begin a keyframe
	far     farRun
	out     []byte // the unit last handed out
	counts  counters
}

// slot holds one packet of the window.
type slot struct {
	kind      slotKind
	timestamp uint32
	marker    bool
	descriptor
	buf     []byte // payload with its descriptor
	arrived time.Time
}

type slotKind uint8

const (
	slotEmpty   slotKind = iota
	slotPicture          // carries a part of a picture
	slotFiller           // carries nothing: padding, sent to probe the bandwidth
	slotBad              // could not be read: the unit around it is lost
)

// NewAssembler returns an assembler of VP8 or VP9; ErrUnsupported for another codec. It waits for a keyframe.
func NewAssembler(cfg AssemblerConfig) (*Assembler, error) {
	if cfg.Codec != frame.VP8 && cfg.Codec != frame.VP9 {
		return nil, fmt.Errorf("new assembler of %s: %w", cfg.Codec, ErrUnsupported)
	}
	if cfg.MaxWait == 0 {
		cfg.MaxWait = defaultMaxWait
	}
	if cfg.Window == 0 {
		cfg.Window = defaultWindow
	}
	if cfg.MaxFrameBytes == 0 {
		cfg.MaxFrameBytes = defaultMaxFrameBytes
	}
	if cfg.MaxWait < 0 || cfg.Window < 2 || cfg.Window > maxWindow || cfg.MaxFrameBytes < 1 {
		return nil, fmt.Errorf("new assembler: wait %v, window %d or size %d is out of bounds",
			cfg.MaxWait, cfg.Window, cfg.MaxFrameBytes)
	}
	return &Assembler{cfg: cfg, slots: make([]slot, cfg.Window), broken: true}, nil
}

// Push takes one packet and copies what it keeps. Padding must have been cut off payload, unless h has the
// padding bit and PaddingSize 0; then the payload's last byte tells.
func (a *Assembler) Push(h *rtp.Header, payload []byte, now time.Time) {
	a.counts.packets.Add(1)
	ext := a.seq.unwrap(h.SequenceNumber)
	if !a.started {
		a.started = true
		a.beginAt(ext)
	}
	switch {
	case ext < a.next:
		a.counts.late.Add(1)
		if !a.far.restarted(ext, a.next-int64(len(a.slots))) {
			return
		}
		a.restart(ext)
	case ext-a.next >= int64(2*len(a.slots)):
		a.restart(ext) // nothing in the window can be continued
	case ext-a.next >= int64(len(a.slots)):
		a.giveUpTo(ext - int64(len(a.slots)) + 1)
	}
	a.far = farRun{}
	a.seq.push(ext)
	s := a.at(ext)
	if s.kind != slotEmpty {
		a.counts.duplicates.Add(1)
		return
	}
	a.store(s, h, payload, now)
}

// beginAt leaves room before the first packet that came: it may have overtaken others.
func (a *Assembler) beginAt(ext int64) { a.next = ext - int64(len(a.slots)/4) }

func (a *Assembler) at(ext int64) *slot { return &a.slots[uint64(ext)%uint64(len(a.slots))] }

// store fills an empty slot.
func (a *Assembler) store(s *slot, h *rtp.Header, payload []byte, now time.Time) {
	payload = cutPadding(h, payload)
	s.timestamp, s.marker, s.arrived, s.descriptor = h.Timestamp, h.Marker, now, descriptor{}
	if len(payload) == 0 {
		a.counts.padding.Add(1)
		s.kind = slotFiller
		return
	}
	d, ok := parseDescriptor(a.cfg.Codec, payload)
	if !ok || len(payload) > maxPacket {
		a.counts.malformed.Add(1)
		s.kind = slotBad
		return
	}
	s.kind, s.descriptor = slotPicture, d
	if d.keyframe {
		a.keys++
	}
	if n := len(a.free); n > 0 {
		s.buf, a.free = a.free[n-1], a.free[:n-1]
	} else {
		const usual = 1500
		s.buf = make([]byte, 0, usual)
	}
	s.buf = append(s.buf[:0], payload...)
}

func cutPadding(h *rtp.Header, payload []byte) []byte {
	if !h.Padding || h.PaddingSize != 0 || len(payload) == 0 {
		return payload
	}
	return payload[:max(0, len(payload)-int(payload[len(payload)-1]))]
}

// clear empties the slot of a number.
func (a *Assembler) clear(ext int64) {
	s := a.at(ext)
	if s.keyframe {
		a.keys--
	}
	if s.buf != nil {
		a.free = append(a.free, s.buf)
	}
	*s = slot{}
}

// NeedsKeyframe reports that nothing can come out before the next keyframe: at the start, and after a loss.
func (a *Assembler) NeedsKeyframe() bool { return a.broken }

// Waiting is how long the next unit has been waiting for a missing packet, 0 while none is missed: a caller
// may ask for a keyframe before MaxWait is over.
func (a *Assembler) Waiting(now time.Time) time.Duration {
	if !a.started || a.broken {
		return 0
	}
	end, state := a.scan(a.next)
	if state != unitWaits {
		return 0
	}
	return a.missedFor(end, now)
}
