package inference

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/demo"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// camera films a picture as a hand-held or shaken camera does: it sways, zooms and tilts, the light drifts,
// and the sensor is noisy. The same seed films the same.
type camera struct {
	noise []int8
	rng   *rand.Rand
}

const grains = 1 << 16

func newCamera(seed uint64) *camera {
	c := &camera{rng: rand.New(rand.NewPCG(seed, 1)), noise: make([]int8, grains)}
	for i := range c.noise {
		c.noise[i] = int8(max(-9, min(9, math.Round(c.rng.NormFloat64()*3))))
	}
	return c
}

// pose is how a picture lies in the camera's.
type pose struct {
	x, y  float64 // where the picture's middle goes, parts of the camera's picture off its middle
	scale float64
	roll  float64 // radians
	light float64 // factor
}

// sway is where a camera points after a while.
func sway(at time.Duration) pose {
	wave := func(period, phase float64) float64 { return math.Sin(2*math.Pi*at.Seconds()/period + phase) }
	return pose{
		x: .02*wave(3.1, 0) + .01*wave(.9, 1), y: .02*wave(2.3, 2) + .008*wave(.7, 0),
		scale: 1 + .05*wave(4.7, 1), roll: 4 * math.Pi / 180 * wave(3.7, 0), light: 1 + .1*wave(6.1, 3),
	}
}

// shoot films src into dst, the edges repeated.
func (c *camera) shoot(dst, src *frame.Frame, p pose) {
	c.plane(dst.Y, dst.StrideY, dst.Width, dst.Height, src.Y, src.StrideY, src.Width, src.Height, p)
	still := p
	still.light = 0
	w, h, sw, sh := dst.ChromaWidth(), dst.ChromaHeight(), src.ChromaWidth(), src.ChromaHeight()
	c.plane(dst.U, dst.StrideUV, w, h, src.U, src.StrideUV, sw, sh, still)
	c.plane(dst.V, dst.StrideUV, w, h, src.V, src.StrideUV, sw, sh, still)
}

// plane films one plane; light 0 leaves its samples as they are.
func (c *camera) plane(dst []byte, stride, w, h int, src []byte, srcStride, sw, sh int, p pose) {
	k := float64(sh) / float64(h) / p.scale
	sin, cos := math.Sincos(-p.roll)
	grain := c.rng.IntN(len(c.noise))
	var lit [256]int // what a sample becomes
	for i := range lit {
		lit[i] = i
		if p.light > 0 {
			lit[i] = 16 + int(float64(i-16)*p.light)
		}
	}
	const one = 1 << 16
	for j := range h {
		v := float64(j) - float64(h)*(.5+p.y)
		u := -float64(w) * (.5 + p.x)
		x := int(((u*cos-v*sin)*k + float64(sw)/2) * one)
		y := int(((u*sin+v*cos)*k + float64(sh)/2) * one)
		dx, dy := int(cos*k*one), int(sin*k*one)
		for i := range w {
			sx, sy := min(max(x, 0), (sw-2)*one), min(max(y, 0), (sh-2)*one)
			fx, fy, at := sx%one, sy%one, sy/one*srcStride+sx/one
			top := int(src[at])*(one-fx) + int(src[at+1])*fx
			low := int(src[at+srcStride])*(one-fx) + int(src[at+srcStride+1])*fx
			value := lit[(top>>8*(one-fy)+low>>8*fy)>>24]
			if p.light > 0 {
				grain = (grain + 1) & (grains - 1)
				value += int(c.noise[grain])
			}
			dst[j*stride+i] = byte(min(max(value, 0), 255))
			x, y = x+dx, y+dy
		}
	}
}

// filmed is what a filter showed of a clip.
type filmed struct {
	t       testing.TB
	f       *Filter
	src     *frame.Frame
	dst     *frame.Frame
	every   time.Duration // between pictures
	now     time.Duration
	scenes  []string        // one after the other
	changes []time.Duration // when each of them began
}

// film makes a filter that follows the mood, for pictures of 640x480 at fps.
func film(t testing.TB, e *Engine, fps float64) *filmed {
	t.Helper()
	f, err := e.NewFilter()
	require.NoError(t, err)
	require.NoError(t, f.Choose(Choice{Mode: Mood}))
	f.SetConsent(true)
	return &filmed{
		t: t, f: f, src: frame.New(640, 480), dst: frame.New(640, 480),
		every: time.Duration(float64(time.Second) / fps),
	}
}

// show filters what was drawn into src and notes the scene.
func (c *filmed) show() {
	c.t.Helper()
	c.src.Timestamp = uint32(c.now * 90000 / time.Second)
	require.NoError(c.t, c.f.Process(c.dst, c.src, time.Time{}))
	_, _, scene := c.f.Mood()
	if n := len(c.scenes); n == 0 || c.scenes[n-1] != scene {
		c.scenes, c.changes = append(c.scenes, scene), append(c.changes, c.now)
	}
	c.now += c.every
}

// shortest is the least time that a scene was shown; the first and the last are cut by the clip.
func (c *filmed) shortest() time.Duration {
	least := time.Hour
	for i := 2; i < len(c.changes); i++ {
		least = min(least, c.changes[i]-c.changes[i-1])
	}
	return least
}

// eager is an engine for long clips: the matte, which is not looked at, is seldom made.
func eager(t testing.TB, pictures int) *Engine {
	return realEngine(t, func(c *Config) { c.MatteHz, c.FaceEvery = .5, pictures })
}

// TestSceneFollowsTheFace is a clip cut together from faces of different expression, each held for four
// seconds before a moving camera.
func TestSceneFollowsTheFace(t *testing.T) {
	const held = 4 * time.Second
	e := eager(t, 3)
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("take ", seed), func(t *testing.T) {
			cast := faces()
			cam := newCamera(seed)
			if seed > 0 {
				cam.rng.Shuffle(len(cast), func(i, j int) { cast[i], cast[j] = cast[j], cast[i] })
			}
			c := film(t, e, 15)
			for _, name := range cast {
				face, class := expression(t, e, name), name
				begin := c.now
				came := time.Duration(-1)
				until := begin + held
				if begin == 0 {
					until += time.Duration(seed) * c.every // other pictures of the film are looked at then
				}
				for c.now < until {
					at := c.now - begin
					cam.shoot(c.src, face, sway(c.now+time.Duration(seed)*time.Second))
					c.show()
					shown := c.scenes[len(c.scenes)-1] == class
					if came < 0 && shown {
						came = at
					}
					if at > 1500*time.Millisecond {
						require.True(t, shown, "%s at %v of %s", c.scenes[len(c.scenes)-1], at, name)
					}
				}
				t.Logf("%-10s after %.2f s", name, came.Seconds())
			}
			require.GreaterOrEqual(t, c.shortest(), time.Second, "%v %v", c.scenes, c.changes)
			t.Logf("shortest scene %.2f s", c.shortest().Seconds())
		})
	}
}

// talkingHead is every second picture (12.5 a second) of the demo clip: a calm man who talks, turns his head,
// moves to and fro, and four times opens his mouth wide.
func talkingHead(t testing.TB) []*frame.Frame {
	t.Helper()
	data, ok := assets.Clip()
	require.True(t, ok, "run `make setup`")
	clip, err := demo.ReadClip(data)
	require.NoError(t, err)
	dec, err := codec.NewDecoder(clip.Codec)
	require.NoError(t, err)
	defer func() { require.NoError(t, dec.Close()) }()
	pool := frame.NewPool(0)
	var pictures []*frame.Frame
	shown := 0
	for _, unit := range clip.Units() {
		f, err := dec.Decode(&unit, pool)
		require.NoError(t, err)
		if f == nil {
			continue
		}
		shown++
		if shown%2 == 1 {
			pictures = append(pictures, f)
		} else {
			f.Release()
		}
	}
	return pictures
}

// TestTalkingHeadStaysNeutral plays the clip forth and back for a minute.
func TestTalkingHeadStaysNeutral(t *testing.T) {
	pictures := talkingHead(t)
	c := film(t, eager(t, 3), 12.5)
	c.dst = frame.New(pictures[0].Width, pictures[0].Height)
	away := 0
	n := int(time.Minute / c.every)
	for i := range n {
		k := i % (2 * len(pictures))
		if k >= len(pictures) {
			k = 2*len(pictures) - 1 - k
		}
		c.src = pictures[k]
		c.show()
		if c.scenes[len(c.scenes)-1] != scene.Neutral {
			away++
		}
	}
	share := float64(away) / float64(n)
	readings := c.f.Counters().Readings
	t.Logf("another scene %.1f %% of the time, %d readings; %v %v", 100*share, readings, c.scenes, c.changes)
	require.Greater(t, readings, uint64(240))
	require.LessOrEqual(t, share, .05)
}
