package emotion

import (
	"math"
	"slices"
	"time"
)

// baseline learns how one face looks at rest. Faces differ: brows that lie low or corners of the mouth that
// point down read as a trace of anger or sadness in a person who is calm, and a model trained on many faces
// cannot know. What a resting face says too often is a prior of this person's, and is taken out as one
// takes a known prior out of a classifier's output (Saerens, Latinne and Decaestecker, 2002): the logarithm
// of the class is lowered and the rest grows in proportion.
//
// Only the classes that calm faces are mistaken for are lowered; a person who smiles or is surprised from
// the start stays so. The correction is bounded, so that who begins a call really sad is still seen to be
// when it shows clearly.
type baseline struct {
	span    time.Duration // 0: off
	neutral int
	dour    []int         // the classes that may be lowered
	rested  time.Duration // learnt from
	excess  []float64     // sum over time of how far each stands above neutral, nats times seconds
	lower   []float32     // factors on the probabilities of dour
}

// dourClasses are those that calm faces are mistaken for.
func dourClasses() []string { return []string{"sad", "disgust", "angry", "fear"} }

const (
	// usual is the logarithm of a class's probability over neutral's that is no oddity in a calm face: a fifth.
	usual = -1.6
	// mostLowered bounds the correction, nats.
	mostLowered = 1.5
	// swing bounds what one observation says, nats, so that a moment's expression does not outweigh the rest.
	swing = 2.0
	// resting is the probability of calm and dour classes together from which on a face may be at rest.
	resting = 0.5
)

func newBaseline(classes []string, neutral int, span time.Duration) baseline {
	b := baseline{span: span, neutral: neutral}
	for _, c := range dourClasses() {
		if i := slices.Index(classes, c); i >= 0 {
			b.dour = append(b.dour, i)
		}
	}
	b.excess, b.lower = make([]float64, len(b.dour)), make([]float32, len(b.dour))
	b.forget()
	return b
}

func (b *baseline) forget() {
	b.rested = 0
	clear(b.excess)
	for i := range b.lower {
		b.lower[i] = 1
	}
}

// learn takes the probabilities p that were seen for dt. Until the span is full the correction grows, slowly
// at first: an expression in the first second of a call is one, and no habit.
func (b *baseline) learn(p []float32, dt time.Duration) {
	if b.rested >= b.span || dt <= 0 {
		return
	}
	calm := p[b.neutral]
	for _, i := range b.dour {
		calm += p[i]
	}
	if calm < resting {
		return
	}
	b.rested += dt
	known := min(b.rested.Seconds()/b.span.Seconds(), 1)
	for k, i := range b.dour {
		above := math.Log(float64(p[i])+1e-6) - math.Log(float64(p[b.neutral])+1e-6)
		b.excess[k] += min(max(above, -2*swing), swing) * dt.Seconds()
		down := min(max(b.excess[k]/b.rested.Seconds()-usual, 0), mostLowered)
		b.lower[k] = float32(math.Exp(-down * known * known))
	}
}

// correct takes the resting face out of p.
func (b *baseline) correct(p []float32) {
	if b.rested <= 0 {
		return
	}
	for k, i := range b.dour {
		p[i] *= b.lower[k]
	}
	var sum float32
	for _, v := range p {
		sum += v
	}
	for i := range p {
		p[i] /= sum
	}
}
