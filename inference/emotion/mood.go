// Package emotion reads the expression of one face: it cuts the face out in the geometry that the model was
// trained on, refuses what cannot be read, and turns the model's output into a mood that does not flicker.
package emotion

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Neutral is the class that stands for "no other one is sure".
const Neutral = "neutral"

// Config says how probabilities become a mood. All times are media time.
type Config struct {
	// Classes are the model's, in the order of its outputs; Neutral must be among them.
	Classes []string
	// Smooth is the time constant of the average over time.
	Smooth time.Duration
	// Enter is the averaged probability from which on a class may become the mood, Leave the one below which the
	// mood gives up. EnterOf overrides Enter for a class.
	Enter, Leave float32
	EnterOf      map[string]float32
	// Confirm is how long a change must be called for, Dwell how long a mood stays at least.
	Confirm, Dwell time.Duration
	// Fade is how long after the last readable face the mood begins to calm down, Lost when it is unknown.
	Fade, Lost time.Duration
}

// DefaultConfig follows a clear expression within about a second. Sadness, disgust, anger and fear need more
// evidence: the model's card says that neutral faces are most often taken for sad ones.
func DefaultConfig(classes []string) Config {
	return Config{
		Classes: classes,
		Smooth:  450 * time.Millisecond,
		Enter:   .5,
		Leave:   .35,
		EnterOf: map[string]float32{Neutral: .55, "sad": .6, "disgust": .6, "angry": .55, "fear": .55},
		Confirm: 500 * time.Millisecond,
		Dwell:   time.Second,
		Fade:    1500 * time.Millisecond,
		Lost:    4 * time.Second,
	}
}

// ErrNoNeutral means that a model has no class for a calm face.
var ErrNoNeutral = errors.New("classes have no " + Neutral)

// Mood is the steady mood of one face. Not safe for concurrent use.
type Mood struct {
	cfg     Config
	enter   []float32 // per class
	neutral int

	average []float32
	scratch []float32
	current int
	changed time.Duration // when current became the mood
	pending int           // the class that calls for a change
	since   time.Duration // since when it does
	seen    time.Duration // last readable face
	at      time.Duration // last update
	known   bool
}

// NewMood returns a mood that is unknown.
func NewMood(cfg Config) (*Mood, error) {
	neutral := slices.Index(cfg.Classes, Neutral)
	if neutral < 0 {
		return nil, fmt.Errorf("make mood of %q: %w", cfg.Classes, ErrNoNeutral)
	}
	n := len(cfg.Classes)
	m := &Mood{
		cfg: cfg, neutral: neutral, enter: make([]float32, n), average: make([]float32, n),
		scratch: make([]float32, n),
	}
	for i, class := range cfg.Classes {
		m.enter[i] = cfg.Enter
		if own, ok := cfg.EnterOf[class]; ok {
			m.enter[i] = own
		}
	}
	m.Reset()
	return m, nil
}

// Reset makes the mood unknown again.
func (m *Mood) Reset() {
	m.known, m.current, m.pending = false, m.neutral, m.neutral
	clear(m.average)
}

// Label is the mood with its averaged probability; ok is false while it is unknown.
func (m *Mood) Label() (label string, confidence float32, ok bool) {
	return m.cfg.Classes[m.current], m.average[m.current], m.known
}

// ErrLogits means that the model's output has another length than the classes, or is no number.
var ErrLogits = errors.New("logits are not those of the classes")

// Observe takes the model's output for a readable face at media time now.
func (m *Mood) Observe(logits []float32, now time.Duration) error {
	if len(logits) != len(m.scratch) || !softmax(m.scratch, logits) {
		return ErrLogits
	}
	if !m.known || now < m.at {
		m.restart(now)
	}
	m.follow(m.scratch, now, m.cfg.Smooth)
	m.seen = now
	m.decide(now)
	return nil
}

// restart begins at the observation, with a calm mood that may change as soon as the change is confirmed.
func (m *Mood) restart(now time.Duration) {
	copy(m.average, m.scratch)
	m.known, m.current, m.pending = true, m.neutral, m.neutral
	m.at, m.changed = now, now-m.cfg.Dwell
}

// Absent says that at media time now no readable face is there: after a while the mood calms down, then it is
// unknown.
func (m *Mood) Absent(now time.Duration) {
	switch quiet := now - m.seen; {
	case !m.known || quiet < m.cfg.Fade && quiet >= 0:
	case quiet >= m.cfg.Lost || quiet < 0:
		m.Reset()
	default:
		clear(m.scratch)
		m.scratch[m.neutral] = 1
		m.follow(m.scratch, now, 2*m.cfg.Smooth)
		m.decide(now)
	}
}

// follow moves the average towards p as far as the time since the last update allows; a long silence counts
// as a quarter of a second, so that one picture after it does not decide alone.
func (m *Mood) follow(p []float32, now, constant time.Duration) {
	dt := min(now-m.at, 250*time.Millisecond)
	k := float32(1 - math.Exp(-dt.Seconds()/constant.Seconds()))
	for i := range m.average {
		m.average[i] += (p[i] - m.average[i]) * k
	}
	m.at = now
}

// decide applies thresholds and times.
func (m *Mood) decide(now time.Duration) {
	claim := m.claim()
	if claim == m.current {
		m.pending = m.current
		return
	}
	if claim != m.pending {
		m.pending, m.since = claim, now
	}
	if now-m.since >= m.cfg.Confirm && now-m.changed >= m.cfg.Dwell {
		m.current, m.changed = claim, now
	}
}

// claim is the class that the average speaks for, given the mood so far.
func (m *Mood) claim() int {
	best := m.current
	for i, p := range m.average {
		if p > m.average[best] {
			best = i
		}
	}
	if best != m.neutral && m.average[best] >= m.enter[best] {
		return best
	}
	if m.average[m.current] < m.cfg.Leave || best == m.neutral && m.average[best] >= m.enter[best] {
		return m.neutral
	}
	return m.current
}

// softmax writes probabilities; ok is false when a logit is no number.
func softmax(p, logits []float32) (ok bool) {
	top := slices.Max(logits)
	var sum float64
	for i, l := range logits {
		e := math.Exp(float64(l - top))
		p[i] = float32(e)
		sum += e
	}
	if math.IsNaN(sum) || math.IsInf(float64(top), 0) {
		return false
	}
	for i := range p {
		p[i] /= float32(sum)
	}
	return true
}
