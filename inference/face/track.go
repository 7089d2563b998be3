package face

import (
	"math"
	"time"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// Scores: a new face needs more of it than one that is being followed.
const (
	FindScore = 0.65
	KeepScore = 0.45
)

const (
	keepFor  = 700 * time.Millisecond // a face is held this long without being seen
	zoom     = 3.0                    // the square around a followed face, in faces
	survey   = 5                      // every so many detections the whole picture is looked at
	takeover = 2.0                    // another face becomes the main one when it is so many times as large,
	insists  = 900 * time.Millisecond // and stays so for this long
	reach    = 0.75                   // how far a face may move between two looks, in faces
	growth   = 1.7                    // and how much its side may change
)

// Tracker follows the main face of one video: the largest at first, then the same one for as long as it is
// there. A face that is not seen is waited for at its place, whoever else is in the picture meanwhile. It
// also says where to look next: around the followed face, which doubles the precision of its points, and now
// and then at the whole picture. Not safe for concurrent use.
type Tracker struct {
	main   Face
	have   bool
	seen   time.Duration // media time of main
	looks  int           // detections since the last survey
	missed bool          // the last look found nothing

	rival   Face          // a much larger face that may take over
	contest bool          // there is one
	rises   time.Duration // since when
	person  int           // see Person
}

// View is what to show the model next of a w x h picture.
func (t *Tracker) View(w, h int) tensor.View {
	if !t.have || t.missed || t.looks >= survey {
		return tensor.Letterbox(tensor.Rect{W: w, H: h}, InputSize)
	}
	side := max(zoom*max(t.main.W, t.main.H), InputSize/2)
	src := tensor.Square(t.main.X+t.main.W/2, t.main.Y+t.main.H/2, side, w, h)
	return tensor.Letterbox(src, InputSize)
}

// Least is the score that the next detection should ask for.
func (t *Tracker) Least() float32 {
	if t.have {
		return KeepScore
	}
	return FindScore
}

// Update takes the faces found under View in a w x h picture, at media time now.
func (t *Tracker) Update(found []Face, v tensor.View, w, h int, now time.Duration) {
	whole := v.Source == (tensor.Rect{W: w, H: h})
	t.looks++
	if whole {
		t.looks = 0
	}
	i := t.same(found)
	if i < 0 && t.have && (now-t.seen > keepFor || now < t.seen) {
		t.have, t.contest = false, false // its place stays, to know it again by
	}
	largest := largest(found)
	switch {
	case i < 0 && !t.have && largest >= 0:
		i = largest
		if t.main.W > 0 && math.IsInf(found[i].away(t.main), 1) {
			t.person++
		}
	case i >= 0 && whole && t.usurped(found[i], found, largest, now):
		i, t.contest = largest, false
		t.person++
	}
	t.missed = i < 0
	if i >= 0 {
		t.main, t.have, t.seen = found[i], true, now
	}
}

// same is the index of the followed face, -1 when it was not found.
func (t *Tracker) same(found []Face) int {
	best, closest := -1, math.Inf(1)
	if !t.have {
		return best
	}
	for i, f := range found {
		if off := f.away(t.main); off < closest {
			best, closest = i, off
		}
	}
	return best
}

// away tells how far f is from where o was, in faces; infinitely far when it cannot be the same one.
func (f Face) away(o Face) float64 {
	side, other := math.Sqrt(f.W*f.H), math.Sqrt(o.W*o.H)
	off := math.Hypot(f.X+f.W/2-o.X-o.W/2, f.Y+f.H/2-o.Y-o.H/2) / max(side, other)
	if off > reach || side > growth*other || other > growth*side {
		return math.Inf(1)
	}
	return off
}

// largest is the index of the largest face with a good score, -1 when there is none.
func largest(found []Face) int {
	best := -1
	for i, f := range found {
		if f.Score >= FindScore && (best < 0 || f.W*f.H > found[best].W*found[best].H) {
			best = i
		}
	}
	return best
}

// usurped tells whether the largest face of a whole picture has been so much larger than the main one for so
// long that it is the main one now: somebody who walks past the camera is not.
func (t *Tracker) usurped(main Face, found []Face, largest int, now time.Duration) bool {
	if largest < 0 || found[largest].W*found[largest].H < takeover*main.W*main.H {
		t.contest = false
		return false
	}
	if !t.contest || math.IsInf(found[largest].away(t.rival), 1) {
		t.contest, t.rises = true, now
	}
	t.rival = found[largest]
	return now-t.rises >= insists
}

// Main is the followed face; ok is false while there is none.
func (t *Tracker) Main() (f Face, ok bool) { return t.main, t.have }

// Seen reports whether the last detection found the main face.
func (t *Tracker) Seen() bool { return t.have && !t.missed }

// Missing reports whether the main face is waited for: it was seen a moment ago, but not by the last
// detection.
func (t *Tracker) Missing() bool { return t.have && t.missed }

// Person counts how often a face at another place became the main one.
func (t *Tracker) Person() int { return t.person }

// Reset forgets where the face was.
func (t *Tracker) Reset() { *t = Tracker{person: t.person} }
