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
	// Rest is the share of the new mask where it agrees with the matte, at 30 pictures a second.
	Rest float32
	// Motion is the difference (0..1) from which on the new mask counts alone.
	Motion float32
	// Forget is the age from which on the matte so far counts nothing.
	Forget time.Duration
}

// DefaultSmoothing steadies an outline within about three pictures.
func DefaultSmoothing() Smoothing {
	return Smoothing{Rest: .35, Motion: .35, Forget: 400 * time.Millisecond}
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
}

// NewMatte returns an empty matte for masks of size x size.
func NewMatte(size int, s Smoothing) *Matte {
	steady := make([]float32, size*size)
	return &Matte{smoothing: s, size: size, steady: steady, bytes: tensor.NewPlane(size, size)}
}

// Update takes the model's mask (size*size probabilities) of the picture that v shows, at media time now.
func (m *Matte) Update(mask []float32, v tensor.View, now time.Duration) {
	age := now - m.at
	if !m.have || v != m.view || age < 0 || age >= m.smoothing.Forget {
		copy(m.steady, mask)
		quantise(m.bytes.Pix, m.steady)
	} else {
		const usual = time.Second / 30
		rest := min(1, m.smoothing.Rest*float32(age)/float32(usual))
		follow(m.bytes.Pix, m.steady, mask, rest, m.smoothing.Motion)
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
func (m *Matte) Reset() { m.have = false }
