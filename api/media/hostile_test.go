package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
)

const script = "<html><body><script>alert(document.cookie)</script></body></html>"

func TestRefused(t *testing.T) {
	k := keeper(t)
	goodJPEG, goodPNG := asJPEG(t, scene(300, 200)), asPNG(t, scene(300, 200))
	still, err := k.Keep(t.Context(), goodPNG)
	require.NoError(t, err)
	goodWebP := stored(t, k, still.Blob, media.SizeOriginal)
	other, broken, large := social.ErrPictureUnsupported, social.ErrPictureInvalid, social.ErrPictureTooLarge
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                   {nil, other},
		"text":                      {[]byte("hello"), other},
		"svg":                       {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), other},
		"html":                      {[]byte(script), other},
		"pdf":                       {[]byte("%PDF-1.7"), other},
		"bmp":                       {[]byte("BM\x46\x00\x00\x00"), other},
		"tiff":                      {[]byte("II*\x00\x08\x00\x00\x00"), other},
		"avif":                      {[]byte("\x00\x00\x00\x20ftypavif"), other},
		"zip":                       {[]byte("PK\x03\x04"), other},
		"riff, but sound":           {[]byte("RIFF\x04\x00\x00\x00WAVE"), other},
		"html before a JPEG":        {append([]byte(script), goodJPEG...), other},
		"jpeg: only the beginning":  {goodJPEG[:3], broken},
		"jpeg: cut":                 {goodJPEG[:len(goodJPEG)/2], broken},
		"png: only the signature":   {goodPNG[:8], broken},
		"png: cut":                  {goodPNG[:len(goodPNG)-30], broken},
		"gif: only the signature":   {[]byte("GIF89a"), broken},
		"webp: only the signature":  {[]byte("RIFF\x04\x00\x00\x00WEBP"), broken},
		"webp: cut":                 {goodWebP[:len(goodWebP)/2], broken},
		"png: wrong checksum":       {bytes.Replace(goodPNG, []byte("IDAT"), []byte("IDAT\x00"), 1), broken},
		"png: 30,000 x 30,000":      {pngBomb(t, 30_000, 30_000, 8, 6, 0), large},
		"png: 30,000 x 30,000 bits": {pngBomb(t, 30_000, 30_000, 1, 0, 1), large},
		"png: a long line":          {pngBomb(t, 12_001, 1, 8, 2, 0), large},
		"png: 41 MP":                {pngBomb(t, 10_000, 4_100, 8, 0, 0), large},
		"png: too dear":             {pngBomb(t, 6_000, 6_000, 16, 6, 1), large},
		"png: no width":             {pngBomb(t, 0, 10, 8, 6, 0), broken},
		"png: more than there is":   {pngBomb(t, 3_000, 10_000, 8, 0, 0), broken},
		"gif: 65,535 x 65,535":      {[]byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff"), large},
		"jpeg: 65,500 x 65,500":     {append(jpegHead(0xc0, 65_500, 65_500, 3), 0xff, 0xda, 0, 8), large},
		"jpeg: progressive, dear":   {append(jpegHead(0xc2, 6_000, 6_000, 3), 0xff, 0xda, 0, 8), large},
		"jpeg: CMYK, dear":          {append(jpegHead(0xc2, 4_000, 4_000, 4), 0xff, 0xda, 0, 8), large},
		"jpeg: dear, after fill":    {masked(0xff, 0xe0), large},
		"jpeg: dear, after stuff":   {masked(0x00), large},
		"jpeg: dear, after restart": {masked(0xd0), large},
		"webp: 16,383 x 16,383":     {riff(riffChunk("VP8 ", vp8Head(16_383, 16_383))), large},
		"webp: lossless, 16,384":    {riff(riffChunk("VP8L", vp8lHead(16_384, 16_384))), large},
		"webp: 16 million wide":     {riff(canvas(0, 1<<24, 1)), large},
		"webp: small, then large": {
			riff(canvas(0, 10, 10), riffChunk("VP8 ", vp8Head(16_383, 16_383))), broken,
		},
		"webp: small, then large lossless": {
			riff(canvas(0, 10, 10), riffChunk("VP8L", vp8lHead(16_384, 16_384))), broken,
		},
		"webp: animated": {
			riff(canvas(2, 10, 10), riffChunk("ANIM", make([]byte, 6)), riffChunk("ANMF", make([]byte, 40))),
			other,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.Keep(t.Context(), c.data)
			require.ErrorIs(t, err, c.want)
		})
	}
}

// What comes out of anything is a new picture: nothing of what was sent, beside the picture, is in any size.
func TestMadeHarmless(t *testing.T) {
	k := keeper(t)
	good, flat := asJPEG(t, scene(300, 200)), asPNG(t, scene(300, 200))
	block := exif(binary.LittleEndian, 1)
	webpOf := func() []byte {
		kept, err := k.Keep(t.Context(), flat)
		require.NoError(t, err)
		simple := stored(t, k, kept.Blob, media.SizeOriginal)
		return riff(canvas(8, 300, 200), simple[12:], riffChunk("EXIF", block), riffChunk("XMP ", []byte(script)))
	}
	for name, data := range map[string][]byte{
		"html behind a JPEG":        append(bytes.Clone(good), script...),
		"html in a JPEG's comment":  withJPEG(good, 0xfe, []byte(script)),
		"gps in a JPEG":             withJPEG(good, 0xe1, exifJPEG(block)),
		"xmp in a JPEG":             withJPEG(good, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00"+script)),
		"html in a PNG's text":      withPNG(flat, "tEXt", []byte("Comment\x00"+script)),
		"gps in a PNG":              withPNG(flat, "eXIf", block),
		"html behind a PNG":         append(bytes.Clone(flat), script...),
		"all of it in a WebP":       webpOf(),
		"zip behind a PNG":          append(bytes.Clone(flat), "PK\x03\x04"+script...),
		"a GIF of 500 frames":       append(gifOf(t, 60, 40, 500), script...),
		"an animated PNG":           withPNG(flat, "acTL", []byte{0, 0, 0, 9, 0, 0, 0, 0}),
		"a colour profile in a PNG": withPNG(flat, "iCCP", []byte("SECRET\x00\x00"+script)),
	} {
		t.Run(name, func(t *testing.T) {
			kept, err := k.Keep(t.Context(), data)
			require.NoError(t, err)
			for _, size := range media.Sizes() {
				out := stored(t, k, kept.Blob, size)
				for _, secret := range []string{"SECRET", "GPS", "script", "EXIF", "Exif", "XMP", "ICCP", "VP8X"} {
					require.NotContains(t, string(out), secret)
				}
				decoded(t, out)
			}
		})
	}
}

func TestOrientation(t *testing.T) {
	// Red is at the top left, green at the top right, blue below, when the camera is held upright.
	upright := scene(96, 64)
	turned := map[int]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y }, 2: func(x, y int) (int, int) { return 95 - x, y },
		3: func(x, y int) (int, int) { return 95 - x, 63 - y }, 4: func(x, y int) (int, int) { return x, 63 - y },
		5: func(x, y int) (int, int) { return y, x }, 6: func(x, y int) (int, int) { return y, 95 - x },
		7: func(x, y int) (int, int) { return 63 - y, 95 - x }, 8: func(x, y int) (int, int) { return 63 - y, x },
	}
	k := keeper(t)
	for orientation, where := range turned {
		w, h := 96, 64
		if orientation > 4 {
			w, h = h, w
		}
		stored8 := image.NewRGBA(image.Rect(0, 0, w, h)) // as the sensor saw it
		for y := range 64 {
			for x := range 96 {
				sx, sy := where(x, y)
				stored8.Set(sx, sy, upright.At(x, y))
			}
		}
		for name, data := range map[string][]byte{
			"jpeg":  withJPEG(asJPEG(t, stored8), 0xe1, exifJPEG(exif(binary.BigEndian, orientation))),
			"jpeg2": withJPEG(asJPEG(t, stored8), 0xe1, exifJPEG(exif(binary.LittleEndian, orientation))),
			"png":   withPNG(asPNG(t, stored8), "eXIf", exif(binary.LittleEndian, orientation)),
		} {
			t.Run(name+strconv.Itoa(orientation), func(t *testing.T) {
				kept, err := k.Keep(t.Context(), data)
				require.NoError(t, err)
				require.Equal(t, []int{96, 64}, []int{kept.Width, kept.Height})
				require.Less(t, difference(upright, decoded(t, stored(t, k, kept.Blob, media.SizeOriginal))), 4.0)
			})
		}
	}
	for _, bad := range []int{0, 9, 65535} {
		kept, err := k.Keep(t.Context(), withPNG(asPNG(t, upright), "eXIf", exif(binary.BigEndian, bad)))
		require.NoError(t, err)
		require.Equal(t, 96, kept.Width)
	}
}

// difference is how far the colours of two pictures of one size are apart, on average, 0 to 255.
func difference(a, b image.Image) float64 {
	sum, n := 0.0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA)
			q := color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				sum, n = sum+float64(max(d, -d)), n+1
			}
		}
	}
	return sum / float64(n)
}

// A picture of scans without end is given up in time.
func TestSlowPicture(t *testing.T) {
	k := keeper(t, func(cfg *media.Config) { cfg.Decode = 300 * time.Millisecond })
	data := slowJPEG(3500, 3500, 60_000)
	require.Less(t, len(data), 10<<20)
	began := time.Now()
	_, err := k.Keep(t.Context(), data)
	require.ErrorIs(t, err, social.ErrPictureSlow)
	require.Less(t, time.Since(began), 10*time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = k.Keep(ctx, data)
	require.ErrorIs(t, err, context.DeadlineExceeded, "who left is not waited for")
}

func TestBusy(t *testing.T) {
	k := keeper(t, func(cfg *media.Config) {
		cfg.Workers, cfg.Wait, cfg.Decode = 1, 20*time.Millisecond, 500*time.Millisecond
	})
	slow, good := slowJPEG(3000, 3000, 60_000), asPNG(t, scene(30, 20))
	var both sync.WaitGroup
	both.Go(func() {
		_, err := k.Keep(t.Context(), slow)
		require.ErrorIs(t, err, social.ErrPictureSlow)
	})
	require.Eventually(t, func() bool {
		_, err := k.Keep(t.Context(), good)
		return err != nil
	}, 5*time.Second, time.Millisecond)
	_, err := k.Keep(t.Context(), good)
	require.ErrorIs(t, err, social.ErrBusy)
	both.Wait()
	_, err = k.Keep(t.Context(), good)
	require.NoError(t, err, "its turn came free")
}

// peak is the largest resident size of this process so far, in MiB.
func peak(t testing.TB) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")))
			require.NoError(t, err)
			return n >> 10
		}
	}
	t.Fatal("no VmHWM")
	return 0
}

// The child of TestMemoryIsBounded: as many dear pictures as can be, at a time.
func TestMemoryChild(t *testing.T) {
	if os.Getenv("PPENTER_TEST_MEMORY") == "" {
		return // it is the test below that runs it
	}
	k := keeper(t, func(cfg *media.Config) {
		cfg.Workers, cfg.Wait, cfg.Decode, cfg.Effort = 8, time.Minute, 2*time.Second, 0
	})
	large := asJPEG(t, image.NewYCbCr(image.Rect(0, 0, 8000, 5000), image.YCbCrSubsampleRatio420)) // 40 MP
	before := peak(t)
	inputs := [][]byte{
		large, pngBomb(t, 12_000, 3_000, 8, 2, 0), pngBomb(t, 30_000, 30_000, 8, 6, 0),
		pngBomb(t, 4_000, 3_000, 16, 6, 1), slowJPEG(3500, 3500, 500), gifOf(t, 1000, 1000, 20),
		riff(canvas(0, 10, 10), riffChunk("VP8 ", vp8Head(16_383, 16_383))),
	}
	var all sync.WaitGroup
	for range 2 {
		for _, data := range inputs {
			all.Go(func() { _, _ = k.Keep(t.Context(), data) }) // refused or kept
		}
	}
	all.Wait()
	t.Logf("PEAK %d %d", before, peak(t))
}

func TestMemoryIsBounded(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(t.Context(), self, "-test.run=^TestMemoryChild$", "-test.v")
	child.Env = append(os.Environ(), "PPENTER_TEST_MEMORY=1", "GORACE=halt_on_error=0")
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	_, figures, ok := strings.Cut(string(out), "PEAK ")
	require.True(t, ok, string(out))
	var before, after int
	_, err = fmt.Sscan(figures, &before, &after)
	require.NoError(t, err)
	// The collector lets garbage grow to the size of what lives: twice the limit, and the program itself.
	require.Less(t, after, 640*shadow)
	t.Logf("resident memory: %d MiB before, %d MiB at the peak", before, after)
}
