package emotion

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// settle lets a mood see a face that rests at p of class for a minute and returns it with the time.
func settle(t *testing.T, baseline time.Duration, class string, p float64) (*Mood, time.Duration) {
	t.Helper()
	cfg := DefaultConfig(classes)
	cfg.Baseline = baseline
	m, err := NewMood(cfg)
	require.NoError(t, err)
	now := time.Duration(0)
	show(t, m, &now, class, p, time.Minute)
	return m, now
}

// show lets m see a face for d and returns the last label.
func show(t *testing.T, m *Mood, now *time.Duration, class string, p float64, d time.Duration) string {
	t.Helper()
	label := ""
	for until := *now + d; *now < until; *now += tick {
		require.NoError(t, m.Observe(logits(class, p), *now))
		label, _, _ = m.Label()
	}
	return label
}

func TestBaselineTakesTheRestingFaceOut(t *testing.T) {
	const b = 6 * time.Second
	for _, class := range []string{"sad", "disgust", "angry", "fear"} {
		m, _ := settle(t, 0, class, .66)
		label, _, _ := m.Label()
		require.Equal(t, class, label, "without a baseline")

		for _, p := range []float64{.6, .66} {
			m, now := settle(t, b, class, p)
			label, confidence, _ := m.Label()
			require.Equal(t, Neutral, label)
			require.Greater(t, confidence, float32(.6))
			require.Equal(t, class, show(t, m, &now, class, .93, 2*time.Second), "and more of it is seen")
			require.Equal(t, Neutral, show(t, m, &now, class, p, 3*time.Second))
			require.Equal(t, "happy", show(t, m, &now, "happy", .7, 2*time.Second))
		}
	}
}

func TestBaselineIsBounded(t *testing.T) {
	for _, class := range []string{"sad", "angry"} {
		m, _ := settle(t, 6*time.Second, class, .97)
		label, _, _ := m.Label()
		require.Equal(t, class, label, "clearly so from the start to the end")
	}
}

func TestBaselineLeavesOthersAlone(t *testing.T) {
	for _, class := range []string{"happy", "surprise"} {
		with, _ := settle(t, 6*time.Second, class, .7)
		without, _ := settle(t, 0, class, .7)
		label, confidence, _ := with.Label()
		_, plain, _ := without.Label()
		require.Equal(t, class, label)
		require.InDelta(t, plain, confidence, .02)
	}
	with, _ := settle(t, 6*time.Second, Neutral, .9)
	require.Equal(t, []float32{1, 1, 1, 1}, with.rest.lower, "a calm face is nothing to correct")
}

// TestASmileTeachesNothing: who laughs first and then rests is learnt at rest.
func TestASmileTeachesNothing(t *testing.T) {
	m, now := settle(t, 6*time.Second, "happy", .9)
	require.Zero(t, m.rest.rested)
	show(t, m, &now, "sad", .66, 10*time.Second)
	label, _, _ := m.Label()
	require.Equal(t, Neutral, label)
}

func TestBaselineIsForgotten(t *testing.T) {
	for name, forget := range map[string]func(*Mood){"reset": (*Mood).Reset, "another face": (*Mood).Meet} {
		t.Run(name, func(t *testing.T) {
			m, _ := settle(t, 6*time.Second, "sad", .66)
			require.Less(t, m.rest.lower[0], float32(.5))
			forget(m)
			require.Equal(t, newBaseline(classes, m.neutral, m.cfg.Baseline), m.rest)
		})
	}
	m, now := settle(t, 6*time.Second, "sad", .66)
	for until := now + 5*time.Second; now < until; now += tick {
		m.Absent(now)
	}
	_, _, known := m.Label()
	require.False(t, known)
	require.Equal(t, Neutral, show(t, m, &now, "sad", .66, 5*time.Second), "who leaves the room is known again")
}

// TestTheFirstReadingIsCorrectedToo: who comes back is read as the one who left, from the first picture on.
func TestTheFirstReadingIsCorrectedToo(t *testing.T) {
	m, now := settle(t, 6*time.Second, "sad", .66)
	_, settled, _ := m.Label()
	now += 5 * time.Second
	m.Absent(now)
	_, _, known := m.Label()
	require.False(t, known)
	require.Equal(t, Neutral, show(t, m, &now, "sad", .66, tick))
	_, confidence, _ := m.Label()
	require.InDelta(t, settled, confidence, .02)
}
