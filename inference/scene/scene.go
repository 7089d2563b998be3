// Package scene paints what stands behind the person: a living scene per mood (Scenery), still pictures
// painted once from a few colours or brought by the person (Pictures, CanvasOf), and the blurred room
// (Blur). Everything is painted small, from the parameters of a filters.yaml, and is enlarged later; the
// same seed and the same times give the same samples.
package scene

import (
	"time"
)

// Stock holds what all paintings share: the looks of the moods, the noise and the still pictures. It is
// immutable apart from the pictures, which are painted when they are first asked for, and safe for
// concurrent use.
type Stock struct {
	scapes   map[string]*scape
	noise    *noise
	shapes   *shapes
	fade     time.Duration
	least    float32
	blur     BlurOptions
	tint     float32
	pictures *Pictures
}

// NewStock prepares the paintings of f, as ParseFilters returned it.
func NewStock(f Filters) *Stock {
	s := &Stock{
		scapes:   make(map[string]*scape, len(f.Moods)),
		noise:    newNoise(f.Seed, octave{4, 1}, octave{8, .5}, octave{16, .22}, octave{32, .08}),
		shapes:   newShapes(),
		fade:     time.Duration(f.FadeS * float64(time.Second)),
		least:    float32(f.Least),
		blur:     f.Blur,
		tint:     float32(f.TintRoom),
		pictures: newPictures(f.Pictures),
	}
	for mood, m := range f.Moods {
		s.scapes[mood] = scapeOf(m, f.Seed)
	}
	for _, p := range s.scapes {
		p.neutral = s.scapes[Neutral]
	}
	return s
}

// Pictures are the still backgrounds.
func (s *Stock) Pictures() *Pictures { return s.pictures }

// Has tells whether a mood has a scene of its own.
func (s *Stock) Has(mood string) bool { _, ok := s.scapes[mood]; return ok }

// RoomTint is how strongly the light of the scene lies on the room where the room is kept, 0..1.
func (s *Stock) RoomTint() float32 { return s.tint }

// strength is how much of its own colours a mood recognised with this confidence shows; a change takes
// about half a second to show.
func (s *Stock) strength(mood string, confidence float32) float32 {
	if mood == Neutral {
		return 1
	}
	return lerp(s.least, 1, smoothstep(.4, .9, confidence))
}
