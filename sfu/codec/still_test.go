package codec_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/codec/codectest"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// behind is a moving person's stand-in before a ground that changes with each second picture; its sides are
// no multiples of a macroblock's.
func behind(n int) *frame.Frame {
	const w, h = 334, 246
	ground, person := frame.New(w, h), frame.New(w, h)
	codectest.Paint(ground, n/2)
	codectest.Paint(person, n)
	for y := h / 4; y < h; y++ {
		copy(ground.Y[y*ground.StrideY+w/3:][:w/3], person.Y[y*person.StrideY+w/3:])
	}
	ground.Timestamp = uint32(3000 * (n + 1))
	return ground
}

// encodeAll returns what an encoder makes of n pictures; force says which become keyframes.
func encodeAll(
	t *testing.T, skip bool, n int, picture func(int) *frame.Frame, force func(int) bool,
) (units []frame.Encoded, bytes int) {
	t.Helper()
	cfg := config(frame.VP8)
	cfg.SkipStill, cfg.Bitrate = skip, 500_000
	enc, err := codec.NewEncoder(cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, enc.Close()) }()
	for i := range n {
		var out frame.Encoded
		require.NoError(t, enc.Encode(picture(i), force(i), &out))
		out.Payload = append([]byte(nil), out.Payload...)
		units, bytes = append(units, out), bytes+len(out.Payload)
	}
	return units, bytes
}

func never(int) bool { return false }

// likeness is the PSNR of luma, dB.
func likeness(a, b *frame.Frame) float64 {
	sum := 1e-9
	for y := range a.Height {
		for x := range a.Width {
			d := float64(a.Y[y*a.StrideY+x]) - float64(b.Y[y*b.StrideY+x])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255*float64(a.Width*a.Height)/sum)
}

func meanLikeness(t *testing.T, units []frame.Encoded, picture func(int) *frame.Frame) (mean, worst float64) {
	t.Helper()
	worst = math.Inf(1)
	for i, f := range decode(t, units) {
		p := likeness(f, picture(i))
		mean, worst = mean+p/float64(len(units)), min(worst, p)
	}
	return mean, worst
}

func TestSkipStillLosesNothing(t *testing.T) {
	const n = 90
	plain, plainBytes := encodeAll(t, false, n, behind, never)
	skipped, skippedBytes := encodeAll(t, true, n, behind, never)
	plainMean, plainWorst := meanLikeness(t, plain, behind)
	mean, worst := meanLikeness(t, skipped, behind)
	t.Logf("PSNR %.2f (worst %.2f), plain %.2f (%.2f); %d bytes, plain %d",
		mean, worst, plainMean, plainWorst, skippedBytes, plainBytes)
	require.Less(t, skippedBytes, plainBytes)
	require.Greater(t, mean, plainMean-0.1)
	require.Greater(t, worst, plainWorst-0.3)
}

func TestSkipStillRefines(t *testing.T) {
	same := func(n int) *frame.Frame {
		f := behind(0)
		f.Timestamp = uint32(3000 * (n + 1))
		return f
	}
	const n = 60
	plain, _ := encodeAll(t, false, n, same, never)
	skipped, _ := encodeAll(t, true, n, same, never)
	want := likeness(decode(t, plain)[n-1], same(0))
	got := likeness(decode(t, skipped)[n-1], same(0))
	first := likeness(decode(t, skipped)[0], same(0))
	t.Logf("PSNR of a still picture: %.2f at first, %.2f in the end, plain %.2f", first, got, want)
	require.Greater(t, got, first)
	require.Greater(t, got, want-0.5)
}

// A keyframe stands for itself, though nothing in it is new.
func TestSkipStillCodesKeyframesWhole(t *testing.T) {
	still := func(n int) *frame.Frame {
		f := behind(0)
		f.Timestamp = uint32(3000 * (n + 1))
		return f
	}
	const n, at = 12, 7
	units, _ := encodeAll(t, true, n, still, func(i int) bool { return i == at })
	require.True(t, units[at].Keyframe)
	_, worst := meanLikeness(t, units[at:], still)
	_, before := meanLikeness(t, units[:at], still)
	require.Greater(t, worst, before-1)
}

// What changes is coded at once, in whichever plane, and whether or not the picture before rested.
func TestSkipStillSeesEachPlane(t *testing.T) {
	planes := func(f *frame.Frame) (p [3][]byte, stride [3]int) {
		return [3][]byte{f.Y, f.U, f.V}, [3]int{f.StrideY, f.StrideUV, f.StrideUV}
	}
	const side = 8
	for plane := range 3 {
		for _, at := range []int{8, 9} {
			brighter := func(n int) *frame.Frame {
				f := behind(0)
				f.Timestamp = uint32(3000 * (n + 1))
				p, stride := planes(f)
				for y := 4 * side; y < 6*side && n >= at; y++ {
					for x := 4 * side; x < 6*side; x++ {
						p[plane][y*stride[plane]+x] += 90
					}
				}
				return f
			}
			units, _ := encodeAll(t, true, at+1, brighter, never)
			got, stride := planes(decode(t, units)[at])
			want, _ := planes(brighter(at))
			i := 5*side*stride[plane] + 5*side
			require.InDelta(t, want[plane][i], got[plane][i], 24, "plane %d from picture %d on", plane, at)
		}
	}
}
