package scene

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var allMoods = [...]string{Neutral, "happy", "sad", "angry", "fear", "surprise", "disgust"}

// change is the mean and the largest difference of two pictures.
func change(a, b []byte) (meanOf, most float64) {
	for i := range a {
		d := math.Abs(float64(a[i]) - float64(b[i]))
		meanOf += d / float64(len(a))
		most = max(most, d)
	}
	return meanOf, most
}

func pixels(c *Scenery) []byte {
	p := c.Paint(640, 480)
	return slices.Concat(p.Y.Pix, p.U.Pix, p.V.Pix)
}

func TestScenesAreDeterministic(t *testing.T) {
	for _, mood := range allMoods {
		play := func(seed uint64) []byte {
			f := shipped(t)
			f.Seed = seed
			c := NewStock(f).NewScenery()
			advance(c, mood, .8, 3*time.Second)
			return pixels(c)
		}
		require.Equal(t, play(1), play(1), mood)
		require.NotEqual(t, play(1), play(2), mood)
	}
}

// TestElementsArePureFunctionsOfTime: what came before does not matter.
func TestElementsArePureFunctionsOfTime(t *testing.T) {
	s := NewStock(shipped(t))
	for mood, p := range s.scapes {
		if p.kind.scatter == nil {
			continue
		}
		var once, again splatter
		once.resize(224, 168, s.shapes)
		again.resize(224, 168, s.shapes)
		p.kind.scatter(&once, p, 1, 7)
		for _, at := range []float64{0, 100, 7} {
			again.clear()
			p.kind.scatter(&again, p, 1, at)
		}
		require.Equal(t, once.y, again.y, mood)
		require.Equal(t, once.v, again.v, mood)
		require.Greater(t, slices.Max(once.y), float32(8), "%s: nothing to be seen", mood)
	}
}

// TestElementsComeAndGoSoftly: through several lives of each element, the whole light of all of them changes
// little from one instant to the next; one that appeared or ended at once would show as a step.
func TestElementsComeAndGoSoftly(t *testing.T) {
	s := NewStock(shipped(t))
	for mood, p := range s.scapes {
		if p.kind.scatter == nil {
			continue
		}
		few := *p
		few.amount = .2
		var l splatter
		l.resize(224, 168, s.shapes)
		last, mostLight, mostStep := 0.0, 0.0, 0.0
		for k := range 4000 {
			l.clear()
			p.kind.scatter(&l, &few, 1, float64(k)/200)
			light := 0.0
			for _, v := range l.y {
				light += float64(v)
			}
			if k > 0 {
				mostStep = max(mostStep, math.Abs(light-last))
			}
			last, mostLight = light, max(mostLight, light)
		}
		require.Less(t, mostStep/mostLight, .025, mood)
	}
}

func TestNoJumpWhileScenesChange(t *testing.T) {
	s := NewStock(shipped(t))
	c := s.NewScenery()
	last, lastBase := pixels(c), slices.Clone(c.base.y)
	k := 0
	// The changes come at odd times: at rest, inside a fade, back again, and faster than fades end.
	for _, turn := range []struct {
		mood  string
		steps int
	}{
		{"happy", 30},
		{"fear", 8},
		{"happy", 5},
		{"angry", 4},
		{"sad", 3},
		{"surprise", 2},
		{"disgust", 40},
		{"angry", 1},
		{"sad", 1},
		{"happy", 1},
		{"fear", 30},
		{Neutral, 40},
	} {
		c.Advance(turn.mood, .7, 0)
		meanOf, most := change(last, pixels(c))
		require.LessOrEqual(t, most, 1.0, "the change to %s itself shows", turn.mood)
		require.Less(t, meanOf, .01)
		for range turn.steps {
			k++
			c.Advance(turn.mood, .7, step)
			now := pixels(c)
			meanOf, _ := change(last, now)
			require.Less(t, meanOf, 9.0, "step %d to %s", k, turn.mood)
			for i, v := range c.base.y {
				require.InDelta(t, lastBase[i], v, 20, "step %d to %s", k, turn.mood)
			}
			last = now
			copy(lastBase, c.base.y)
			require.LessOrEqual(t, len(c.layers), maxLayers)
			sum := float32(0)
			for _, p := range c.shares {
				sum += p.part
			}
			require.InDelta(t, 1, sum, 1e-3)
		}
	}
	require.Equal(t, Neutral, c.Mood())
}

// TestAFourthChangeWaits: while three scenes are to be seen, a fourth comes when a fade is over.
func TestAFourthChangeWaits(t *testing.T) {
	c := NewStock(shipped(t)).NewScenery()
	for _, mood := range []string{"happy", "sad"} {
		c.Advance(mood, 1, step)
		require.Equal(t, mood, c.Mood())
	}
	c.Advance("angry", 1, step)
	require.Equal(t, "sad", c.Mood())
	advance(c, "angry", 1, 2*time.Second)
	require.Equal(t, "angry", c.Mood())
	c.Advance("sad", 1, 0)
	c.Advance("angry", 1, 0)
	require.Equal(t, "angry", c.Mood(), "one that has not gone comes back at once")
}

func TestNewStockFadesIn(t *testing.T) {
	f := shipped(t)
	c := NewStock(f).NewScenery()
	advance(c, "sad", .9, 4*time.Second)
	before := pixels(c)
	same := NewStock(shipped(t))
	c.SetStock(same)
	c.Advance("sad", .9, 0)
	_, most := change(before, pixels(c))
	require.LessOrEqual(t, most, 1.0)

	m := f.Moods["sad"]
	m.Sky = [2]Colour{{255, 240, 240}, {255, 255, 255}}
	m.Scene.Kind, m.Scene.Speed = "embers", 3
	f.Moods["sad"] = m
	f.Seed++
	c.SetStock(NewStock(f))
	c.Advance("sad", .9, 0)
	_, most = change(before, pixels(c))
	require.LessOrEqual(t, most, 1.0, "no jump")
	last := pixels(c)
	for range 40 {
		c.Advance("sad", .9, step)
		now := pixels(c)
		meanOf, _ := change(last, now)
		require.Less(t, meanOf, 9.0)
		last = now
	}
	meanOf, _ := change(before, last)
	require.Greater(t, meanOf, 10.0, "the new scene is there")
	require.Len(t, c.layers, 1, "the old scenes are let go of")
}

func TestReducedMotionMovesNothing(t *testing.T) {
	s := NewStock(shipped(t))
	for _, mood := range allMoods {
		c := s.NewScenery()
		advance(c, mood, 1, 6*time.Second)
		before := pixels(c)
		c.SetReducedMotion(true)
		require.Equal(t, before, pixels(c), "%s: switching it shows", mood)
		advance(c, mood, 1, 2*time.Second) // elements that make no sense standing fade
		before = pixels(c)
		advance(c, mood, 1, 2*time.Second)
		require.Equal(t, before, pixels(c), mood)
		c.SetReducedMotion(false)
		require.Equal(t, before, pixels(c), "%s: switching it back shows", mood)
		advance(c, mood, 1, 2*time.Second)
		require.NotEqual(t, before, pixels(c), mood)
	}
	c := s.NewScenery()
	c.SetReducedMotion(true)
	before := pixels(c)
	advance(c, "fear", 1, 2*time.Second)
	meanOf, _ := change(before, pixels(c))
	require.Greater(t, meanOf, 20.0, "moods still fade")
}

func TestNoRainHangsInTheAir(t *testing.T) {
	s := NewStock(shipped(t))
	c := s.NewScenery()
	advance(c, "sad", 1, 6*time.Second)
	dry := func() []byte { return without(s.scapes["sad"], c) }
	require.NotEqual(t, dry(), pixels(c), "it rains")
	c.SetReducedMotion(true)
	advance(c, "sad", 1, 2*time.Second)
	require.Equal(t, dry(), pixels(c))
	c.SetReducedMotion(false)
	advance(c, "sad", 1, 2*time.Second)
	require.NotEqual(t, dry(), pixels(c), "it rains again")
}

// without paints a scene less the elements of one scape.
func without(s *scape, c *Scenery) []byte {
	scatter := s.kind.scatter
	s.kind.scatter = nil
	defer func() { s.kind.scatter = scatter }()
	return pixels(c)
}

func TestScenesStayInStudioRange(t *testing.T) {
	f := shipped(t)
	strong := f.Moods["happy"]
	strong.Sky = [2]Colour{{255, 255, 255}, {255, 255, 255}}
	strong.Clouds = [3]Colour{{255, 255, 255}, {255, 255, 0}, {0, 0, 255}}
	for kind := range kinds() { // as strong as an operator may make them
		for _, colour := range []Colour{{255, 255, 255}, {0, 0, 255}, {255, 0, 0}, {0, 0, 0}} {
			strong.Scene = Scene{Kind: kind, Colour: colour, Amount: 2, Size: 3, Speed: 4}
			f.Moods["happy"] = strong
			c := NewStock(f).NewScenery()
			advance(c, "happy", 1, 3*time.Second)
			for _, size := range [][2]int{{640, 480}, {360, 640}, {1280, 720}, {16, 1080}} {
				p := c.Paint(size[0], size[1])
				require.GreaterOrEqual(t, slices.Min(p.Y.Pix), byte(16))
				require.LessOrEqual(t, slices.Max(p.Y.Pix), byte(235))
				for _, q := range [][]byte{p.U.Pix, p.V.Pix} {
					require.GreaterOrEqual(t, slices.Min(q), byte(16))
					require.LessOrEqual(t, slices.Max(q), byte(240))
				}
			}
		}
	}
}

// TestNoGrid: where the slope of the enlarged clouds changes does not depend on where the cells are. A
// bilinear enlargement bends at the cells only.
func TestNoGrid(t *testing.T) {
	s := NewStock(shipped(t))
	for _, mood := range allMoods {
		c := s.NewScenery()
		advance(c, mood, 1, 4*time.Second)
		c.Paint(640, 480)
		b := &c.base
		lo, hi := slices.Min(b.y), slices.Max(b.y)
		for i, v := range b.y { // the full contrast, so that rounding counts little
			b.y[i] = 20 + 210*(v-lo)/(hi-lo)
		}
		for i := range b.dither4 { // the same over each row, so that the mean of eight is finer than a byte
			b.dither4[i] = (float32(i/(4*b.w)) + .5) / 8
		}
		full := newCanvas(4*b.w, 4*b.h, 2*b.w, 2*b.h)
		b.enlarge(full, nil)
		var bends [4]float64 // by the place within a cell
		column := make([]float64, full.Y.W)
		for y := 0; y+8 <= full.Y.H; y += 8 {
			clear(column)
			for j := range 8 {
				for x, v := range full.Y.Row(y + j) {
					column[x] += float64(v) / 8
				}
			}
			for x := 1; x+1 < len(column); x++ {
				bends[x%4] += math.Abs(column[x-1] - 2*column[x] + column[x+1])
			}
		}
		require.Less(t, slices.Max(bends[:]), 1.3*slices.Min(bends[:]), "%s: %v", mood, bends)
	}
}

// TestNoBands: the mean of each 8 x 8 samples follows a gradient that is much slower than a step of a byte.
func TestNoBands(t *testing.T) {
	var b base
	b.resize(32, 8)
	for i := range b.y {
		b.y[i] = 100 + .1*float32(i%32)
	}
	c := newCanvas(128, 32, 64, 16)
	b.enlarge(c, nil)
	for x := 8; x+16 <= 128; x++ {
		sum := 0
		for y := range 8 {
			for _, v := range c.Y.Row(y + 8)[x : x+8] {
				sum += int(v)
			}
		}
		want := 100 + .1*((float64(x)+4)/4-.5)
		require.InDelta(t, want, float64(sum)/64, .06, "at %d", x)
	}
}

// TestEnlargingIsTheSpline: a single bright cell becomes the bump of the cubic B-spline, without corners; an
// even area stays even but for the dither; a ramp stays a ramp.
func TestEnlargingIsTheSpline(t *testing.T) {
	var b base
	b.resize(16, 12)
	for i := range b.y {
		b.y[i], b.u[i], b.v[i] = 100.25, 128, 60+5*float32(i%16)
	}
	c := newCanvas(64, 48, 32, 24)
	b.enlarge(c, nil)
	require.Equal(t, []byte{100, 101}, []byte{slices.Min(c.Y.Pix), slices.Max(c.Y.Pix)})
	require.InDelta(t, 100.25, mean(c.Y), .01)
	require.Equal(t, []byte{128, 128}, []byte{slices.Min(c.U.Pix), slices.Max(c.U.Pix)})
	for x := 4; x < 28; x++ {
		require.InDelta(t, 60+5*((float64(x)+.5)/2-.5), float64(c.V.Row(12)[x]), .99)
	}
	clear(b.y)
	for i := range b.y {
		b.y[i] = 16
	}
	b.y[6*16+8] = 216
	b.enlarge(c, nil)
	spline := func(d float64) float64 { // of a cell's width 1
		d = math.Abs(d)
		if d < 1 {
			return 2./3 - d*d + d*d*d/2
		}
		return max(0, math.Pow(max(0, 2-d), 3)/6)
	}
	for y := range 48 {
		for x := range 64 {
			want := 16 + 200*spline((float64(x)+.5)/4-8.5)*spline((float64(y)+.5)/4-6.5)
			require.InDelta(t, want, float64(c.Y.Row(y)[x]), 1.01, "%d,%d", x, y)
		}
	}
}

func TestLightFollowsTheFade(t *testing.T) {
	f := shipped(t)
	c := NewStock(f).NewScenery()
	bright := c.Light()
	require.InDelta(t, f.Moods[Neutral].Light.Gain, bright.Gain, 1e-5)
	last := bright
	for range 60 {
		c.Advance("fear", 1, step)
		l := c.Light()
		require.LessOrEqual(t, l.Gain, last.Gain+1e-5)
		require.InDelta(t, last.Gain, l.Gain, .02)
		require.InDelta(t, last.Wrap, l.Wrap, .03)
		require.LessOrEqual(t, abs(int(last.U)-int(l.U)), 1)
		last = l
	}
	require.InDelta(t, f.Moods["fear"].Light.Gain, last.Gain, 1e-3)
	require.InDelta(t, f.Moods["fear"].Light.Wrap, last.Wrap, 1e-3)
	require.Positive(t, last.U, "violet")
}

func TestRoomTint(t *testing.T) {
	f := shipped(t)
	require.InDelta(t, f.TintRoom, NewStock(f).RoomTint(), 1e-6)
}
