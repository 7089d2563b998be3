package tensor

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// flat is a picture of one colour.
func flat(w, h int, y, u, v byte) *frame.Frame {
	f := frame.New(w, h)
	for i := range f.Y {
		f.Y[i] = y
	}
	for i := range f.U {
		f.U[i], f.V[i] = u, v
	}
	return f
}

// smooth is a picture of gentle gradients, so that rounding of sample places stays small.
func smooth(w, h int) *frame.Frame {
	f := frame.New(w, h)
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = byte(30 + 150*x/w + 40*y/h)
		}
	}
	for y := range f.ChromaHeight() {
		for x := range f.ChromaWidth() {
			f.U[y*f.StrideUV+x] = byte(90 + 80*x/f.ChromaWidth())
			f.V[y*f.StrideUV+x] = byte(100 + 60*y/f.ChromaHeight())
		}
	}
	return f
}

func TestColoursAreBT601StudioRange(t *testing.T) {
	for _, c := range []struct {
		name    string
		y, u, v byte
		rgb     [3]float32
	}{
		{"black", 16, 128, 128, [3]float32{0, 0, 0}},
		{"white", 235, 128, 128, [3]float32{1, 1, 1}},
		{"red", 81, 90, 240, [3]float32{1, 0, 0}},
		{"green", 145, 54, 34, [3]float32{0, 1, 0}},
		{"blue", 41, 240, 110, [3]float32{0, 0, 1}},
		{"grey", 126, 128, 128, [3]float32{0.502, 0.502, 0.502}},
	} {
		for _, r := range []Range{Unit, Signed} {
			dst := make([]float32, 3*32*32)
			require.NoError(t, NewRGB(32).Fill(dst, flat(48, 36, c.y, c.u, c.v), Whole(48, 36, 32), r))
			for p := range 3 {
				want := c.rgb[p]*r.Scale + r.Offset
				require.InDelta(t, want, dst[p*32*32+100], 0.012, "%s channel %d", c.name, p)
			}
		}
	}
}

func TestFillOddSizesAndStrides(t *testing.T) {
	const size = 64
	sizes := [][2]int{{640, 480}, {641, 479}, {99, 75}, {333, 251}, {1280, 720}, {361, 641}, {2, 2}, {3, 2}}
	for _, s := range sizes {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			f := smooth(s[0], s[1])
			v := Whole(s[0], s[1], size)
			dst := make([]float32, 3*size*size)
			require.NoError(t, NewRGB(size).Fill(dst, f, v, Unit))
			if s[0] < 16 {
				return
			}
			target := v.Target
			for _, at := range [][2]int{{32, 48}, {target.X + 4, target.Y + 4}, {target.X + target.W - 4, 60}} {
				x, y := v.ToPicture(float64(at[0])+.5, float64(at[1])+.5)
				want := reference(f, x, y)
				for p := range 3 {
					require.InDelta(t, want[p], dst[p*size*size+at[1]*size+at[0]], 0.03, "at %v channel %d", at, p)
				}
			}
		})
	}
}

// reference is the plain colour of the picture at (x, y).
func reference(f *frame.Frame, x, y float64) [3]float32 {
	i, j := min(int(x), f.Width-1), min(int(y), f.Height-1)
	l := 1.164384 * (float32(f.Y[j*f.StrideY+i]) - 16)
	u, v := float32(f.U[j/2*f.StrideUV+i/2])-128, float32(f.V[j/2*f.StrideUV+i/2])-128
	in := func(c float32) float32 { return min(max(c/255, 0), 1) }
	return [3]float32{in(l + 1.596027*v), in(l - .812968*v - .391762*u), in(l + 2.017232*u)}
}

func TestBarsRepeatTheEdge(t *testing.T) {
	const size = 32
	f := smooth(320, 100)
	v := Whole(320, 100, size)
	require.Less(t, v.Target.H, size)
	require.Equal(t, size, v.Target.Y+v.Target.H, "a wide picture stands on the tensor's floor")
	dst := make([]float32, 3*size*size)
	require.NoError(t, NewRGB(size).Fill(dst, f, v, Unit))
	for p := range 3 {
		ch := dst[p*size*size:]
		for y := range v.Target.Y {
			require.Equal(t, ch[v.Target.Y*size:][:size], ch[y*size:][:size])
		}
	}
	v = Letterbox(Rect{X: 10, Y: 4, W: 40, H: 80}, size)
	require.NoError(t, NewRGB(size).Fill(dst, f, v, Unit))
	require.Equal(t, dst[5*size+v.Target.X], dst[5*size])
	require.Equal(t, dst[5*size+v.Target.X+v.Target.W-1], dst[5*size+size-1])
}

func TestViews(t *testing.T) {
	require.Equal(t, Rect{W: 256, H: 256}, Whole(640, 480, 256).Target)
	require.Equal(t, Rect{Y: 64, W: 256, H: 192}, Whole(1280, 720, 256).Target)
	require.Equal(t, Rect{X: 32, W: 192, H: 256}, Whole(720, 1280, 256).Target)
	require.Equal(t, Rect{W: 256, H: 256}, Whole(300, 300, 256).Target)
	x, y := Whole(1280, 720, 256).ToPicture(128, 160)
	require.InDelta(t, 640, x, 1e-9)
	require.InDelta(t, 360, y, 1e-9)
	require.Equal(t, Rect{X: 540, Y: 0, W: 100, H: 100}, Square(700, 20, 100, 640, 480))
	require.Equal(t, Rect{X: 80, Y: 0, W: 480, H: 480}, Square(320, 20, 900, 640, 480))
}

func TestFillRefuses(t *testing.T) {
	c, f, dst := NewRGB(16), flat(32, 32, 1, 2, 3), make([]float32, 3*16*16)
	require.ErrorContains(t, c.Fill(dst[1:], f, Whole(32, 32, 16), Unit), "floats")
	require.ErrorContains(t, c.Fill(dst, f, Whole(33, 32, 16), Unit), "outside of a 32x32 picture")
	require.ErrorContains(t, c.Fill(dst, f, Whole(32, 32, 17), Unit), "tensor")
}

func TestFillAllocatesNothing(t *testing.T) {
	c, f, dst := NewRGB(256), smooth(640, 480), make([]float32, 3*256*256)
	v := Whole(640, 480, 256)
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = c.Fill(dst, f, v, Unit) }))
}

func TestScaleOfACropLeavesTheRestAlone(t *testing.T) {
	src, dst := NewPlane(37, 21), NewPlane(50, 50)
	for i := range src.Pix {
		src.Pix[i] = byte(rand.N(200)) + 1
	}
	inner := Rect{X: 7, Y: 9, W: 31, H: 17}
	Scale(dst.Crop(inner), src, Box)
	for y := range dst.H {
		for x, p := range dst.Row(y) {
			inside := x >= inner.X && x < inner.X+inner.W && y >= inner.Y && y < inner.Y+inner.H
			require.Equal(t, inside, p != 0, "%d,%d", x, y)
		}
	}
}

func BenchmarkRGB(b *testing.B) {
	for _, s := range [][2]int{{640, 480}, {1280, 720}} {
		b.Run(fmt.Sprintf("%dp", s[1]), func(b *testing.B) {
			c, f, dst := NewRGB(256), smooth(s[0], s[1]), make([]float32, 3*256*256)
			v := Whole(s[0], s[1], 256)
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Fill(dst, f, v, Unit)
			}
		})
	}
}
