package rtpio

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// packet is one RTP packet on its way.
type packet struct {
	h       rtp.Header
	payload []byte
}

// source makes pictures with recognisable contents and their packets.
type source struct {
	tb        testing.TB
	codec     frame.Codec
	p         *Packetiser
	rng       *rand.Rand
	timestamp uint32
}

func newSource(tb testing.TB, c frame.Codec, seed uint64) *source {
	tb.Helper()
	p, err := NewPacketiser(PacketiserConfig{Codec: c, MTU: 212})
	require.NoError(tb, err)
	return &source{tb: tb, codec: c, p: p, rng: rand.New(rand.NewPCG(seed, 1))}
}

// unit makes a picture of size bytes; only its first byte means something to the assembler.
func (s *source) unit(size int, keyframe bool) frame.Encoded {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	b[0] = firstByte(s.codec, keyframe)
	s.timestamp += 3000
	return frame.Encoded{Payload: b, Codec: s.codec, Keyframe: keyframe, Timestamp: s.timestamp}
}

func firstByte(c frame.Codec, keyframe bool) byte {
	switch {
	case c == frame.VP9 && keyframe:
		return 0x80
	case c == frame.VP9:
		return 0x84
	case keyframe:
		return 0x10
	default:
		return 0x11
	}
}

func (s *source) packets(e *frame.Encoded) []packet {
	var out []packet
	require.NoError(s.tb, s.p.Packetise(e, func(h *rtp.Header, payload []byte, _ bool) error {
		out = append(out, packet{*h, bytes.Clone(payload)})
		return nil
	}))
	return out
}

// next makes a picture and its packets.
func (s *source) next(size int, keyframe bool) (frame.Encoded, []packet) {
	e := s.unit(size, keyframe)
	packets := s.packets(&e)
	return e, packets
}

// filler is a packet without a payload, as browsers send to probe the bandwidth.
func (s *source) filler() packet {
	s.p.sequence++
	return packet{h: rtp.Header{
		Version: 2, SequenceNumber: s.p.sequence - 1, Timestamp: s.timestamp, Padding: true, PaddingSize: 255,
	}}
}

// sink feeds an assembler and collects what comes out.
type sink struct {
	tb  testing.TB
	a   *Assembler
	now time.Time
	got []frame.Encoded
}

func newSink(tb testing.TB, cfg AssemblerConfig) *sink {
	tb.Helper()
	a, err := NewAssembler(cfg)
	require.NoError(tb, err)
	return &sink{tb: tb, a: a, now: time.Unix(1000, 0)}
}

// push hands packets over, a millisecond apart.
func (s *sink) push(packets ...packet) {
	for i := range packets {
		s.now = s.now.Add(time.Millisecond)
		s.a.Push(&packets[i].h, packets[i].payload, s.now)
		s.pop()
	}
}

func (s *sink) pop() {
	var e frame.Encoded
	for s.a.Pop(s.now, &e) {
		e.Payload = bytes.Clone(e.Payload)
		s.got = append(s.got, e)
	}
}

func (s *sink) wait(d time.Duration) {
	s.now = s.now.Add(d)
	s.pop()
}

// expect compares what came out since the last call.
func (s *sink) expect(want ...frame.Encoded) {
	s.tb.Helper()
	require.Len(s.tb, s.got, len(want))
	for i := range want {
		requireSameUnit(s.tb, want[i], s.got[i])
	}
	s.got = nil
}

func requireSameUnit(tb testing.TB, want, got frame.Encoded) {
	tb.Helper()
	require.Equal(tb, want.Timestamp, got.Timestamp)
	require.Equal(tb, want.Keyframe, got.Keyframe)
	require.Equal(tb, want.Codec, got.Codec)
	require.True(tb, bytes.Equal(want.Payload, got.Payload), "payload of timestamp %d", want.Timestamp)
}

// eachCodec runs a test for every codec that can be assembled.
func eachCodec(t *testing.T, run func(t *testing.T, src *source, dst *sink)) {
	t.Helper()
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		t.Run(c.String(), func(t *testing.T) {
			run(t, newSource(t, c, 7), newSink(t, AssemblerConfig{Codec: c, Window: 64, MaxFrameBytes: 20_000}))
		})
	}
}
