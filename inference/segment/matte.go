// Package segment turns the masks of a person segmentation model into a steady matte: noise of the outline
// is averaged over time while real motion passes at once, and the bars that a view put around the picture
// are cut off.
package segment

import (
	"time"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// Smoothing says how a new mask and the matte so far are blended.
type Smoothing struct {
	// Rest is the share of the new mask where it agrees with the matte, at 30 pictures a second, when nothing
	// is known of the picture's motion.
	Rest float32
	// Motion is the difference (0..1) from which on the new mask counts alone.
	Motion float32
	// Still is Rest where the picture did not move.
	Still float32
	// Doubt is the difference up to which the picture's stillness counts: a mask that differs by less where
	// nothing moved is noise. From there to Doubt + Motion the new mask gains until it counts alone.
	Doubt float32
	// Follow is how fast motion is forgotten: what is left of it a picture later, at 30 pictures a second. A
	// place that moved follows the mask for some pictures, until the model has seen it at rest.
	Follow float32
	// Forget is the age from which on the matte so far counts nothing.
	Forget time.Duration
}

// DefaultSmoothing steadies an outline that stands still and lets one that moves pass at once.
func DefaultSmoothing() Smoothing {
	return Smoothing{
		Rest: .35, Motion: .35, Still: .05, Doubt: .4, Follow: .3, Forget: 400 * time.Millisecond,
	}
}

// Matte is the steady mask of one video. Not safe for concurrent use.
type Matte struct {
	smoothing Smoothing
	size      int
	steady    []float32 // 0..1
	bytes     tensor.Plane
	view      tensor.View
	at        time.Duration // media time of the last mask
	have      bool
	motion    motion
	outline   outline
	islands   islands
}

// NewMatte returns an empty matte for masks of size x size. Half-transparent things apart from the person
// fade where the size is a multiple of 64.
func NewMatte(size int, s Smoothing) *Matte {
	return &Matte{
		smoothing: s, size: size, steady: make([]float32, size*size), bytes: tensor.NewPlane(size, size),
		motion: newMotion(size), islands: newIslands(),
	}
}

// Update takes the model's mask (size*size probabilities) of the picture that v shows, at media time now, and
// the picture's luma as the model saw it (size x size; only v's target counts). A luma without samples means
// that nothing is known of what moved.
func (m *Matte) Update(mask []float32, luma tensor.Plane, v tensor.View, now time.Duration) {
	const usual = time.Second / 30
	age := now - m.at
	steps := float32(age) / float32(usual)
	switch {
	case !m.have || v != m.view || age < 0 || age >= m.smoothing.Forget:
		copy(m.steady, mask)
		quantise(m.bytes.Pix, m.steady)
		m.islands.reset()
		m.motion.begin(luma)
	case !m.motion.see(luma, v.Target, pow(m.smoothing.Follow, steps), min(1, steps*refresh)):
		follow(m.bytes.Pix, m.steady, mask, min(1, m.smoothing.Rest*steps), m.smoothing.Motion)
	default:
		m.followMotion(mask, min(1, m.smoothing.Still*steps))
	}
	if m.size%islandGrid == 0 {
		m.islands.sink(m.bytes)
	}
	m.view, m.at, m.have = v, now, true
}

// Plane is the part of the matte that covers the picture: 0 background, 255 person. It holds until the next
// Update.
func (m *Matte) Plane() tensor.Plane { return m.bytes.Crop(m.view.Target) }

// Age is the media time since the last mask; ok is false when there is none, or one of another view.
func (m *Matte) Age(v tensor.View, now time.Duration) (age time.Duration, ok bool) {
	return now - m.at, m.have && v == m.view
}

// Reset forgets the matte.
func (m *Matte) Reset() { m.have, m.outline.have = false, false }
