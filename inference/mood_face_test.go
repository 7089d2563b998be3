package inference

import (
	"math"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// faces are the expressions that the tests show, each by the model's name of its class. The first three are
// photographs as they are (testdata/faces/README.md says whose), the others are drawn out of the neutral one
// by moving brows, lids and lips.
func faces() []string { return []string{"neutral", "happy", "surprise", "sad", "angry"} }

// expression is a face of 640x480 with an expression.
func expression(t testing.TB, e *Engine, name string) *frame.Frame {
	t.Helper()
	moves, drawn := expressions()[name]
	if !drawn {
		return photo(t, path.Join("faces", name), 640, 480)
	}
	calm := photo(t, path.Join("faces", "neutral"), 640, 480)
	out := frame.New(640, 480)
	moves.draw(out, calm, find(t, e, calm))
	return out
}

// find looks for the main face of a picture.
func find(t testing.TB, e *Engine, src *frame.Frame) face.Face {
	t.Helper()
	p := newPlayer(t, e, src)
	p.mood(true)
	p.play(10)
	main, ok := p.f.watch.track.Main()
	require.True(t, ok)
	return main
}

// moves say how far parts of a face are moved, in distances between the eyes, down and out being positive.
// The two sides of a face move alike. They are the action units of Ekman and Friesen's facial action coding
// that make the expression: 1 and 15 for sadness, 4, 10 and 24 for anger.
type moves struct {
	innerBrow, innerBrowIn, outerBrow float64
	upperLid, lowerLid, nostril       float64
	corner, cornerOut                 float64 // of the mouth
	upperLip, lowerLip, chin          float64
}

func expressions() map[string]moves {
	return map[string]moves{
		"sad": {
			innerBrow: -.12, innerBrowIn: .04, outerBrow: .05, upperLid: .02, corner: .11, cornerOut: .03,
			upperLip: .02, lowerLip: -.02, chin: -.05,
		},
		"angry": {
			innerBrow: .14, innerBrowIn: .04, outerBrow: -.10, upperLid: -.02, lowerLid: .02, nostril: -.04,
			corner: .10, cornerOut: -.03, upperLip: -.06, lowerLip: -.08, chin: -.03,
		},
	}
}

// handle is a place of a face that is moved by (dx, dy) and takes along what is within about r.
type handle struct{ x, y, dx, dy, r float64 }

func (m moves) handles() []handle {
	h := []handle{
		{0, .88, 0, m.upperLip, .16}, {0, 1.10, 0, m.lowerLip, .22}, {0, 1.45, 0, m.chin, .35},
	}
	for _, side := range []float64{-1, 1} {
		h = append(h,
			handle{side * .24, -.30, -side * m.innerBrowIn, m.innerBrow, .20},
			handle{side * .72, -.32, 0, m.outerBrow, .22},
			handle{side * .50, -.06, 0, m.upperLid, .13}, handle{side * .50, .08, 0, m.lowerLid, .13},
			handle{side * .20, .52, 0, m.nostril, .16},
			handle{side * .40, .97, side * m.cornerOut, m.corner, .20},
		)
	}
	return h
}

// draw moves the parts of the face at f from src into dst.
func (m moves) draw(dst, src *frame.Frame, f face.Face) {
	dst.CopyFrom(src)
	handles, d := m.handles(), f.EyeDistance()
	cx, cy := (f.LeftEye.X+f.RightEye.X)/2, (f.LeftEye.Y+f.RightEye.Y)/2
	sin, cos := math.Sincos(f.Roll())
	for y := int(cy - 1.2*d); y < int(cy+2.2*d); y++ {
		for x := int(cx - 1.4*d); x < int(cx+1.4*d); x++ {
			px, py := float64(x)-cx, float64(y)-cy
			u, v := (px*cos+py*sin)/d, (py*cos-px*sin)/d
			var du, dv float64
			for _, h := range handles {
				far := math.Hypot(u-h.x-h.dx, v-h.y-h.dy) / h.r
				weight := math.Exp(-far * far / 2)
				du, dv = du+h.dx*weight, dv+h.dy*weight
			}
			sx, sy := float64(x)-(du*cos-dv*sin)*d, float64(y)-(du*sin+dv*cos)*d
			dst.Y[y*dst.StrideY+x] = between(src.Y, src.StrideY, sx, sy)
			if c := y/2*dst.StrideUV + x/2; x%2 == 0 && y%2 == 0 {
				dst.U[c] = between(src.U, src.StrideUV, sx/2, sy/2)
				dst.V[c] = between(src.V, src.StrideUV, sx/2, sy/2)
			}
		}
	}
}

// between reads a plane between its samples.
func between(plane []byte, stride int, x, y float64) byte {
	i, j := int(x), int(y)
	fx, fy, p := x-float64(i), y-float64(j), plane[j*stride+i:]
	top := float64(p[0])*(1-fx) + float64(p[1])*fx
	low := float64(p[stride])*(1-fx) + float64(p[stride+1])*fx
	return byte(top*(1-fy) + low*fy + .5)
}

// TestFacesShowTheirExpressions: the model is sure of what the tests show it.
func TestFacesShowTheirExpressions(t *testing.T) {
	e := realEngine(t, nil)
	for _, name := range faces() {
		r, err := e.ReadFace(expression(t, e, name))
		require.NoError(t, err)
		require.Equal(t, emotion.Good, r.Verdict)
		i := slices.Index(e.cfg.Models.Emotion.Classes, name)
		require.Greater(t, r.Probabilities[i], float32(.6), "%s: %v", name, r.Probabilities)
		t.Logf("%-10s p %.2f", name, r.Probabilities[i])
	}
}

// TestOnlyReadableFacesAreRead degrades a face until it cannot be read: then nothing is read from it.
func TestOnlyReadableFacesAreRead(t *testing.T) {
	e := realEngine(t, func(c *Config) { c.MatteHz = 1 })
	cam := newCamera(3)
	good := pose{scale: 1, light: 1}
	shot := func(p pose) func(t *testing.T, src *frame.Frame) *frame.Frame {
		return func(_ *testing.T, src *frame.Frame) *frame.Frame {
			dst := frame.New(640, 480)
			cam.shoot(dst, src, p)
			return dst
		}
	}
	small := func(w, h int) func(t *testing.T, src *frame.Frame) *frame.Frame {
		return func(t *testing.T, _ *frame.Frame) *frame.Frame { return photo(t, "faces/surprise", w, h) }
	}
	soft := func(r int) func(t *testing.T, src *frame.Frame) *frame.Frame {
		return func(t *testing.T, src *frame.Frame) *frame.Frame {
			dst := shot(good)(t, src)
			blurred(dst, r)
			return dst
		}
	}
	const deg = math.Pi / 180
	for _, c := range []struct {
		name string
		make func(t *testing.T, src *frame.Frame) *frame.Frame
		want emotion.Verdict
	}{
		{"as it is", shot(good), emotion.Good},
		{"small", small(120, 90), emotion.Good},
		{"tiny", small(80, 60), emotion.Tiny},
		{"a little soft", soft(2), emotion.Good},
		{"out of focus", soft(12), emotion.Blurred},
		{"tilted", shot(pose{scale: 1, light: 1, roll: 30 * deg}), emotion.Good},
		{"lying", shot(pose{scale: 1, light: 1, roll: 45 * deg}), emotion.Rolled},
		{"dim", shot(pose{scale: 1, light: .5}), emotion.Good},
		{"dark", shot(pose{scale: 1, light: .15}), emotion.Flat},
		{"bright", shot(pose{scale: 1, light: 2}), emotion.Good},
		{"burnt out", shot(pose{scale: 1, light: 4}), emotion.Burnt},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := c.make(t, photo(t, "faces/surprise", 640, 480))
			r, err := e.ReadFace(src)
			require.NoError(t, err)
			require.True(t, r.Found)
			require.Equal(t, c.want.String(), r.Verdict.String())

			p := newPlayer(t, e, src)
			p.mood(true)
			p.play(60)
			label, _, scene := p.f.Mood()
			counters := p.f.Counters()
			if c.want == emotion.Good {
				require.Greater(t, counters.Readings, uint64(6))
				require.Equal(t, "surprise", label)
				return
			}
			require.LessOrEqual(t, counters.Readings, uint64(1), "at the border a noisy one may pass")
			require.Equal(t, "neutral", scene)
			if c.want == emotion.Tiny || c.want == emotion.Rolled {
				require.LessOrEqual(t, counters.Crops, uint64(1), "its place says enough")
			}
		})
	}
}

// TestABystanderChangesNothing has two people in the picture; the main one is hidden for half a second now
// and then, and the bystander smiles all the time.
func TestABystanderChangesNothing(t *testing.T) {
	e := eager(t, 3)
	main, other := photo(t, "faces/surprise", 640, 480), photo(t, "faces/happy", 640, 480)
	cam := newCamera(5)
	c := film(t, e, 15)
	beside := frame.New(640, 480)
	for c.now < 9*time.Second {
		p := sway(c.now)
		p.x -= .18
		cam.shoot(c.src, main, p)
		cam.shoot(beside, other, pose{x: .24, y: .1, scale: .9, light: 1})
		paste(c.src, beside, tensor.Rect{X: 350, W: 290, H: 480})
		hidden := c.now > 3*time.Second && c.now%(2500*time.Millisecond) < 500*time.Millisecond
		if hidden {
			cover(c.src, tensor.Rect{X: 60, Y: 80, W: 270, H: 300})
		}
		c.show()
		if face, ok := c.f.watch.track.Main(); c.now > time.Second {
			require.True(t, ok, "held while it is hidden, %v", c.now)
			require.Less(t, face.X+face.W/2, 330.0, "at %v", c.now)
		}
	}
	require.Equal(t, []string{"neutral", "surprise"}, c.scenes)
	require.Greater(t, c.f.Counters().Readings, uint64(24))
}

// paste puts a part of src into dst, which has the same size. The rectangle is even.
func paste(dst, src *frame.Frame, r tensor.Rect) {
	for y := r.Y; y < r.Y+r.H; y++ {
		copy(dst.Y[y*dst.StrideY+r.X:][:r.W], src.Y[y*src.StrideY+r.X:])
		c := y/2*dst.StrideUV + r.X/2
		copy(dst.U[c:][:r.W/2], src.U[c:])
		copy(dst.V[c:][:r.W/2], src.V[c:])
	}
}

// TestConsentOverARealFace: in both modes that follow the mood no face is looked for or cut out before a yes,
// nor from the first picture after a no, and what was cut out is gone.
func TestConsentOverARealFace(t *testing.T) {
	e := realEngine(t, func(c *Config) { c.MatteHz = 1 })
	for _, mode := range []string{Mood, Tint} {
		t.Run(mode, func(t *testing.T) {
			p := newPlayer(t, e, photo(t, "faces/happy", 640, 480))
			require.NoError(t, p.f.Choose(Choice{Mode: mode}))
			p.play(45)
			_, _, scene := p.f.Mood()
			require.Equal(t, "neutral", scene)
			c := p.f.Counters()
			require.Equal(t, uint64(45), c.Pictures)
			require.Zero(t, c.Looks+c.Crops+c.Readings)

			for range 3 {
				p.f.SetConsent(true)
				p.play(60)
				label, _, scene := p.f.Mood()
				require.Equal(t, "happy", label)
				require.Equal(t, "happy", scene)
				before := p.f.Counters()
				require.Greater(t, before.Crops, c.Crops)

				p.f.SetConsent(false)
				p.play(1)
				_, known := p.f.watch.track.Main()
				require.False(t, known)
				p.play(29)
				c = p.f.Counters()
				require.Equal(t, before.Looks, c.Looks)
				require.Equal(t, before.Crops, c.Crops)
				label, _, scene = p.f.Mood()
				require.Empty(t, label)
				require.Equal(t, "neutral", scene)
				w, err := e.acquire(-1, nil)
				require.NoError(t, err)
				for _, v := range w.emotion.Input(0) {
					require.Zero(t, v, "no face stays in the memory that others share")
				}
				e.release(w)
			}
		})
	}
}

// cover hides a part of the picture behind a plain surface, as a hand does. The rectangle is even.
func cover(f *frame.Frame, r tensor.Rect) {
	for y := r.Y; y < r.Y+r.H; y++ {
		c := y/2*f.StrideUV + r.X/2
		for x := range r.W {
			f.Y[y*f.StrideY+r.X+x] = 120 + byte((x+y)%3)
			f.U[c+x/2], f.V[c+x/2] = 112, 148
		}
	}
}

// blurred averages the luma of f over squares of 2r+1, twice, as a lens out of focus nearly does.
func blurred(f *frame.Frame, r int) {
	line := make([]int, max(f.Width, f.Height))
	smooth := func(at func(i int) *byte, n int) {
		for i := range n {
			line[i] = int(*at(i))
		}
		sum := 0
		for i := -r; i < n; i++ {
			if i+r < n {
				sum += line[i+r]
			}
			if i-r-1 >= 0 {
				sum -= line[i-r-1]
			}
			if i >= 0 {
				*at(i) = byte(sum / (min(i+r, n-1) - max(i-r, 0) + 1))
			}
		}
	}
	for range 2 {
		for y := range f.Height {
			smooth(func(i int) *byte { return &f.Y[y*f.StrideY+i] }, f.Width)
		}
		for x := range f.Width {
			smooth(func(i int) *byte { return &f.Y[i*f.StrideY+x] }, f.Height)
		}
	}
}
