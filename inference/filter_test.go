package inference

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestModes(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	require.ErrorIs(t, p.f.Choose(Choice{Mode: "sepia"}), ErrUnknownMode)
	require.ErrorIs(t, p.f.Choose(Choice{Mode: Picture, Picture: "beach"}), ErrUnknownPicture)
	require.ErrorIs(t, p.f.Choose(Choice{Mode: Picture}), ErrUnknownPicture)

	p.dst.Timestamp = 77
	p.play(1)
	require.Equal(t, p.src.Y, p.dst.Y, "off: as it came")
	require.Equal(t, uint32(77), p.dst.Timestamp)
	require.Zero(t, p.f.Counters().Mattes)

	seen := map[string]string{}
	for _, m := range [][2]string{{Blur, ""}, {Mood, ""}, {Picture, "sea"}, {Picture, "hills"}, {Tint, ""}} {
		require.NoError(t, p.f.Choose(Choice{Mode: m[0], Picture: m[1]}))
		p.play(1)
		light := 0.0 // that a background may throw on the person
		if m[0] != Blur {
			light = 12
		}
		middle := 60*p.src.StrideY + 80
		require.InDelta(t, float64(p.src.Y[middle]), float64(p.dst.Y[middle]), light, "the person stays: %v", m)
		corner := string(p.dst.Y[:64])
		require.NotEqual(t, string(p.src.Y[:64]), corner, m[0])
		require.Empty(t, seen[corner], "%v looks like", m)
		seen[corner] = m[0] + m[1]
	}
	require.Error(t, p.f.Choose(Choice{Mode: "sepia"}))
	p.play(1)
	require.Contains(t, seen, string(p.dst.Y[:64]), "a refused mode changes nothing")
}

func TestProcessPaintsEverySample(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	for _, s := range [][2]int{{640, 480}, {641, 359}, {97, 131}, {2, 2}, {3, 2}, {1080, 1920}} {
		for _, mode := range []string{Off, Blur, Mood} {
			p := newPlayer(t, e, scenery(s[0], s[1]))
			require.NoError(t, p.f.Choose(Choice{Mode: mode}))
			p.play(1)
			again := newPlayer(t, e, p.src)
			for _, plane := range [][]byte{again.dst.Y, again.dst.U, again.dst.V} {
				for i := range plane {
					plane[i] = 255
				}
			}
			require.NoError(t, again.f.Choose(Choice{Mode: mode}))
			again.play(1)
			requireSamePicture(t, p.dst, again.dst)
		}
	}
}

func requireSamePicture(t *testing.T, a, b *frame.Frame) {
	t.Helper()
	for y := range a.Height {
		require.Equal(t, a.Y[y*a.StrideY:][:a.Width], b.Y[y*b.StrideY:][:b.Width],
			"%dx%d row %d", a.Width, a.Height, y)
	}
	w := a.ChromaWidth()
	for y := range a.ChromaHeight() {
		require.Equal(t, a.U[y*a.StrideUV:][:w], b.U[y*b.StrideUV:][:w])
		require.Equal(t, a.V[y*a.StrideUV:][:w], b.V[y*b.StrideUV:][:w])
	}
}

func TestSizesChangeMidStream(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(320, 240))
	p.mood(true)
	for _, s := range [][2]int{{480, 270}, {640, 360}, {960, 540}, {640, 480}, {333, 251}, {480, 640}} {
		p.src, p.dst = scenery(s[0], s[1]), frame.New(s[0], s[1])
		p.play(8)
	}
	require.Greater(t, p.f.Counters().Crops, uint64(0))
	require.ErrorIs(t, p.f.Process(frame.New(8, 8), frame.New(8, 9), time.Time{}), ErrSize)
}

func TestWithoutConsentNoFaceIsLookedFor(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(320, 240))
	looks, reads := models.face.runs, models.emotion.runs // of the trial at the start
	p.mood(false)
	p.play(120)
	label, confidence, scene := p.f.Mood()
	require.Equal(t, "", label)
	require.Zero(t, confidence)
	require.Equal(t, "neutral", scene)
	c := p.f.Counters()
	require.Equal(t, uint64(120), c.Pictures)
	require.Zero(t, c.Looks+c.Crops+c.Readings)
	require.Equal(t, looks, models.face.runs)
	require.Equal(t, reads, models.emotion.runs)
}

func TestConsentWithdrawnCountsFromTheNextPicture(t *testing.T) {
	e, models := fakeEngine(t, nil)
	models.feel("happy")
	p := newPlayer(t, e, scenery(320, 240))
	p.mood(true)
	p.play(90)
	label, confidence, scene := p.f.Mood()
	require.Equal(t, "happy", label)
	require.Greater(t, confidence, float32(.8))
	require.Equal(t, "happy", scene)
	before := p.f.Counters()
	require.Greater(t, before.Crops, uint64(10))
	require.Equal(t, before.Crops, before.Readings)

	p.f.SetConsent(false)
	label, confidence, _ = p.f.Mood()
	require.Equal(t, "", label, "gone at once")
	require.Zero(t, confidence)
	p.play(60)
	after := p.f.Counters()
	require.Equal(t, before.Crops, after.Crops)
	require.Equal(t, before.Looks, after.Looks)
	label, _, scene = p.f.Mood()
	require.Equal(t, "", label)
	require.Equal(t, "neutral", scene)
	for _, v := range models.emotion.in[0] {
		require.Zero(t, v, "no face stays in the shared memory")
	}
	_, ok := p.f.watch.track.Main()
	require.False(t, ok)
}

func TestConsentWithdrawnDuringAReading(t *testing.T) {
	e, models := fakeEngine(t, nil)
	models.feel("happy")
	p := newPlayer(t, e, scenery(320, 240))
	p.mood(true)
	p.play(60)
	models.emotion.during = func() { p.f.SetConsent(false) }
	runs := models.emotion.runs
	for models.emotion.runs == runs {
		p.play(1)
		label, _, _ := p.f.Mood()
		require.Equal(t, models.emotion.runs == runs, label == "happy")
	}
}

func TestNoFaceAnalysisOutsideTheModeMood(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(320, 240))
	p.f.SetConsent(true)
	for _, m := range [][2]string{{Off, ""}, {Blur, ""}, {Picture, "sea"}} {
		require.NoError(t, p.f.Choose(Choice{Mode: m[0], Picture: m[1]}))
		p.play(20)
	}
	require.Zero(t, p.f.Counters().Looks)
	_, _, scene := p.f.Mood()
	require.Empty(t, scene)
}

func TestMoodChangesTheBackground(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(320, 240))
	p.mood(true)
	p.play(60)
	calm := p.dst.V[0]
	models.feel("happy")
	p.play(120)
	require.Greater(t, p.dst.V[0], calm+10, "warm")
	label, _, _ := p.f.Mood()
	require.Equal(t, "happy", label)
}

func TestWorkProfileHasNoMood(t *testing.T) {
	e, models := fakeEngine(t, func(c *Config) { c.MoodEnabled = false })
	require.Nil(t, models.face, "not even loaded")
	require.Nil(t, models.emotion)
	require.Equal(t, []string{Off, Blur, Picture}, e.Info().Modes)
	p := newPlayer(t, e, scenery(160, 120))
	require.ErrorIs(t, p.f.Choose(Choice{Mode: Mood}), ErrMoodDisabled)
	require.ErrorIs(t, p.f.Choose(Choice{Mode: Mood}), ErrUnknownMode)
	p.f.SetConsent(true)
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	p.play(30)
	_, err := e.RunModelsAlone(Cadence{Pictures: 1, FaceEvery: 1})
	require.ErrorIs(t, err, ErrMoodDisabled)
}

func TestMoodIsOffWithoutItsModels(t *testing.T) {
	e, _ := fakeEngine(t, func(c *Config) { c.Models.Emotion = Model{} })
	require.False(t, e.Info().MoodEnabled)
}

func TestConfigIsChecked(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no segmentation model": func(c *Config) { c.Models.Segment = Model{} },
		"no filters":            func(c *Config) { c.Filters.Moods = nil },
		"negative workers":      func(c *Config) { c.Workers = -1 },
		"other face model":      func(c *Config) { c.Models.Face.Input.Shape = []int64{1, 3, 256, 256} },
		"classes do not fit":    func(c *Config) { c.Models.Emotion.Classes = testClasses[1:] },
		"no neutral":            func(c *Config) { c.Models.Emotion.Classes = []string{"a", "b", "c"} },
		"mask of another size":  func(c *Config) { c.Models.Segment.Outputs[0].Shape = []int64{1, 32, 32} },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := fakeConfig(t)
			change(&cfg)
			var made []*fakeSession
			_, err := newEngine(cfg, func(m Model) (session, error) {
				s := &fakeSession{in: [][]float32{floats(m.Input)}, out: [][]float32{floats(m.Outputs[0])}}
				made = append(made, s)
				return s, nil
			})
			require.Error(t, err)
			for _, s := range made {
				require.Equal(t, 1, s.closed, "nothing stays open")
			}
		})
	}
}

func TestBrokenModelShowsAtTheStart(t *testing.T) {
	broken := errors.New("broken")
	var made []*fakeSession
	_, err := newEngine(fakeConfig(t), func(m Model) (session, error) {
		if m.Name == "emotion" {
			return nil, broken
		}
		s := &fakeSession{in: [][]float32{floats(m.Input)}, out: [][]float32{floats(m.Outputs[0])}}
		made = append(made, s)
		return s, nil
	})
	require.ErrorIs(t, err, broken)
	require.Len(t, made, 2)
	for _, s := range made {
		require.Equal(t, 1, s.closed)
	}
}

func TestClose(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p, q := newPlayer(t, e, scenery(160, 120)), newPlayer(t, e, scenery(160, 120))
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	require.NoError(t, q.f.Choose(Choice{Mode: Blur}))
	p.play(1)
	require.NoError(t, p.f.Close())
	require.NoError(t, p.f.Close())
	require.ErrorIs(t, p.try(), ErrClosed)
	q.play(1)
	require.NoError(t, e.Close())
	require.NoError(t, e.Close())
	require.ErrorIs(t, q.try(), ErrClosed)
	_, err := e.NewFilter()
	require.ErrorIs(t, err, ErrClosed)
	require.Equal(t, 1, models.segment.closed)
}

func TestSettingsFromOtherGoroutines(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	var players sync.WaitGroup
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 3 { // three videos share one worker
		p := newPlayer(t, e, scenery(160, 120))
		p.budget = time.Second
		players.Go(func() {
			for range 200 {
				if err := p.try(); err != nil {
					t.Error(err)
					return
				}
			}
		})
		others.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				_ = p.f.Choose(Choice{Mode: []string{Off, Blur, Mood, Picture}[i%4], Picture: "sea"})
				p.f.SetConsent(i%3 == 0)
				p.f.Mood()
				p.f.Counters()
				p.f.Stages(func(string, uint64, time.Duration, time.Duration) {})
				time.Sleep(100 * time.Microsecond)
			}
		})
	}
	players.Wait()
	close(stop)
	others.Wait()
}

// TestConsentGivenAgainStartsAnew: while no picture comes (a camera switched off) a no and a new yes must not
// bring back what was known before the no.
func TestConsentGivenAgainStartsAnew(t *testing.T) {
	e, models := fakeEngine(t, nil)
	models.feel("happy")
	p := newPlayer(t, e, scenery(320, 240))
	p.mood(true)
	p.play(90)
	label, _, _ := p.f.Mood()
	require.Equal(t, "happy", label)
	p.f.SetConsent(false)
	p.f.SetConsent(true)
	models.feel("neutral")
	for range 90 {
		p.play(1)
		label, _, _ = p.f.Mood()
		require.NotEqual(t, "happy", label)
	}
	require.Equal(t, "neutral", label)
}
