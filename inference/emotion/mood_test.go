package emotion

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var classes = []string{"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"}

const tick = 200 * time.Millisecond

// logits give the class the probability p and spread the rest, most of it on neutral.
func logits(class string, p float64) []float32 {
	out := make([]float32, len(classes))
	for i, c := range classes {
		switch c {
		case class:
			out[i] = float32(math.Log(p))
		case Neutral:
			out[i] = float32(math.Log((1 - p) * .9))
		default:
			out[i] = float32(math.Log((1 - p) * .1 / 5))
		}
	}
	return out
}

// act is a part of a play: what the model says (or no face) for a while.
type act struct {
	class string // "" no readable face
	p     float64
	d     time.Duration
}

// play runs acts at 5 Hz and returns the label of each change with the time since the play began, in ticks.
func play(t *testing.T, acts ...act) (labels []string, at []int) {
	t.Helper()
	m, err := NewMood(DefaultConfig(classes))
	require.NoError(t, err)
	now, last, n := time.Duration(0), "?", 0
	for _, a := range acts {
		for left := a.d; left > 0; left -= tick {
			if a.class == "" {
				m.Absent(now)
			} else {
				require.NoError(t, m.Observe(logits(a.class, a.p), now))
			}
			label, confidence, known := m.Label()
			require.True(t, confidence >= 0 && confidence <= 1.0001)
			if !known {
				label = ""
			}
			if label != last {
				labels, at, last = append(labels, label), append(at, n), label
			}
			now += tick
			n++
		}
	}
	return labels, at
}

func TestMood(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name string
		acts []act
		want []string
	}{
		{"nobody", []act{{"", 0, 3 * s}}, []string{""}},
		{"calm", []act{{"neutral", .9, 5 * s}}, []string{"neutral"}},
		{"smile", []act{{"neutral", .9, 2 * s}, {"happy", .9, 3 * s}}, []string{"neutral", "happy"}},
		{
			"a short twitch",
			[]act{{"neutral", .9, 2 * s}, {"happy", .95, 2 * s / 5}, {"neutral", .9, 3 * s}},
			[]string{"neutral"},
		},
		{"unsure is neutral", []act{{"neutral", .9, 2 * s}, {"happy", .45, 5 * s}}, []string{"neutral"}},
		{"sad needs more than happy", []act{{"sad", .57, 5 * s}}, []string{"neutral"}},
		{"happy at the same level", []act{{"happy", .57, 5 * s}}, []string{"neutral", "happy"}},
		{"stays above leave", []act{{"happy", .9, 3 * s}, {"happy", .42, 6 * s}}, []string{"neutral", "happy"}},
		{
			"leaves below",
			[]act{{"happy", .9, 3 * s}, {"happy", .2, 4 * s}},
			[]string{"neutral", "happy", "neutral"},
		},
		{
			"from one to the other",
			[]act{{"happy", .95, 3 * s}, {"angry", .95, 3 * s}},
			[]string{"neutral", "happy", "angry"},
		},
		{
			"looks away for a moment",
			[]act{{"happy", .9, 3 * s}, {"", 0, 7 * s / 5}, {"happy", .9, 2 * s}},
			[]string{"neutral", "happy"},
		},
		{"goes away", []act{{"happy", .9, 3 * s}, {"", 0, 6 * s}}, []string{"neutral", "happy", "neutral", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := play(t, c.acts...)
			require.Equal(t, c.want, got)
		})
	}
}

func TestMoodTakesAboutASecond(t *testing.T) {
	_, at := play(t, act{"neutral", .9, 2 * time.Second}, act{"happy", .9, 4 * time.Second})
	since := time.Duration(at[1])*tick - 2*time.Second
	require.GreaterOrEqual(t, since, 600*time.Millisecond)
	require.LessOrEqual(t, since, 1200*time.Millisecond)
}

// TestMoodDwells plays against the mood: whenever it has changed, the face changes too, or goes, or is
// forgotten. Each scene, and unknown shows as the calm one, stays its time all the same; only what is
// forgotten ends at once.
func TestMoodDwells(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	cfg := DefaultConfig(classes)
	m, err := NewMood(cfg)
	require.NoError(t, err)
	shown, begun, changes := Neutral, -time.Hour, 0
	class, p := "happy", .9
	for now := time.Duration(0); now < 20*time.Minute; now += tick {
		forgotten := false
		if class == "" {
			m.Absent(now)
		} else {
			require.NoError(t, m.Observe(logits(class, p), now))
		}
		if rng.IntN(40) == 0 {
			m.Reset()
			forgotten = true
		}
		label, _, known := m.Label()
		if !known {
			label = Neutral
		}
		if label != shown {
			if !forgotten {
				require.GreaterOrEqual(t, now-begun, time.Second, "%s before %s at %v", shown, label, now)
				changes++
			}
			shown, begun = label, now
			class, p = classes[rng.IntN(len(classes))], .62+.36*rng.Float64()
		} else if rng.IntN(25) == 0 {
			class = []string{"", "happy", "sad", "surprise"}[rng.IntN(4)]
		}
	}
	require.Greater(t, changes, 150)
}

// TestCalmDwellsToo: whatever comes between two moods is a scene of its own and is shown for its time.
func TestCalmDwellsToo(t *testing.T) {
	const s = time.Second
	for name, acts := range map[string][]act{
		"a moment of calm": {{"happy", .9, 3 * s}, {"neutral", .9, 6 * s / 5}, {"happy", .9, 3 * s}},
		"out and back":     {{"happy", .9, 3 * s}, {"", 0, 22 * s / 5}, {"happy", .9, 3 * s}},
		"out at once":      {{"happy", .9, s}, {"", 0, 18 * s / 5}, {"angry", .9, 3 * s}, {"sad", .9, 3 * s}},
	} {
		t.Run(name, func(t *testing.T) {
			labels, at := play(t, acts...)
			begun, shown := 0, Neutral // unknown is shown as calm
			for i, l := range labels {
				if l == "" {
					l = Neutral
				}
				if l == shown {
					continue
				}
				if begun > 0 {
					require.GreaterOrEqual(t, time.Duration(at[i]-begun)*tick, s, "%v %v", labels, at)
				}
				shown, begun = l, at[i]
			}
		})
	}
}

func TestNoMoodBeginsWithoutAFace(t *testing.T) {
	const s = time.Second
	got, _ := play(t, act{"neutral", .9, 2 * s}, act{"happy", .97, 3 * tick}, act{"", 0, 5 * s})
	require.Equal(t, []string{Neutral, ""}, got)
}

func TestOneMoodFollowsAnotherWithoutCalmBetween(t *testing.T) {
	for _, p := range []float64{.66, .75, .9} {
		for _, class := range []string{"sad", "surprise", "fear", "angry"} {
			labels, at := play(t, act{"happy", .95, 4 * time.Second}, act{class, p, 4 * time.Second})
			require.Equal(t, []string{Neutral, "happy", class}, labels, p)
			require.LessOrEqual(t, time.Duration(at[2])*tick-4*time.Second, 1300*time.Millisecond, "%s %v", class, p)
		}
	}
}

func TestMoodAfterTimeWentBack(t *testing.T) {
	m, err := NewMood(DefaultConfig(classes))
	require.NoError(t, err)
	require.NoError(t, m.Observe(logits("happy", .9), 10*time.Second))
	require.NoError(t, m.Observe(logits("sad", .9), time.Second))
	label, _, known := m.Label()
	require.True(t, known)
	require.Equal(t, Neutral, label)
	m.Absent(0)
	_, _, known = m.Label()
	require.False(t, known)
}

func TestMoodRefuses(t *testing.T) {
	_, err := NewMood(DefaultConfig([]string{"happy", "sad"}))
	require.ErrorIs(t, err, ErrNoNeutral)
	m, err := NewMood(DefaultConfig(classes))
	require.NoError(t, err)
	require.ErrorIs(t, m.Observe([]float32{1, 2}, 0), ErrLogits)
	nan := logits("happy", .9)
	nan[2] = float32(math.NaN())
	require.ErrorIs(t, m.Observe(nan, 0), ErrLogits)
	infinite := logits("happy", .9)
	infinite[0] = float32(math.Inf(1))
	require.ErrorIs(t, m.Observe(infinite, 0), ErrLogits)
	_, _, known := m.Label()
	require.False(t, known)
}

func TestObserveAllocatesNothing(t *testing.T) {
	m, err := NewMood(DefaultConfig(classes))
	require.NoError(t, err)
	l, now := logits("happy", .9), time.Duration(0)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		now += tick
		_ = m.Observe(l, now)
		m.Absent(now)
		m.Label()
	}))
}

// TestSilenceMakesTheMoodUnknown: nobody says that there is no face while no picture comes at all.
func TestSilenceMakesTheMoodUnknown(t *testing.T) {
	m, err := NewMood(DefaultConfig(classes))
	require.NoError(t, err)
	now := time.Duration(0)
	require.Equal(t, "happy", show(t, m, &now, "happy", .95, 3*time.Second))
	now += m.cfg.Lost
	require.Equal(t, Neutral, show(t, m, &now, "happy", .95, tick), "what was seen so long ago is no mood")
	require.Equal(t, Neutral, show(t, m, &now, "happy", .95, 600*time.Millisecond), "calm stays its time, too")
	require.Equal(t, "happy", show(t, m, &now, "happy", .95, time.Second))
}

// TestCalmStaysItsTimeWhenTimeWentBack: a calm scene follows a mood that ended because the clock jumped.
func TestCalmStaysItsTimeWhenTimeWentBack(t *testing.T) {
	m, err := NewMood(DefaultConfig(classes))
	require.NoError(t, err)
	now := time.Hour
	require.Equal(t, "happy", show(t, m, &now, "happy", .95, 3*time.Second))
	now = time.Minute
	require.Equal(t, Neutral, show(t, m, &now, "happy", .95, 900*time.Millisecond))
	require.Equal(t, "happy", show(t, m, &now, "happy", .95, time.Second))
}
