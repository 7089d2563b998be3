package media_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/webp"

	"github.com/pp-enter/pp-enter/api/media"
)

// scene is a picture with slopes and edges: red at the top left, green at the top right, blue at the bottom.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := float64(x)/float64(w), float64(y)/float64(h)
			wave := 12 * math.Sin(float64(x)/9) * math.Cos(float64(y)/13)
			clamp := func(v float64) uint8 { return uint8(min(255, max(0, v+wave))) }
			img.SetRGBA(x, y, color.RGBA{
				clamp(230 * (1 - fx) * (1 - fy)), clamp(230 * fx * (1 - fy)), clamp(230 * fy), 255,
			})
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}))
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.Bytes()
}

// keeper is one over a store in memory.
func keeper(t testing.TB, change ...func(*media.Config)) *media.Keeper {
	t.Helper()
	blobs, err := media.OpenBlobs(context.Background(), "mem://", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	cfg := media.DefaultConfig()
	for _, c := range change {
		c(&cfg)
	}
	k, err := media.NewKeeper(cfg, blobs)
	require.NoError(t, err)
	return k
}

// stored reads one size of a picture.
func stored(t testing.TB, k *media.Keeper, folder string, size media.Size) []byte {
	t.Helper()
	r, err := k.Read(t.Context(), folder, size)
	require.NoError(t, err)
	defer r.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), r.Size)
	return b.Bytes()
}

// decoded is a stored picture as browsers show it: the decoder takes WebP's narrow range for the full one.
func decoded(t testing.TB, data []byte) image.Image {
	t.Helper()
	img, err := webp.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	p, ok := img.(*image.YCbCr)
	require.True(t, ok, "%T", img)
	widen := func(plane []byte, low, width int) {
		for i, v := range plane {
			plane[i] = byte(min(255, max(0, ((int(v)-low)*255+width/2)/width)))
		}
	}
	widen(p.Y, 16, 219)
	widen(p.Cb, 16, 224)
	widen(p.Cr, 16, 224)
	return p
}

// cpuTime is what this process has used of the processor.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkKeep(b *testing.B) {
	for name, data := range map[string][]byte{
		"jpeg 12 MP": asJPEG(b, scene(4000, 3000)), "png 720p": asPNG(b, scene(1280, 720)),
		"jpeg 720p": asJPEG(b, scene(1280, 720)),
	} {
		b.Run(name, func(b *testing.B) {
			k := keeper(b)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			began := cpuTime(b)
			for b.Loop() {
				kept, err := k.Keep(b.Context(), data)
				require.NoError(b, err)
				require.NoError(b, k.Discard(b.Context(), kept.Blob))
			}
			each := (cpuTime(b) - began) / time.Duration(b.N)
			b.ReportMetric(float64(each.Microseconds())/1000, "cpu-ms/op")
			b.ReportMetric(1/each.Seconds(), "uploads/core-s")
		})
	}
}
