package rtpio

import (
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// loop returns a function that takes one picture of five packets through packetiser and assembler.
func loop(tb testing.TB, c frame.Codec) func() {
	tb.Helper()
	p, err := NewPacketiser(PacketiserConfig{Codec: c})
	require.NoError(tb, err)
	a, err := NewAssembler(AssemblerConfig{Codec: c})
	require.NoError(tb, err)
	e := frame.Encoded{Payload: make([]byte, 5000), Codec: c, Keyframe: true}
	e.Payload[0] = firstByte(c, true)
	now := time.Unix(1, 0)
	push := func(h *rtp.Header, payload []byte, _ bool) error {
		a.Push(h, payload, now)
		return nil
	}
	var out frame.Encoded
	return func() {
		if err := p.Packetise(&e, push); err != nil || !a.Pop(now, &out) {
			tb.Fatal("no picture came out", err)
		}
		e.Timestamp += 3000
	}
}

func TestNoAllocationInSteadyState(t *testing.T) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		run := loop(t, c)
		for range 200 {
			run()
		}
		require.Zero(t, testing.AllocsPerRun(500, run), c)
	}
}

func BenchmarkPacketiseAndAssemble(b *testing.B) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		b.Run(c.String(), func(b *testing.B) {
			run := loop(b, c)
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}

func BenchmarkSequencer(b *testing.B) {
	var s Sequencer
	var r VP8Rewriter
	h := rtp.Header{}
	payload := []byte{0x90, 0xc0, 0x80, 0, 0, 0x10}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.SequenceNumber = uint16(i)
		s.Next(&h)
		r.Rewrite(payload)
	}
}
