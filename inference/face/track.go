package face

import (
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
	takeover = 2.0                    // another face becomes the main one when it is so many times as large
)

// Tracker follows the main face of one video: the largest at first, then the same one for as long as it is
// seen. It also says where to look next: around the followed face, which doubles the precision of its
// points, and now and then at the whole picture. Not safe for concurrent use.
type Tracker struct {
	main   Face
	have   bool
	seen   time.Duration // media time of main
	looks  int           // detections since the last survey
	missed bool          // the last look found nothing
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
	if v.Source == (tensor.Rect{W: w, H: h}) {
		t.looks = 0
	} else {
		t.looks++
	}
	i := t.choose(found)
	t.missed = i < 0
	if i >= 0 {
		t.main, t.have, t.seen = found[i], true, now
	} else if t.have && (now-t.seen > keepFor || now < t.seen) {
		t.Reset()
	}
}

// choose is the index of the main face, -1 when there is none.
func (t *Tracker) choose(found []Face) int {
	same, largest, closest := -1, -1, sameFace/2
	for i, f := range found {
		if o := f.overlap(t.main); t.have && o > closest {
			same, closest = i, o
		}
		if f.Score >= FindScore && (largest < 0 || f.W*f.H > found[largest].W*found[largest].H) {
			largest = i
		}
	}
	if same >= 0 && (largest < 0 || found[largest].W*found[largest].H < takeover*found[same].W*found[same].H) {
		return same
	}
	return largest
}

// Main is the followed face; ok is false while there is none.
func (t *Tracker) Main() (f Face, ok bool) { return t.main, t.have }

// Seen reports whether the last detection found the main face.
func (t *Tracker) Seen() bool { return t.have && !t.missed }

// Reset forgets the face.
func (t *Tracker) Reset() { *t = Tracker{} }
