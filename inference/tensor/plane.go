package tensor

// Plane is a rectangle of 8-bit samples; rows start Stride bytes apart.
type Plane struct {
	Pix    []byte
	Stride int
	W, H   int
}

// NewPlane returns a plane of w x h samples.
func NewPlane(w, h int) Plane {
	return Plane{Pix: make([]byte, w*h), Stride: w, W: w, H: h}
}

// PlaneOf wraps the samples of a picture's plane.
func PlaneOf(pix []byte, stride, w, h int) Plane {
	return Plane{Pix: pix, Stride: stride, W: w, H: h}
}

// Crop is the part r of p, which must lie inside; it shares the samples.
func (p Plane) Crop(r Rect) Plane {
	first := r.Y*p.Stride + r.X
	last := (r.Y+r.H-1)*p.Stride + r.X + r.W
	return Plane{Pix: p.Pix[first:last], Stride: p.Stride, W: r.W, H: r.H}
}

// Row is the y-th row.
func (p Plane) Row(y int) []byte { return p.Pix[y*p.Stride:][:p.W] }
