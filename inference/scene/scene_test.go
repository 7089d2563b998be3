package scene

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const step = 66 * time.Millisecond

func advance(c *Scenery, mood string, confidence float32, d time.Duration) {
	for ; d > 0; d -= step {
		c.Advance(mood, confidence, step)
	}
}

func TestCloudsAreDeterministic(t *testing.T) {
	play := func(seed uint64) []byte {
		f := shipped(t)
		f.Seed = seed
		c := NewStock(f).NewScenery()
		advance(c, "happy", .8, 3*time.Second)
		return slices.Clone(c.Paint(640, 480).Y.Pix)
	}
	require.Equal(t, play(1), play(1))
	require.NotEqual(t, play(1), play(2))
}

func mean(p tensor.Plane) float64 {
	sum := 0.0
	for y := range p.H {
		for _, v := range p.Row(y) {
			sum += float64(v)
		}
	}
	return sum / float64(p.W*p.H)
}

func TestMoodFadesIn(t *testing.T) {
	c := NewStock(shipped(t)).NewScenery()
	advance(c, Neutral, 1, time.Second)
	before := mean(c.Paint(640, 480).Y)
	last, biggest := before, 0.0
	for range 40 {
		c.Advance("fear", .9, step)
		now := mean(c.Paint(640, 480).Y)
		biggest = max(biggest, last-now)
		last = now
	}
	require.Equal(t, "fear", c.Mood())
	require.Less(t, last, before-80, "fear is dark")
	require.Less(t, biggest, (before-last)/5, "no jump")
	require.Equal(t, float32(1), c.faded)
}

func TestFadeTakesItsTime(t *testing.T) {
	f := shipped(t)
	c := NewStock(f).NewScenery()
	half := time.Duration(f.FadeS*float64(time.Second)) / 2
	c.Advance("sad", .9, half)
	c.Advance("sad", .9, half-step)
	require.Less(t, c.faded, float32(1))
	c.Advance("sad", .9, step)
	require.InDelta(t, 1, c.faded, 1e-3)
}

func TestChangeInsideAChangeHasNoJump(t *testing.T) {
	c := NewStock(shipped(t)).NewScenery()
	advance(c, "angry", .9, 600*time.Millisecond)
	before := mean(c.Paint(640, 480).Y)
	c.Advance("happy", .9, 0)
	require.InDelta(t, before, mean(c.Paint(640, 480).Y), .01)
}

func TestStrengthFollowsConfidence(t *testing.T) {
	s := NewStock(shipped(t))
	shown := func(confidence float32) float64 {
		c := s.NewScenery()
		advance(c, "angry", confidence, 5*time.Second)
		return mean(c.Paint(640, 480).V)
	}
	require.Greater(t, shown(.95), shown(.65)+3)
	require.Greater(t, shown(.65), shown(.4)+3)
	require.Greater(t, shown(.4), shown(0)-.5)
}

func TestUnknownMoodIsNeutral(t *testing.T) {
	c := NewStock(shipped(t)).NewScenery()
	c.Advance("bored", 1, step)
	require.Equal(t, Neutral, c.Mood())
}

func TestEveryMoodLooksDifferent(t *testing.T) {
	f := shipped(t)
	s := NewStock(f)
	seen := map[[3]int]string{}
	for mood := range f.Moods {
		c := s.NewScenery()
		advance(c, mood, 1, 4*time.Second)
		p := c.Paint(640, 360)
		key := [3]int{int(mean(p.Y) / 8), int(mean(p.U) / 8), int(mean(p.V) / 8)}
		require.Empty(t, seen[key], "%s looks like", mood)
		seen[key] = mood
	}
}

func TestPictures(t *testing.T) {
	p := NewStock(shipped(t)).Pictures()
	for _, pic := range p.List() {
		c, err := p.Get(pic.ID)
		require.NoError(t, err)
		lo, hi := slices.Min(c.Y.Pix), slices.Max(c.Y.Pix)
		require.GreaterOrEqual(t, lo, byte(16), pic.ID)
		require.LessOrEqual(t, hi, byte(235), pic.ID)
		require.Greater(t, hi-lo, byte(40), "%s is flat", pic.ID)
		again, err := p.Get(pic.ID)
		require.NoError(t, err)
		require.Same(t, &c.Y.Pix[0], &again.Y.Pix[0], "painted once")
	}
	first := p.List()[0]
	c, err := p.Get(first.ID)
	require.NoError(t, err)
	require.Equal(t, c, paintPicture(painters()[first.Painter], first), "the same each time")
	_, err = p.Get("beach")
	require.ErrorIs(t, err, ErrUnknownPicture)
}

// TestPicturesOfStrongColours: an operator's own colours may be as strong as sRGB has them.
func TestPicturesOfStrongColours(t *testing.T) {
	for _, colours := range [][3]Colour{
		{{255, 0, 0}, {255, 0, 0}, {0, 0, 255}}, {{0, 0, 255}, {0, 0, 255}, {255, 255, 0}},
	} {
		c := paintPicture(city, Picture{Colours: colours, Seed: 5}) // it strengthens its lamps' colours
		for _, p := range []tensor.Plane{c.U, c.V} {
			require.GreaterOrEqual(t, slices.Min(p.Pix), byte(16), colours)
			require.LessOrEqual(t, slices.Max(p.Pix), byte(240), colours)
		}
	}
}

func TestCutKeepsTheShape(t *testing.T) {
	c := newCanvas(960, 720, 480, 360)
	for _, s := range [][2]int{{640, 480}, {1280, 720}, {720, 1280}, {641, 359}, {2, 1920}, {1920, 2}} {
		got := c.Cut(s[0], s[1])
		require.Equal(t, got.Y.W, 2*got.U.W)
		require.Equal(t, got.Y.H, 2*got.U.H)
		if min(s[0], s[1]) > 100 {
			require.InDelta(t, float64(s[0])/float64(s[1]), float64(got.Y.W)/float64(got.Y.H), .01)
		}
	}
}

// room is a picture of fine stripes with a white person in the middle.
func room(w, h int) (*frame.Frame, tensor.Plane) {
	f, m := frame.New(w, h), tensor.NewPlane(256, 256)
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = byte(40 + 60*(x/3&1))
			if abs(x-w/2) < w/8 {
				f.Y[y*f.StrideY+x] = 235
			}
		}
	}
	for i := range f.U {
		f.U[i], f.V[i] = 120, 140
	}
	for y := range 256 {
		for x := range 256 {
			if abs(x-128) < 34 {
				m.Pix[y*256+x] = 255
			}
		}
	}
	return f, m
}

func abs(v int) int { return max(v, -v) }

func TestBlurHidesTheRoomAndForgetsThePerson(t *testing.T) {
	b := NewStock(shipped(t)).NewBlur()
	for _, s := range [][2]int{{640, 480}, {1280, 720}, {331, 247}, {360, 640}} {
		f, m := room(s[0], s[1])
		c := b.Paint(f, m)
		for y := range c.Y.H {
			for x := range c.Y.W {
				if abs(2*x+1-c.Y.W) < c.Y.W/4-12 {
					continue // deep behind the person: never seen
				}
				require.InDelta(t, 70, float64(c.Y.Row(y)[x]), 8, "%v at %d,%d", s, x, y)
				require.InDelta(t, 120, float64(c.U.Row(y)[x]), 1)
				require.InDelta(t, 140, float64(c.V.Row(y)[x]), 1)
			}
		}
	}
}

func TestBlurOfAPictureFullOfPerson(t *testing.T) {
	f, m := room(320, 240)
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	c := NewStock(shipped(t)).NewBlur().Paint(f, m)
	require.Greater(t, mean(c.Y), 40.0)
}

func TestPaintingAllocatesNothing(t *testing.T) {
	s := NewStock(shipped(t))
	c, b := s.NewScenery(), s.NewBlur()
	f, m := room(640, 480)
	c.Paint(640, 480)
	b.Paint(f, m)
	moods := []string{"happy", "sad", "angry", "fear", "surprise", "disgust", Neutral}
	require.Zero(t, testing.AllocsPerRun(60, func() {
		c.Advance(moods[rand.N(len(moods))], float32(rand.N(10))/10, 3*step)
		c.Paint(640, 480)
		b.Paint(f, m)
	}))
}

func BenchmarkScenes(b *testing.B) {
	s := NewStock(shipped(b))
	for _, mood := range []string{Neutral, "happy", "sad", "angry", "fear", "surprise", "disgust"} {
		b.Run(mood, func(b *testing.B) {
			c := s.NewScenery()
			advance(c, mood, .7, 3*time.Second)
			b.ReportAllocs()
			for b.Loop() {
				c.Advance(mood, .7, step)
				c.Paint(640, 480)
			}
		})
	}
	b.Run("fading", func(b *testing.B) {
		c := s.NewScenery()
		for i := 0; b.Loop(); i++ {
			c.Advance([]string{"sad", "happy"}[i/20%2], .7, step)
			c.Paint(640, 480)
		}
	})
}

func BenchmarkBlur(b *testing.B) {
	blur := NewStock(shipped(b)).NewBlur()
	f, m := room(640, 480)
	for b.Loop() {
		blur.Paint(f, m)
	}
}
