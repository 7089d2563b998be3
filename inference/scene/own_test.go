package scene

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// onlyAt hides what kind of picture it is.
type onlyAt struct{ image.Image }

// chart is the right half in one colour and the left half in another.
func chart(m draw.Image, left, right color.Color) {
	b := m.Bounds()
	half := b
	half.Max.X = b.Min.X + b.Dx()/2
	draw.Draw(m, b, image.NewUniform(right), image.Point{}, draw.Src)
	draw.Draw(m, half, image.NewUniform(left), image.Point{}, draw.Src)
}

func fullRange(b image.Rectangle, r image.YCbCrSubsampleRatio, left, right color.RGBA) *image.YCbCr {
	m := image.NewYCbCr(b, r)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := right
			if x-b.Min.X < b.Dx()/2 {
				c = left
			}
			m.Y[m.YOffset(x, y)], m.Cb[m.COffset(x, y)], m.Cr[m.COffset(x, y)] = color.RGBToYCbCr(c.R, c.G, c.B)
		}
	}
	return m
}

func TestCanvasOfEveryKindOfImage(t *testing.T) {
	left, right := color.RGBA{200, 60, 30, 255}, color.RGBA{20, 90, 160, 255}
	b := image.Rect(-7, 11, 94, 78) // 101 x 67, begins at an odd place
	rgba, nrgba := image.NewRGBA(b), image.NewNRGBA(b)
	chart(rgba, left, right)
	chart(nrgba, left, right)
	wide := image.NewRGBA(b.Inset(-3))
	chart(wide.SubImage(b).(*image.RGBA), left, right)
	for name, m := range map[string]image.Image{
		"rgba": rgba, "nrgba": nrgba, "any": onlyAt{rgba}, "part of a larger": wide.SubImage(b),
		"4:2:0":         fullRange(b, image.YCbCrSubsampleRatio420, left, right),
		"4:4:4":         fullRange(b, image.YCbCrSubsampleRatio444, left, right),
		"part of 4:2:0": fullRange(b.Inset(-3), image.YCbCrSubsampleRatio420, left, right).SubImage(b),
	} {
		c := CanvasOf(m)
		require.Equal(t, []int{100, 66, 50, 33}, []int{c.Y.W, c.Y.H, c.U.W, c.U.H}, name)
		for x, colour := range map[int]color.RGBA{10: left, 90: right} {
			want := ofRGB(float32(colour.R), float32(colour.G), float32(colour.B))
			for _, y := range []int{0, 30, 65} {
				require.InDelta(t, want.y, float64(c.Y.Row(y)[x]), 1.6, "%s at %d,%d", name, x, y)
				require.InDelta(t, want.u, float64(c.U.Row(y / 2)[x/2]), 1.6, "%s at %d,%d", name, x, y)
				require.InDelta(t, want.v, float64(c.V.Row(y / 2)[x/2]), 1.6, "%s at %d,%d", name, x, y)
			}
		}
	}
}

func TestCanvasOfEverySize(t *testing.T) {
	for _, c := range []struct{ w, h, toW, toH int }{
		{1, 1, 2, 2},
		{1, 5, 2, 4},
		{3, 2, 2, 2},
		{1280, 960, 1280, 960},
		{2600, 1300, 1280, 640},
		{1500, 2000, 720, 960},
		{1281, 7, 1280, 6},
		{6000, 1, 1280, 2},
		{1, 3000, 2, 960},
	} {
		b := image.Rect(5, -3, 5+c.w, -3+c.h)
		for _, m := range []image.Image{
			image.NewRGBA(b), image.NewNRGBA(b), image.NewGray(b), image.NewYCbCr(b, image.YCbCrSubsampleRatio420),
			image.NewYCbCr(b, image.YCbCrSubsampleRatio410),
		} {
			got := CanvasOf(m)
			require.Equal(t, []int{c.toW, c.toH}, []int{got.Y.W, got.Y.H}, "%T %v", m, b)
			require.Equal(t, []int{c.toW / 2, c.toH / 2}, []int{got.V.W, got.V.H})
			cut := got.Cut(640, 480)
			require.Positive(t, cut.U.W*cut.U.H)
			_ = cut.Light()
		}
	}
}

func TestTransparentIsBlack(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	chart(m, color.NRGBA{255, 255, 255, 0}, color.NRGBA{255, 255, 255, 128})
	for _, m := range []image.Image{m, onlyAt{m}} {
		c := CanvasOf(m)
		require.Equal(t, byte(16), c.Y.Row(1)[0])
		require.InDelta(t, 16+110, float64(c.Y.Row(1)[3]), 1)
	}
}

func TestLightOfAPicture(t *testing.T) {
	plain := func(y, u, v byte) Light {
		c := newCanvas(96, 72, 48, 36)
		for _, p := range []struct {
			of tensor.Plane
			v  byte
		}{{c.Y, y}, {c.U, u}, {c.V, v}} {
			for i := range p.of.Pix {
				p.of.Pix[i] = p.v
			}
		}
		return c.Cut(640, 360).Light()
	}
	grey := plain(126, 128, 128)
	require.Zero(t, grey.U)
	require.Zero(t, grey.V)
	dark, bright := plain(16, 128, 128), plain(235, 128, 128)
	require.InDelta(t, .94, dark.Gain, 1e-4)
	require.InDelta(t, 1.03, bright.Gain, 1e-4)
	require.Less(t, dark.Wrap, grey.Wrap)
	require.Less(t, grey.Wrap, bright.Wrap)
	require.LessOrEqual(t, bright.Wrap, float32(.35))
	warm := plain(126, 108, 148)
	require.Equal(t, []int8{-3, 3}, []int8{warm.U, warm.V})
	require.Equal(t, []int8{6, -6}, []int8{plain(60, 240, 16).U, plain(60, 240, 16).V}, "bounded")
}

func TestBlurStrengths(t *testing.T) {
	b := NewStock(shipped(t)).NewBlur()
	f, m := room(640, 480)
	for y := range f.Height { // broad stripes, of which the light blur leaves something
		for x := range f.Width {
			f.Y[y*f.StrideY+x] = byte(60 + 100*(x/60&1))
		}
	}
	clear(m.Pix)
	contrast := func(strength string) int {
		b.SetStrength(strength)
		row := b.Paint(f, m).Y.Row(40)
		lo, hi := row[10], row[10]
		for _, v := range row[10 : len(row)-10] {
			lo, hi = min(lo, v), max(hi, v)
		}
		return int(hi) - int(lo)
	}
	light, strong := contrast(BlurLight), contrast(BlurStrong)
	require.Greater(t, light, strong+10)
	require.Equal(t, strong, contrast(""))
}

func BenchmarkCanvasOf(b *testing.B) {
	at := image.Rect(0, 0, 4000, 3000)
	for name, m := range map[string]image.Image{
		"ycbcr": image.NewYCbCr(at, image.YCbCrSubsampleRatio420), "rgba": image.NewRGBA(at),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				CanvasOf(m)
			}
		})
	}
}

// TestCanvasOfVeryLongPictures: libyuv's scaling reads elsewhere where a side has more than 15 bits.
func TestCanvasOfVeryLongPictures(t *testing.T) {
	for _, size := range []image.Point{{40000, 64}, {64, 40000}, {longestScaled, 4}} {
		img := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420)
		for i := range img.Y {
			img.Y[i] = 255
		}
		for i := range img.Cb {
			img.Cb[i], img.Cr[i] = 128, 128
		}
		c := CanvasOf(img)
		require.InDelta(t, 235, c.Brightness(), 2, "%v", size)
	}
}
