package rtpio

import (
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestUnitComesOutAtItsLastPacket(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		require.True(t, dst.a.NeedsKeyframe(), "at the start")
		for i := range 40 {
			e, packets := src.next(1+100*i, i == 0)
			last := len(packets) - 1
			dst.push(packets[:last]...)
			require.Empty(t, dst.got)
			dst.push(packets[last])
			require.Equal(t, dst.now, dst.got[0].Arrived)
			dst.expect(e)
			require.False(t, dst.a.NeedsKeyframe())
		}
		require.Equal(t, uint64(40), dst.a.Stats().Units)
		require.Equal(t, uint64(1), dst.a.Stats().Keyframes)
	})
}

func TestReorderedAndDuplicatedPackets(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		key, keyPackets := src.next(1500, true)
		slices.Reverse(keyPackets)
		dst.push(keyPackets...)
		dst.expect(key)
		a, pa := src.next(900, false)
		b, pb := src.next(900, false)
		dst.push(append(slices.Clone(pb), pb[0])...)
		require.Empty(t, dst.got, "b refers to a")
		dst.push(pa...)
		dst.expect(a, b)
		dst.push(pa[1])
		dst.expect()
		require.Equal(t, uint64(1), dst.a.Stats().Duplicates)
		require.Equal(t, uint64(1), dst.a.Stats().Late)
	})
}

func TestSequenceNumbersWrap(t *testing.T) {
	eachCodec(t, func(_ *testing.T, src *source, dst *sink) {
		src.p.sequence = 65530
		for i := range 30 {
			e, packets := src.next(700, i == 0)
			packets[0], packets[1] = packets[1], packets[0]
			dst.push(packets...)
			dst.expect(e)
		}
	})
}

func TestMissingFirstPacketWaitsForKeyframe(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		_, packets := src.next(900, true)
		dst.push(packets[1:]...)
		_, packets = src.next(900, false)
		dst.push(packets...)
		dst.expect()
		require.True(t, dst.a.NeedsKeyframe())
		key, packets := src.next(900, true)
		dst.push(packets...)
		dst.expect(key)
		require.Equal(t, uint64(1), dst.a.Stats().Dropped)
	})
}

func TestRetransmissionInTime(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		dst.push(packets...)
		dst.expect(key)
		a, pa := src.next(900, false)
		b, pb := src.next(900, false)
		dst.push(pa[0])
		dst.push(pa[2:]...)
		require.Zero(t, dst.a.Waiting(dst.now.Add(-time.Duration(len(pa)-3)*time.Millisecond)))
		dst.push(pb...)
		dst.wait(100 * time.Millisecond)
		require.Greater(t, dst.a.Waiting(dst.now), 100*time.Millisecond)
		dst.expect()
		require.False(t, dst.a.NeedsKeyframe())
		dst.push(pa[1])
		dst.expect(a, b)
		require.Zero(t, dst.a.Waiting(dst.now))
	})
}

func TestLossBreaksTheStreamUntilKeyframe(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		dst.push(packets...)
		dst.expect(key)
		_, pa := src.next(900, false)
		_, pb := src.next(900, false)
		dst.push(pa[0])
		dst.push(pa[2:]...)
		dst.push(pb...)
		dst.wait(121 * time.Millisecond)
		require.True(t, dst.a.NeedsKeyframe())
		dst.push(pa[1])
		_, pc := src.next(900, false)
		dst.push(pc...)
		dst.expect()
		key, packets = src.next(900, true)
		d, pd := src.next(900, false)
		dst.push(append(packets, pd...)...)
		dst.expect(key, d)
		require.False(t, dst.a.NeedsKeyframe())
		st := dst.a.Stats()
		require.Equal(t, uint64(1), st.Lost)
		require.Equal(t, uint64(1), st.Breaks)
		require.Equal(t, uint64(3), st.Dropped, "a, b and c")
	})
}

func TestWholeKeyframeEndsTheWait(t *testing.T) {
	eachCodec(t, func(_ *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		dst.push(packets...)
		_, pa := src.next(900, false)
		dst.push(pa[1:]...)
		again, packets := src.next(900, true)
		dst.push(packets...)
		dst.expect(key, again)
	})
}

func TestFullWindowGivesUp(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		dst.push(packets...)
		dst.expect(key)
		src.next(100, false) // all of it lost
		for range 64 {
			_, packets = src.next(100, false)
			dst.now = dst.now.Add(-time.Millisecond) // no time goes by
			dst.push(packets...)
		}
		require.True(t, dst.a.NeedsKeyframe())
		require.Equal(t, uint64(1), dst.a.Stats().Overflows)
		require.LessOrEqual(t, len(dst.a.free), 64)
		key, packets = src.next(900, true)
		dst.push(packets...)
		dst.expect(key)
	})
}

func TestOversizeUnitBreaksTheStream(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		dst.a.cfg.MaxFrameBytes = 900
		key, packets := src.next(900, true)
		dst.push(packets...)
		dst.expect(key)
		_, packets = src.next(901, false)
		dst.push(packets...)
		dst.expect()
		require.True(t, dst.a.NeedsKeyframe())
		require.Equal(t, uint64(1), dst.a.Stats().Oversize)
		key, packets = src.next(899, true)
		dst.push(packets...)
		dst.expect(key)
	})
}

func TestPaddingUsesUpNumbers(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		dst.push(packets...)
		dst.push(src.filler(), src.filler())
		a, packets := src.next(900, false)
		dst.push(packets...)
		inBand := src.filler() // the whole payload is padding, and nobody has cut it off
		inBand.h.PaddingSize, inBand.payload = 0, []byte{0, 0, 0, 4}
		dst.push(inBand)
		b, packets := src.next(900, false)
		dst.push(packets...)
		dst.expect(key, a, b)
		require.Equal(t, uint64(3), dst.a.Stats().Padding)
	})
}

func TestMalformedPacketBreaksItsUnit(t *testing.T) {
	eachCodec(t, func(t *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		dst.push(packets...)
		_, packets = src.next(900, false)
		packets[1].payload = []byte{0xff}
		dst.push(packets...)
		dst.expect(key)
		require.True(t, dst.a.NeedsKeyframe())
		require.Equal(t, uint64(1), dst.a.Stats().Malformed)
	})
}

func TestSenderBeginsAnew(t *testing.T) {
	for name, leap := range map[string]uint16{"forward": 20_000, "back": 45_000} {
		t.Run(name, func(t *testing.T) {
			eachCodec(t, func(t *testing.T, src *source, dst *sink) {
				key, packets := src.next(900, true)
				dst.push(packets...)
				src.p.sequence += leap
				for range 10 {
					_, packets = src.next(900, false)
					dst.push(packets...)
				}
				dst.expect(key)
				require.True(t, dst.a.NeedsKeyframe())
				key, packets = src.next(900, true)
				dst.push(packets...)
				dst.expect(key)
				require.Equal(t, uint64(1), dst.a.Stats().Restarts)
			})
		})
	}
}

func TestTimestampEndsAUnitWithoutMarker(t *testing.T) {
	eachCodec(t, func(_ *testing.T, src *source, dst *sink) {
		key, packets := src.next(900, true)
		packets[len(packets)-1].h.Marker = false
		dst.push(packets...)
		dst.expect()
		a, packets := src.next(100, false)
		dst.push(packets...)
		dst.expect(key, a)
	})
}

func TestSpatialLayersAreOneUnit(t *testing.T) {
	dst := newSink(t, AssemblerConfig{Codec: frame.VP9})
	const layers, intra, begins, ends = vp9HasLayers, 0, vp9Start, vp9End
	for i, payload := range [][]byte{
		{layers | intra | begins, 0x00, 0, 0x80, 1},     // base layer of a keyframe
		{layers | intra | ends, 0x00, 0, 2},             //
		{layers | intra | begins | ends, 0x03, 0, 0x84}, // layer 1, predicted from the base
	} {
		h := rtp.Header{SequenceNumber: uint16(i), Timestamp: 5, Marker: i == 2}
		dst.push(packet{h, payload})
	}
	dst.expect(frame.Encoded{Payload: []byte{0x80, 1, 2, 0x84}, Codec: frame.VP9, Keyframe: true, Timestamp: 5})
}

func TestNewAssemblerRefuses(t *testing.T) {
	_, err := NewAssembler(AssemblerConfig{Codec: frame.H264})
	require.ErrorIs(t, err, ErrUnsupported)
	for _, cfg := range []AssemblerConfig{
		{Codec: frame.VP8, Window: 1},
		{Codec: frame.VP8, Window: 1 << 15},
		{Codec: frame.VP8, MaxWait: -1},
		{Codec: frame.VP8, MaxFrameBytes: -1},
	} {
		_, err := NewAssembler(cfg)
		require.Error(t, err)
	}
}
