package tensor

import (
	"fmt"
	"math"
)

// Rect is a rectangle of whole samples.
type Rect struct{ X, Y, W, H int }

// View says which part of a picture (Source, luma pixels) lies where in a square tensor (Target).
type View struct{ Source, Target Rect }

// maxStretch is the strongest squeeze of one side against the other that a view makes: a 4:3 picture fits a
// square whole. The models bear that well; 16:9 squeezed to a square costs them the outline of the hair.
const maxStretch = 4.0 / 3

// Whole is the view of a whole w x h picture in a tensor of size x size. Pictures longer than 4:3 (or 3:4)
// get bars: above a wide one, so that shoulders still leave the tensor at its bottom, and at both sides of
// an upright one.
func Whole(w, h, size int) View {
	v := View{Source: Rect{W: w, H: h}, Target: Rect{W: size, H: size}}
	switch ratio := float64(w) / float64(h); {
	case ratio > maxStretch:
		v.Target.H = max(1, int(math.Round(float64(size)*maxStretch/ratio)))
		v.Target.Y = size - v.Target.H
	case ratio < 1/maxStretch:
		v.Target.W = max(1, int(math.Round(float64(size)*maxStretch*ratio)))
		v.Target.X = (size - v.Target.W) / 2
	}
	return v
}

// Letterbox is the view of the part src of a picture without any squeeze: its longer side fills the tensor,
// bars share the rest.
func Letterbox(src Rect, size int) View {
	t := Rect{W: size, H: size}
	if src.W > src.H {
		t.H = max(1, size*src.H/src.W)
	} else {
		t.W = max(1, size*src.W/src.H)
	}
	t.X, t.Y = (size-t.W)/2, (size-t.H)/2
	return View{Source: src, Target: t}
}

// Square is the square of the given side around (x, y), moved and shrunk into a w x h picture.
func Square(x, y, side float64, w, h int) Rect {
	s := min(int(math.Round(max(side, 2))), w, h)
	left := min(max(int(math.Round(x-float64(s)/2)), 0), w-s)
	top := min(max(int(math.Round(y-float64(s)/2)), 0), h-s)
	return Rect{X: left, Y: top, W: s, H: s}
}

// ToPicture maps a point of the tensor (in tensor pixels) to luma pixels of the picture.
func (v View) ToPicture(x, y float64) (px, py float64) {
	px = float64(v.Source.X) + (x-float64(v.Target.X))*float64(v.Source.W)/float64(v.Target.W)
	py = float64(v.Source.Y) + (y-float64(v.Target.Y))*float64(v.Source.H)/float64(v.Target.H)
	return px, py
}

func (v View) check(w, h, size int) error {
	if !v.Source.within(w, h) {
		return fmt.Errorf("view %v lies outside of a %dx%d picture", v.Source, w, h)
	}
	if !v.Target.within(size, size) {
		return fmt.Errorf("target %v lies outside of a %dx%d tensor", v.Target, size, size)
	}
	return nil
}

func (r Rect) within(w, h int) bool {
	return r.X >= 0 && r.Y >= 0 && r.W >= 1 && r.H >= 1 && r.X+r.W <= w && r.Y+r.H <= h
}
