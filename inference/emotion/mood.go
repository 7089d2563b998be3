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
	// Confirm is how long a class must have led the average before it becomes the mood, and how long the mood
	// must have been below Leave before it gives up. ConfirmOf overrides the former for a class. Dwell is how
	// long a mood stays at least, the calm one included.
	Confirm, Dwell time.Duration
	ConfirmOf      map[string]time.Duration
	// Fade is how long after the last readable face the mood begins to calm down, Lost when it is unknown.
	Fade, Lost time.Duration
	// Baseline is how many seconds of a readable face teach how it looks at rest; 0 leaves this out.
	Baseline time.Duration
}

// DefaultConfig follows a clear expression within about a second, at five readings a second. Sadness,
// disgust, anger and fear need more evidence: the model's card says that neutral faces are most often taken
// for sad ones. So does surprise, and it must last: who talks opens the mouth. In the clips of this project
// that makes all the scenes that a calm man gets falsely, 7 % of the time by the rules of the other classes
// and 2 % by these.
func DefaultConfig(classes []string) Config {
	return Config{
		Classes: classes,
		Smooth:  350 * time.Millisecond,
		Enter:   .5,
		Leave:   .35,
		EnterOf: map[string]float32{
			Neutral: .55, "sad": .6, "disgust": .6, "angry": .55, "fear": .55, "surprise": .6,
		},
		Confirm:   500 * time.Millisecond,
		ConfirmOf: map[string]time.Duration{"surprise": 700 * time.Millisecond},
		Dwell:     time.Second,
		Fade:      1500 * time.Millisecond,
		Lost:      4 * time.Second,
		Baseline:  6 * time.Second,
	}
}

// ErrNoNeutral means that a model has no class for a calm face.
var ErrNoNeutral = errors.New("classes have no " + Neutral)

// Mood is the steady mood of one face. Not safe for concurrent use.
type Mood struct {
	cfg     Config
	enter   []float32       // per class
	confirm []time.Duration // per class
	neutral int

	average []float32
	scratch []float32
	rest    baseline
	current int
	changed time.Duration // when current became the mood
	leader  int           // the class that leads the average
	since   time.Duration // since when it does
	firm    time.Duration // when current was above Leave last
	seen    time.Duration // last readable face
	at      time.Duration // last update
	known   bool
	cut     bool // a mood was known before it was reset
}

// NewMood returns a mood that is unknown.
func NewMood(cfg Config) (*Mood, error) {
	neutral := slices.Index(cfg.Classes, Neutral)
	if neutral < 0 {
		return nil, fmt.Errorf("make mood of %q: %w", cfg.Classes, ErrNoNeutral)
	}
	n := len(cfg.Classes)
	m := &Mood{
		cfg: cfg, neutral: neutral, enter: make([]float32, n), confirm: make([]time.Duration, n),
		average: make([]float32, n), scratch: make([]float32, n),
		rest: newBaseline(cfg.Classes, neutral, cfg.Baseline),
	}
	for i, class := range cfg.Classes {
		m.enter[i], m.confirm[i] = cfg.Enter, cfg.Confirm
		if own, ok := cfg.EnterOf[class]; ok {
			m.enter[i] = own
		}
		if own, ok := cfg.ConfirmOf[class]; ok {
			m.confirm[i] = own
		}
	}
	m.Reset()
	return m, nil
}

// Reset makes the mood unknown again and forgets everything about the face.
func (m *Mood) Reset() {
	m.unknow()
	m.rest.forget()
}

// unknow makes the mood unknown.
func (m *Mood) unknow() {
	m.cut = m.cut || m.known
	m.known, m.current, m.leader = false, m.neutral, m.neutral
	clear(m.average)
	clear(m.scratch)
}

// Meet says that another face is read from now on. How the last one looks at rest says nothing about it.
func (m *Mood) Meet() { m.rest.forget() }

// Label is the mood with its averaged probability; ok is false while it is unknown.
func (m *Mood) Label() (label string, confidence float32, ok bool) {
	return m.cfg.Classes[m.current], m.average[m.current], m.known
}

// ErrLogits means that the model's output has another length than the classes, or is no number.
var ErrLogits = errors.New("logits are not those of the classes")

// Observe takes the model's output for a readable face at media time now.
func (m *Mood) Observe(logits []float32, now time.Duration) error {
	if m.known && (now < m.at || now-m.seen >= m.cfg.Lost) {
		m.unknow() // nobody said Absent meanwhile
	}
	if len(logits) != len(m.scratch) || !softmax(m.scratch, logits) {
		return ErrLogits
	}
	if m.known {
		m.rest.learn(m.scratch, min(now-m.at, longest))
	}
	m.rest.correct(m.scratch)
	if !m.known {
		m.restart(now)
	}
	m.follow(m.scratch, now, m.cfg.Smooth)
	m.seen = now
	m.decide(now, true)
	return nil
}

// restart begins at the observation, with a calm mood. The first mood of all may come as soon as it is
// confirmed; after an earlier one the calm that came between is a mood and stays its time.
func (m *Mood) restart(now time.Duration) {
	copy(m.average, m.scratch)
	m.known, m.current, m.leader = true, m.neutral, m.neutral
	m.at, m.since, m.firm, m.changed = now, now, now, now-m.cfg.Dwell
	if m.cut {
		m.changed = now
	}
}

// Absent says that at media time now no readable face is there: after a while the mood calms down, then it is
// unknown.
func (m *Mood) Absent(now time.Duration) {
	switch quiet := now - m.seen; {
	case !m.known || quiet < m.cfg.Fade && quiet >= 0:
	case quiet >= m.cfg.Lost || quiet < 0:
		m.unknow()
	default:
		clear(m.scratch)
		m.scratch[m.neutral] = 1
		m.follow(m.scratch, now, 2*m.cfg.Smooth)
		m.decide(now, false)
	}
}

// longest is the silence that an observation may stand for, so that one picture after a long one does not
// decide alone.
const longest = 250 * time.Millisecond

// follow moves the average towards p as far as the time since the last update allows.
func (m *Mood) follow(p []float32, now, constant time.Duration) {
	dt := min(now-m.at, longest)
	k := float32(1 - math.Exp(-dt.Seconds()/constant.Seconds()))
	for i := range m.average {
		m.average[i] += (p[i] - m.average[i]) * k
	}
	m.at = now
}

// decide applies thresholds and times. That a class leads counts from the first moment, also while it is
// below its threshold: a weak but lasting expression is not later than a strong one by more than its average
// needs to rise. Where no face is seen a mood can only end.
func (m *Mood) decide(now time.Duration, seen bool) {
	lead := m.lead()
	if lead != m.leader {
		m.leader, m.since = lead, now
	}
	if m.current == m.neutral || m.average[m.current] >= m.cfg.Leave {
		m.firm = now
	}
	if now-m.changed < m.cfg.Dwell {
		return
	}
	unsure := m.cfg.Confirm
	if lead != m.neutral && lead != m.current {
		unsure *= 2 // the next one is on its way: no calm in between
	}
	enters := lead != m.current && (seen || lead == m.neutral)
	switch {
	case enters && m.average[lead] >= m.enter[lead] && now-m.since >= m.confirm[lead]:
		m.current, m.changed = lead, now
	case now-m.firm >= unsure:
		m.current, m.changed = m.neutral, now
	}
}

// lead is the class with the highest average; the mood so far wins a draw.
func (m *Mood) lead() int {
	best := m.current
	for i, p := range m.average {
		if p > m.average[best] {
			best = i
		}
	}
	return best
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
