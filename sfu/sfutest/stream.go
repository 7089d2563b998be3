package sfutest

import (
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// keepPackets is how many of the last packets' headers a stream remembers.
const keepPackets = 4096

// StreamStats is what arrived on one track.
type StreamStats struct {
	Codec      frame.Codec // 0 for audio
	SSRC       uint32
	SSRCs      int // different ones; more than one means that the server changed it
	Packets    int
	Bytes      int // of payload
	Units      int // packets with the marker: pictures, where it is video
	Keyframes  int // first packets of keyframes
	Missing    int // sequence numbers that have not come (yet)
	Duplicates int
	Backwards  int // times that the timestamp fell while the sequence number rose by one
	Pictures   int // decoded
	Failed     int // units that the decoder refused
	Width      int // of the last picture
	Height     int
}

// Stream collects what arrives on one track. Safe for concurrent use.
type Stream struct {
	name   string
	decode bool
	pool   *frame.Pool

	mu      sync.Mutex
	stats   StreamStats      // guarded by mu
	ssrcs   []uint32         // guarded by mu
	seen    map[uint64]bool  // guarded by mu; unwrapped sequence numbers
	first   uint64           // guarded by mu
	highest uint64           // guarded by mu
	topSeq  uint16           // guarded by mu; the sequence number that highest stands for
	headers []rtp.Header     // guarded by mu; the last keepPackets
	asm     *rtpio.Assembler // guarded by mu
	dec     codec.Decoder    // guarded by mu
	picture *frame.Frame     // guarded by mu; the last one, owned
	arrived []time.Time      // guarded by mu; of the pictures
}

func newStream(name string, decode bool) *Stream {
	return &Stream{name: name, decode: decode, pool: frame.NewPool(2), seen: make(map[uint64]bool)}
}

// Stats returns the counts so far.
func (s *Stream) Stats() StreamStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	if len(s.seen) > 0 {
		out.Missing = int(s.highest-s.first) + 1 - len(s.seen)
	}
	return out
}

// Headers are those of the last packets, in the order of arrival.
func (s *Stream) Headers() []rtp.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.headers)
}

// Picture is a copy of the last decoded picture; nil while there is none.
func (s *Stream) Picture() *frame.Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.picture == nil {
		return nil
	}
	f := frame.New(s.picture.Width, s.picture.Height)
	f.CopyFrom(s.picture)
	return f
}

// MeanLuma is the mean brightness of the last decoded picture; 0 while there is none.
func (s *Stream) MeanLuma() float64 {
	f := s.Picture()
	if f == nil {
		return 0
	}
	sum := 0
	for y := range f.Height {
		for _, v := range f.Y[y*f.StrideY : y*f.StrideY+f.Width] {
			sum += int(v)
		}
	}
	return float64(sum) / float64(f.Width*f.Height)
}

// Arrivals are the times at which pictures could be shown.
func (s *Stream) Arrivals() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.arrived)
}

// push takes one packet. It reports whether the decoder needs a keyframe.
func (s *Stream) push(c frame.Codec, pkt *rtp.Packet) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := &s.stats
	st.Packets++
	st.Bytes += len(pkt.Payload)
	if !slices.Contains(s.ssrcs, pkt.SSRC) {
		s.ssrcs = append(s.ssrcs, pkt.SSRC)
		st.SSRC, st.SSRCs = pkt.SSRC, len(s.ssrcs)
	}
	if pkt.Marker {
		st.Units++
	}
	if c != 0 && rtpio.IsKeyframe(c, pkt.Payload) {
		st.Keyframes++
	}
	s.number(&pkt.Header)
	if s.decode && (c == frame.VP8 || c == frame.VP9) {
		s.show(c, pkt)
	}
	st.Codec = c
	return s.asm != nil && s.asm.NeedsKeyframe()
}

// number checks the sequence number and the timestamp.
func (s *Stream) number(h *rtp.Header) {
	const start = 1 << 32 // room to go back
	if len(s.seen) == 0 {
		s.first, s.highest = start, start
	} else {
		last := s.headers[len(s.headers)-1]
		if h.SequenceNumber == last.SequenceNumber+1 && int32(h.Timestamp-last.Timestamp) < 0 {
			s.stats.Backwards++
		}
	}
	at := s.highest
	if len(s.headers) > 0 {
		at = uint64(int64(s.highest) + int64(int16(h.SequenceNumber-s.topSeq)))
	}
	if s.seen[at] {
		s.stats.Duplicates++
	}
	s.seen[at] = true
	s.first = min(s.first, at)
	if at >= s.highest {
		s.highest, s.topSeq = at, h.SequenceNumber
	}
	if len(s.headers) == keepPackets {
		s.headers = slices.Delete(s.headers, 0, 1)
	}
	s.headers = append(s.headers, rtp.Header{
		SequenceNumber: h.SequenceNumber, Timestamp: h.Timestamp, SSRC: h.SSRC,
		Marker: h.Marker, PayloadType: h.PayloadType,
	})
}

// show decodes what a packet completes.
func (s *Stream) show(c frame.Codec, pkt *rtp.Packet) {
	if s.dec == nil || s.stats.Codec != c {
		if s.dec != nil {
			_ = s.dec.Close()
		}
		var err error
		if s.dec, err = codec.NewDecoder(c); err != nil {
			s.stats.Failed++
			return
		}
		if s.asm, err = rtpio.NewAssembler(rtpio.AssemblerConfig{Codec: c}); err != nil {
			s.stats.Failed++
			return
		}
	}
	now := time.Now()
	s.asm.Push(&pkt.Header, pkt.Payload, now)
	var unit frame.Encoded
	for s.asm.Pop(now, &unit) {
		f, err := s.dec.Decode(&unit, s.pool)
		if err != nil {
			s.stats.Failed++
			continue
		}
		if f == nil {
			continue
		}
		if s.picture != nil {
			s.picture.Release()
		}
		s.picture = f
		s.stats.Pictures++
		s.stats.Width, s.stats.Height = f.Width, f.Height
		s.arrived = append(s.arrived, now)
	}
}

func (s *Stream) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dec == nil {
		return nil
	}
	return s.dec.Close()
}
