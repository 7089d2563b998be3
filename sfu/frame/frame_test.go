package frame

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPoolReusesFrames(t *testing.T) {
	p := NewPool(2)
	a := p.Get(64, 48)
	require.Equal(t, 1, p.Live())
	a.Retain().Release()
	require.Equal(t, 1, p.Live(), "one owner is left")
	a.Release()
	require.Equal(t, 0, p.Live())
	require.Same(t, a, p.Get(64, 48))
}

func TestPoolForgetsOldSizes(t *testing.T) {
	p := NewPool(2)
	a := p.Get(64, 48)
	b := p.Get(32, 24)
	a.Release()
	b.Release()
	require.Same(t, b, p.Get(32, 24))
	require.Equal(t, 24, p.Get(32, 24).Height)
}

func TestReleaseTwicePanics(t *testing.T) {
	f := New(16, 16)
	f.Release()
	require.Panics(t, f.Release)
}

func TestCopyFromOddSizeAndOtherStride(t *testing.T) {
	src, dst := New(33, 17), New(33, 17)
	wide := make([]byte, 64*17)
	src.Y, src.StrideY = wide, 64
	for i := range src.Y {
		src.Y[i] = byte(i)
	}
	for i := range src.U {
		src.U[i], src.V[i] = byte(i), byte(2*i)
	}
	src.Timestamp = 9
	dst.CopyFrom(src)
	require.Equal(t, uint32(9), dst.Timestamp)
	require.Equal(t, src.Y[16*64+32], dst.Y[16*dst.StrideY+32])
	require.Equal(t, src.U[8*src.StrideUV+16], dst.U[8*dst.StrideUV+16])
	require.Equal(t, src.V[8*src.StrideUV+16], dst.V[8*dst.StrideUV+16])
}

func TestValidSize(t *testing.T) {
	for _, c := range []struct {
		w, h int
		ok   bool
	}{
		{0, 0, false},
		{1, 1, false},
		{2, 2, true},
		{641, 359, true},
		{1920, 1080, true},
		{1080, 1920, true},
		{1921, 1080, false},
		{1920, 1920, false},
	} {
		require.Equal(t, c.ok, ValidSize(c.w, c.h), "%dx%d", c.w, c.h)
	}
}

func TestCodecNames(t *testing.T) {
	for _, c := range []Codec{VP8, VP9, H264} {
		got, ok := ParseMimeType(c.MimeType())
		require.True(t, ok)
		require.Equal(t, c, got)
	}
	_, ok := ParseMimeType("video/AV1")
	require.False(t, ok)
	require.Equal(t, "Codec(0)", Codec(0).String())
}

func BenchmarkPool(b *testing.B) {
	p := NewPool(4)
	b.ReportAllocs()
	for b.Loop() {
		p.Get(640, 480).Release()
	}
}
