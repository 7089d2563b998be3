package inference

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slowly makes the filter's clock stand still except in runs of the models.
func slowly(p *player, models *fakes, segment, face, emotion time.Duration) {
	now := time.Unix(1000, 0)
	p.f.clock = func() time.Time { return now }
	models.segment.during = func() { now = now.Add(segment) }
	models.face.during = func() { now = now.Add(face) }
	models.emotion.during = func() { now = now.Add(emotion) }
}

func TestMatteAtAReducedRate(t *testing.T) {
	e, _ := fakeEngine(t, func(c *Config) { c.MatteHz = 15 })
	p := newPlayer(t, e, scenery(160, 120))
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	p.play(60)
	c := p.f.Counters()
	require.Equal(t, uint64(30), c.Mattes)
	require.Equal(t, uint64(30), c.Reused)
	require.Zero(t, c.Late)
}

func TestLateMattesAreReusedButNotForLong(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	slowly(p, models, 50*time.Millisecond, 0, 0)
	p.budget = 30 * time.Millisecond
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	p.play(90)
	c := p.f.Counters()
	require.Equal(t, uint64(90), c.Pictures)
	require.Equal(t, uint64(90), c.Mattes+c.Late)
	require.InDelta(t, 90/8.0, float64(c.Mattes), 2, "one in a quarter of a second")
}

func TestEnoughTimeDegradesNothing(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	slowly(p, models, 10*time.Millisecond, 3*time.Millisecond, 3*time.Millisecond)
	p.budget = 30 * time.Millisecond
	p.mood(true)
	p.play(90)
	c := p.f.Counters()
	require.Equal(t, uint64(90), c.Mattes)
	require.Zero(t, c.Late+c.Postponed)
	require.InDelta(t, 15, float64(c.Looks), 1)
	require.InDelta(t, 15, float64(c.Readings), 1)
}

func TestFaceWaitsBeforeTheMatteDoes(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	slowly(p, models, 20*time.Millisecond, 15*time.Millisecond, 15*time.Millisecond)
	p.budget = 30 * time.Millisecond
	p.mood(true)
	p.play(150)
	c := p.f.Counters()
	require.Equal(t, uint64(150), c.Mattes)
	require.Greater(t, c.Postponed, uint64(50))
	require.InDelta(t, 5, float64(c.Looks), 1, "once a second all the same")
}

func TestOneSlowRunIsForgotten(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	slowly(p, models, 400*time.Millisecond, 0, 0)
	p.budget = 30 * time.Millisecond
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	p.play(1)
	slowly(p, models, 5*time.Millisecond, 0, 0)
	p.play(90)
	before := p.f.Counters()
	p.play(30)
	require.Equal(t, before.Mattes+30, p.f.Counters().Mattes)
}

func TestBusyWorkersMeanTheLastMatte(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	p.budget = 20 * time.Millisecond
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	p.play(1)
	w := <-e.workers
	p.play(2)
	require.Equal(t, uint64(2), p.f.Counters().Late)
	e.workers <- w
	p.budget = time.Second
	p.play(1)
	require.Equal(t, uint64(2), p.f.Counters().Mattes)
}

func TestModelErrorsAreReturned(t *testing.T) {
	e, models := fakeEngine(t, nil)
	broken := errors.New("broken")
	for name, s := range map[string]*fakeSession{
		"segment": models.segment, "face": models.face, "emotion": models.emotion,
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlayer(t, e, scenery(160, 120))
			p.mood(true)
			s.err = broken
			var err error
			for i := 0; i < 20 && err == nil; i++ {
				err = p.try()
			}
			require.ErrorIs(t, err, broken)
			s.err = nil
			p.play(20)
		})
	}
	require.Len(t, e.workers, 1, "the worker is back")
}

func TestPanicPassesAndLeavesTheWorker(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
	models.segment.during = func() { panic("bug") }
	require.PanicsWithValue(t, "bug", func() { _ = p.try() })
	models.segment.during = nil
	p.play(1)
}

func TestMediaClock(t *testing.T) {
	var c mediaClock
	at := time.Duration(0)
	for _, step := range []struct {
		name   string
		ts     uint32
		by     time.Duration
		jumped bool
	}{
		{"the first", 4_294_967_000, 0, false},
		{"over the wrap", 2704, 3000 * time.Second / 90000, false},
		{"the same picture again", 2704, 0, false},
		{"back", 0, usualStep, true},
		{"a jump", 90000 * 60, usualStep, true},
		{"a pause", 90000 * 70, 10 * time.Second, false},
	} {
		now, jumped := c.advance(step.ts)
		at += step.by
		require.Equal(t, at, now, step.name)
		require.Equal(t, step.jumped, jumped, step.name)
	}
}

func TestStages(t *testing.T) {
	e, models := fakeEngine(t, nil)
	p := newPlayer(t, e, scenery(160, 120))
	slowly(p, models, 4*time.Millisecond, 2*time.Millisecond, 3*time.Millisecond)
	p.mood(true)
	p.play(300)
	got := map[string]time.Duration{}
	var names []string
	p.f.Stages(func(stage string, count uint64, p50, p95 time.Duration) {
		names = append(names, stage)
		got[stage] = p50
		require.GreaterOrEqual(t, p95, p50)
		require.NotZero(t, count)
	})
	require.Equal(t, []string{"tensor", "segment", "face", "emotion", "scene", "composite"}, names)
	require.Equal(t, 4*time.Millisecond, got["segment"])
	require.Equal(t, 2*time.Millisecond, got["face"])
	require.Equal(t, 3*time.Millisecond, got["emotion"])
}

func TestRunModelsAlone(t *testing.T) {
	e, models := fakeEngine(t, nil)
	before := [3]int{models.segment.runs, models.face.runs, models.emotion.runs}
	_, err := e.RunModelsAlone(Cadence{Pictures: 60, MatteEvery: 2, FaceEvery: 6, EmotionEvery: 10})
	require.NoError(t, err)
	require.Equal(t, 30, models.segment.runs-before[0])
	require.Equal(t, 10, models.face.runs-before[1])
	require.Equal(t, 6, models.emotion.runs-before[2])
}

// TestJumpOfTheClockNeedsAFreshMatte: where the person stood before a pause or in another source says
// nothing.
func TestJumpOfTheClockNeedsAFreshMatte(t *testing.T) {
	for name, ticks := range map[string]uint32{"long pause": 90000 * 60, "back": 1<<32 - 90000*5} {
		t.Run(name, func(t *testing.T) {
			e, _ := fakeEngine(t, func(c *Config) { c.MatteHz = 15 })
			p := newPlayer(t, e, scenery(160, 120))
			p.mood(true)
			p.play(31)
			before := p.f.Counters()
			require.NotZero(t, before.Reused)
			p.src.Timestamp += ticks
			p.play(1)
			after := p.f.Counters()
			require.Equal(t, before.Mattes+1, after.Mattes)
			require.Equal(t, before.Looks+1, after.Looks, "nor does where the face was")
		})
	}
}

// TestMoodAtFewPictures: where pictures come rarely, the expression is read in the picture that the face was
// found in.
func TestMoodAtFewPictures(t *testing.T) {
	for _, fps := range []uint32{8, 4, 3, 2, 1} {
		e, models := fakeEngine(t, nil)
		models.feel("happy")
		p := newPlayer(t, e, scenery(640, 480))
		p.mood(true)
		for range 12 * fps {
			p.src.Timestamp += 90000/fps - 3000
			p.play(1)
		}
		label, _, _ := p.f.Mood()
		require.Equal(t, "happy", label, "%d pictures a second", fps)
		require.Positive(t, p.f.Counters().Readings)
	}
}
