package segment

import "github.com/pp-enter/pp-enter/inference/tensor"

const (
	// coarse is the longer side of the grid on which motion between mattes is looked for.
	coarse = 80
	// stir is how much the mean luma of the outline's cells must change, in multiples of the noise, and drift
	// the least of that in levels, for the outline to have moved.
	stir, drift = 4, 1.6
	// leap is the change of a single cell, in levels, that is something new in the picture, and crowd the share
	// of the cells that must have it.
	leap, crowd = 14, .008
	// skips is how many pictures pass without an answer of yes before there is another one.
	skips = 2
)

// outline remembers a picture and where its matte had its edge, on a coarse grid.
type outline struct {
	before, now tensor.Plane
	matte       tensor.Plane
	band        []int // the cells around the edge
	skipped     int
	have        bool
}

// Keep remembers the picture that the last Update's mask was made of. luma is its whole luma plane, at any
// size.
func (m *Matte) Keep(luma tensor.Plane) {
	o := &m.outline
	o.resize(luma.W, luma.H)
	tensor.Scale(o.before, luma, tensor.Box)
	tensor.Scale(o.matte, m.Plane(), tensor.Box)
	o.findBand()
	o.have = true
}

// Moved tells whether the person's outline, or something as large as a hand, moved so much between the
// picture kept last and this one that the matte is wrong for it. It says so for one picture in three at most,
// so that who makes a new matte then does not make them all. luma is the picture's whole luma plane.
func (m *Matte) Moved(luma tensor.Plane) bool {
	o := &m.outline
	o.skipped++
	if o.skipped <= skips || !o.have {
		return false
	}
	w, h := o.before.W, o.before.H
	o.resize(luma.W, luma.H)
	if o.before.W != w || o.before.H != h {
		return false
	}
	tensor.Scale(o.now, luma, tensor.Box)
	if !o.changed() {
		return false
	}
	o.skipped = 0
	return true
}

func (o *outline) resize(w, h int) {
	cw, ch := coarse, max(2, coarse*h/max(w, 1))
	if h > w {
		cw, ch = max(2, coarse*w/h), coarse
	}
	if o.before.W == cw && o.before.H == ch {
		return
	}
	o.before, o.now, o.matte = tensor.NewPlane(cw, ch), tensor.NewPlane(cw, ch), tensor.NewPlane(cw, ch)
	o.band, o.have = make([]int, 0, cw*ch), false
}

// findBand collects the cells that hold an edge of the matte, and their neighbours.
func (o *outline) findBand() {
	w, h := o.matte.W, o.matte.H
	o.band = o.band[:0]
	for y := range h {
		for x := range w {
			lo, hi := byte(255), byte(0)
			for j := max(0, y-1); j <= min(h-1, y+1); j++ {
				for _, v := range o.matte.Row(j)[max(0, x-1):min(w, x+2)] {
					lo, hi = min(lo, v), max(hi, v)
				}
			}
			if lo < 128 && hi >= 128 {
				o.band = append(o.band, y*w+x)
			}
		}
	}
}

func (o *outline) changed() bool {
	change := func(i int) int {
		d := int(o.now.Pix[i]) - int(o.before.Pix[i])
		return max(d, -d)
	}
	var cells [256]int // by their change
	for i := range o.now.Pix {
		cells[change(i)]++
	}
	leaps, noise := 0, 0
	for d := leap; d < len(cells); d++ {
		leaps += cells[d]
	}
	if float64(leaps) > crowd*float64(len(o.now.Pix)) {
		return true
	}
	if len(o.band) == 0 {
		return false
	}
	for below := cells[0]; below < len(o.now.Pix)/2; below += cells[noise] { // the median
		noise++
	}
	sum := 0
	for _, i := range o.band {
		sum += change(i)
	}
	// Changes are whole levels: of a quiet picture most say 0.
	return float64(sum)/float64(len(o.band)) > max(stir*(float64(noise)+.25), drift)
}
