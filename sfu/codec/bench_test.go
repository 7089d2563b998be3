package codec_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/codec/codectest"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const scene = 16 // pictures that are encoded to and fro

// encodeLoop returns a function that encodes the next picture.
func encodeLoop(tb testing.TB, cfg codec.EncoderConfig, w, h int) func() {
	tb.Helper()
	enc, err := codec.NewEncoder(cfg)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, enc.Close()) })
	pictures := make([]*frame.Frame, scene)
	for i := range pictures {
		pictures[i] = frame.New(w, h)
		codectest.Paint(pictures[i], i)
	}
	var out frame.Encoded
	n := 0
	return func() {
		i := n % (2 * scene)
		f := pictures[min(i, 2*scene-1-i)]
		n++
		f.Timestamp = uint32(3000 * n)
		if err := enc.Encode(f, false, &out); err != nil {
			tb.Fatal(err)
		}
	}
}

// decodeLoop returns a function that decodes the next unit, now and then a keyframe, and releases the
// picture.
func decodeLoop(tb testing.TB, c frame.Codec, w, h int) func() {
	tb.Helper()
	units := codectest.Units(tb, decoderTarget(c), w, h, 2*scene)
	dec, err := codec.NewDecoder(c)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, dec.Close()) })
	pool := frame.NewPool(2)
	n := 0
	return func() {
		f, err := dec.Decode(&units[n%len(units)], pool)
		n++
		if err != nil {
			tb.Fatal(err)
		}
		f.Release()
	}
}

func TestNoAllocationInSteadyState(t *testing.T) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		for name, run := range map[string]func(){
			"encode": encodeLoop(t, config(c), 320, 240), "decode": decodeLoop(t, c, 320, 240),
		} {
			for range 40 {
				run()
			}
			require.Zero(t, testing.AllocsPerRun(40, run), "%s %s", name, c)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9, frame.H264} {
		for _, size := range [][2]int{{640, 480}, {1280, 720}} {
			b.Run(fmt.Sprintf("%s/%dp", c, size[1]), func(b *testing.B) {
				cfg := config(c)
				cfg.Bitrate = 4 * size[0] * size[1]
				run := encodeLoop(b, cfg, size[0], size[1])
				run()
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
			})
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		for _, size := range [][2]int{{640, 480}, {1280, 720}} {
			b.Run(fmt.Sprintf("%s/%dp", c, size[1]), func(b *testing.B) {
				run := decodeLoop(b, c, size[0], size[1])
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
			})
		}
	}
}
