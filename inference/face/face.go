// Package face finds faces with BlazeFace (Bazarevsky et al., 2019, short range "front" model) and keeps an
// eye on the main one between detections.
package face

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// InputSize is the side of the model's square input in pixels.
const InputSize = 128

// The model's anchors: two for each cell of a 16x16 grid, then six for each cell of an 8x8 grid.
const (
	fineGrid, fineEach     = 16, 2
	coarseGrid, coarseEach = 8, 6
	fine                   = fineGrid * fineGrid * fineEach
	coarse                 = coarseGrid * coarseGrid * coarseEach
	numbers                = 16 // per anchor: a box and six points
)

// Point is a place in the picture, luma pixels.
type Point struct{ X, Y float64 }

// Face is one face: its box and the points that matter here, in luma pixels. Left and Right are meant as
// seen in the picture.
type Face struct {
	X, Y, W, H          float64 // box, from the top left
	LeftEye, RightEye   Point
	Nose, Mouth         Point
	LeftSide, RightSide Point // where the ears begin
	Score               float32
}

// EyeDistance is the distance between the eyes in pixels.
func (f Face) EyeDistance() float64 {
	return math.Hypot(f.RightEye.X-f.LeftEye.X, f.RightEye.Y-f.LeftEye.Y)
}

// Roll is how far the head is tilted towards a shoulder, radians; 0 is upright.
func (f Face) Roll() float64 { return math.Atan2(f.RightEye.Y-f.LeftEye.Y, f.RightEye.X-f.LeftEye.X) }

func (f Face) overlap(o Face) float64 {
	w := min(f.X+f.W, o.X+o.W) - max(f.X, o.X)
	h := min(f.Y+f.H, o.Y+o.H) - max(f.Y, o.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h / (f.W*f.H + o.W*o.H - w*h)
}

// Outputs are the model's four outputs: logits of the fine and the coarse anchors, then their boxes and
// points.
type Outputs struct{ FineScores, CoarseScores, FineBoxes, CoarseBoxes []float32 }

// ErrOutputs means that the outputs have other sizes than BlazeFace's.
var ErrOutputs = errors.New("outputs are not those of BlazeFace")

// Decoder reads the model's outputs. It owns scratch memory and is not safe for concurrent use.
type Decoder struct {
	raw   []Face
	taken []bool
}

// NewDecoder returns a decoder.
func NewDecoder() *Decoder {
	return &Decoder{raw: make([]Face, 0, fine+coarse), taken: make([]bool, fine+coarse)}
}

// sameFace is the overlap from which on two boxes are the same face.
const sameFace = 0.3

// Decode appends to faces what the outputs of a picture under view v hold with at least the score (0..1)
// least, best first. Boxes of one face are averaged by their scores, as BlazeFace's authors do, which
// steadies the points.
func (d *Decoder) Decode(o Outputs, v tensor.View, least float32, faces []Face) ([]Face, error) {
	if len(o.FineScores) != fine || len(o.CoarseScores) != coarse ||
		len(o.FineBoxes) != fine*numbers || len(o.CoarseBoxes) != coarse*numbers {
		return faces, ErrOutputs
	}
	d.raw = d.raw[:0]
	d.collect(o.FineScores, o.FineBoxes, fineGrid, fineEach, v, least)
	d.collect(o.CoarseScores, o.CoarseBoxes, coarseGrid, coarseEach, v, least)
	slices.SortFunc(d.raw, func(a, b Face) int { return cmp.Compare(b.Score, a.Score) })
	taken := d.taken[:len(d.raw)]
	clear(taken)
	for i, best := range d.raw {
		if taken[i] {
			continue
		}
		var sum Face
		weight := 0.0
		for j := i; j < len(d.raw); j++ {
			if !taken[j] && (j == i || d.raw[j].overlap(best) > sameFace) {
				taken[j] = true
				w := float64(d.raw[j].Score)
				sum.add(d.raw[j], w)
				weight += w
			}
		}
		sum.scale(1 / weight)
		sum.Score = best.Score
		faces = append(faces, sum)
	}
	return faces, nil
}

// collect reads the anchors of one grid.
func (d *Decoder) collect(scores, boxes []float32, grid, each int, v tensor.View, least float32) {
	cell := float64(InputSize) / float64(grid)
	for i, logit := range scores {
		score := float32(1 / (1 + math.Exp(-float64(logit))))
		if !(score >= least) { // so that a NaN is no face
			continue
		}
		at := i / each
		cx, cy := (float64(at%grid)+.5)*cell, (float64(at/grid)+.5)*cell
		b := boxes[i*numbers:][:numbers]
		if !near(b) {
			continue
		}
		if f := readFace(b, cx, cy, v); f.sound() {
			f.Score = score
			d.raw = append(d.raw, f)
		}
	}
}

// readFace maps a box and its points, relative to the anchor's centre in pixels of the input, to the picture.
func readFace(b []float32, cx, cy float64, v tensor.View) Face {
	at := func(i int) Point {
		x, y := v.ToPicture(cx+float64(b[i]), cy+float64(b[i+1]))
		return Point{x, y}
	}
	w, h := float64(b[2])/2, float64(b[3])/2
	x0, y0 := v.ToPicture(cx+float64(b[0])-w, cy+float64(b[1])-h)
	x1, y1 := v.ToPicture(cx+float64(b[0])+w, cy+float64(b[1])+h)
	return Face{
		X: x0, Y: y0, W: x1 - x0, H: y1 - y0,
		LeftEye: at(4), RightEye: at(6), Nose: at(8), Mouth: at(10), LeftSide: at(12), RightSide: at(14),
	}
}

// near refuses boxes and points that are no numbers, or farther from their anchor than twice the input's
// side: one of them would spoil the average of all.
func near(b []float32) bool {
	for _, v := range b {
		if !(v >= -2*InputSize && v <= 2*InputSize) { // so that a NaN is not near
			return false
		}
	}
	return true
}

// sound refuses what is no face in any picture: an empty box, eyes on one spot.
func (f Face) sound() bool { return f.W > 1 && f.H > 1 && f.EyeDistance() > 1 }

func (f *Face) points() [6]*Point {
	return [6]*Point{&f.LeftEye, &f.RightEye, &f.Nose, &f.Mouth, &f.LeftSide, &f.RightSide}
}

func (f *Face) add(o Face, w float64) {
	f.X, f.Y, f.W, f.H = f.X+o.X*w, f.Y+o.Y*w, f.W+o.W*w, f.H+o.H*w
	from := o.points()
	for i, p := range f.points() {
		p.X, p.Y = p.X+from[i].X*w, p.Y+from[i].Y*w
	}
}

func (f *Face) scale(k float64) {
	f.X, f.Y, f.W, f.H = f.X*k, f.Y*k, f.W*k, f.H*k
	for _, p := range f.points() {
		p.X, p.Y = p.X*k, p.Y*k
	}
}
