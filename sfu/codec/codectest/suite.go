package codectest

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Target is a codec under test.
type Target struct {
	Config codec.EncoderConfig
	// New opens an encoder.
	New func(codec.EncoderConfig) (codec.Encoder, error)
	// Decode decodes a whole stream, one picture per unit; nil leaves out the checks of pictures.
	Decode func(t *testing.T, units []frame.Encoded) []*frame.Frame
	// EvenOnly says that an odd last row or column is left out.
	EvenOnly bool
}

// Run puts an encoder through the suite.
func Run(t *testing.T, target Target) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, Target){
		"round trip":       roundTrip,
		"forced keyframe":  forcedKeyframe,
		"size changes":     sizeChanges,
		"odd sizes":        oddSizes,
		"bitrate":          bitrate,
		"timestamps":       timestamps,
		"close":            closeTwice,
		"sizes out of use": refusedSizes,
		"bad settings":     badSettings,
	} {
		t.Run(name, func(t *testing.T) { check(t, target) })
	}
}

// stream encodes pictures of one encoder and remembers them.
type stream struct {
	t      *testing.T
	target Target
	enc    codec.Encoder
	at     uint32 // RTP timestamp
	n      int
	inputs []*frame.Frame
	units  []frame.Encoded
}

func open(t *testing.T, target Target) *stream {
	t.Helper()
	enc, err := target.New(target.Config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, enc.Close()) })
	return &stream{t: t, target: target, enc: enc, at: 90_000}
}

// add encodes the next picture of the scene.
func (s *stream) add(w, h int, forceKeyframe bool) frame.Encoded {
	s.t.Helper()
	f := frame.New(w, h)
	Paint(f, s.n)
	s.n++
	s.at += 3000
	f.Timestamp, f.Arrived = s.at, time.Unix(int64(s.n), 0)
	var e frame.Encoded
	require.NoError(s.t, s.enc.Encode(f, forceKeyframe, &e))
	require.NotEmpty(s.t, e.Payload)
	require.Equal(s.t, f.Timestamp, e.Timestamp)
	require.Equal(s.t, f.Arrived, e.Arrived)
	require.Equal(s.t, s.target.Config.Codec, e.Codec)
	e.Payload = bytes.Clone(e.Payload)
	s.inputs, s.units = append(s.inputs, f), append(s.units, e)
	return e
}

// compare decodes what was encoded and wants every picture to be like its source.
func (s *stream) compare(minPSNR float64) {
	s.t.Helper()
	if s.target.Decode == nil {
		return
	}
	got := s.target.Decode(s.t, s.units)
	require.Len(s.t, got, len(s.inputs))
	for i, want := range s.inputs {
		if s.target.EvenOnly {
			want = cut(want)
		}
		require.Equal(s.t, [2]int{want.Width, want.Height}, [2]int{got[i].Width, got[i].Height}, "picture %d", i)
		require.Greater(s.t, PSNR(want, got[i]), minPSNR, "picture %d", i)
	}
}

func cut(f *frame.Frame) *frame.Frame {
	return &frame.Frame{
		Y: f.Y, U: f.U, V: f.V, StrideY: f.StrideY, StrideUV: f.StrideUV,
		Width: f.Width &^ 1, Height: f.Height &^ 1,
	}
}

func roundTrip(t *testing.T, target Target) {
	s := open(t, target)
	for i := range 30 {
		require.Equal(t, i == 0, s.add(320, 240, false).Keyframe, "picture %d", i)
	}
	s.compare(30)
}

func forcedKeyframe(t *testing.T, target Target) {
	s := open(t, target)
	for i := range 12 {
		force := i == 3 || i == 4 || i == 9
		require.Equal(t, force || i == 0, s.add(320, 240, force).Keyframe, "picture %d", i)
	}
	s.compare(28)
	s.inputs, s.units = s.inputs[9:], s.units[9:] // a viewer who comes late begins there
	s.compare(28)
}

func sizeChanges(t *testing.T, target Target) {
	s := open(t, target)
	for _, size := range [][2]int{{480, 270}, {640, 360}, {320, 240}, {240, 320}, {320, 240}} {
		for i := range 4 {
			require.Equal(t, i == 0, s.add(size[0], size[1], false).Keyframe, "%v, picture %d", size, i)
		}
	}
	s.compare(28)
}

func oddSizes(t *testing.T, target Target) {
	s := open(t, target)
	for _, size := range [][2]int{{321, 241}, {33, 17}, {175, 98}, {64, 51}} {
		for range 3 {
			s.add(size[0], size[1], false)
		}
	}
	s.compare(25)
}

func bitrate(t *testing.T, target Target) {
	s := open(t, target)
	spent := func(n int) (sum int) {
		for range n {
			sum += len(s.add(320, 240, false).Payload)
		}
		return sum
	}
	require.NoError(t, s.enc.SetBitrate(2_000_000))
	spent(30)
	high := spent(60)
	require.NoError(t, s.enc.SetBitrate(100_000))
	spent(30)
	low := spent(60)
	require.Less(t, low, high/2)
	require.Less(t, low*8/2, 200_000, "bits per second at a target of 100,000")
	for _, bps := range []int{-1, 0, codec.MinBitrate - 1, codec.MaxBitrate + 1} {
		require.Error(t, s.enc.SetBitrate(bps))
	}
	s.compare(20)
}

// timestamps wrap, stand still, go back and leap: the stream goes on.
func timestamps(t *testing.T, target Target) {
	s := open(t, target)
	s.at = 1<<32 - 10_000
	for range 6 {
		s.add(160, 120, false)
	}
	require.Less(t, s.at, uint32(10_000), "wrapped")
	for _, step := range []uint32{1<<32 - 3000, 1<<32 - 9000, 1 << 31, 1<<31 + 5, 1 << 30, 1<<32 - 2999} {
		s.at += step
		s.add(160, 120, false)
	}
	s.compare(28)
}

func closeTwice(t *testing.T, target Target) {
	for _, pictures := range []int{0, 2} {
		s := open(t, target)
		for range pictures {
			s.add(160, 120, false)
		}
		require.NoError(t, s.enc.Close())
		require.NoError(t, s.enc.Close())
		var e frame.Encoded
		require.ErrorIs(t, s.enc.Encode(frame.New(160, 120), false, &e), codec.ErrClosed)
		require.ErrorIs(t, s.enc.SetBitrate(500_000), codec.ErrClosed)
	}
}

// refusedSizes fail alone: the next picture of a fair size is encoded.
func refusedSizes(t *testing.T, target Target) {
	s := open(t, target)
	s.add(160, 120, false)
	for _, f := range []*frame.Frame{
		{},
		{Width: 1, Height: 120},
		{Width: 4000, Height: 16},
		{Width: -2, Height: -2},
		{Width: 64, Height: 64, StrideY: 64, StrideUV: 32, Y: make([]byte, 4095)}, // planes too short
	} {
		var e frame.Encoded
		require.ErrorIs(t, s.enc.Encode(f, false, &e), codec.ErrSize)
	}
	s.add(160, 120, false)
	s.compare(28)
}

func badSettings(t *testing.T, target Target) {
	for _, change := range []func(*codec.EncoderConfig){
		func(c *codec.EncoderConfig) { c.Bitrate = 0 },
		func(c *codec.EncoderConfig) { c.CPUUsed = 17 },
		func(c *codec.EncoderConfig) { c.Threads = 0 },
		func(c *codec.EncoderConfig) { c.MaxFPS = 0 },
	} {
		cfg := target.Config
		change(&cfg)
		_, err := target.New(cfg)
		require.Error(t, err)
	}
}
