package eval

import (
	"math"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

const (
	// square is the half side of the squares over which luma is averaged before pictures are compared: an
	// average keeps what moves and loses most of a camera's noise.
	square = 4
	// A pixel counts as moved when its average changed by so many times what is usual in this pair of
	// pictures, which is the noise that is left, and by the bounds in levels of luma.
	beyondNoise      = 6
	leastCalm        = 1.5
	mostCalm         = 6
	changesPerLevel  = 20 // resolution of the search for the usual change
	largestOfChanges = 256 * changesPerLevel
	// reach is how far around what moved the matte may change for a reason, in pixels of the matte.
	reach = 4
)

// Flicker measures how much a matte changes from picture to picture where the picture itself does not. The
// zero value is ready. Mattes of one video are added in order; another size begins anew.
type Flicker struct {
	before, now []float64 // luma at the matte's size, averaged over small squares
	matte       []byte    // of the picture before
	w, h        int
	have        bool

	still, all     float64 // sums of absolute change, 0..1 a pixel
	stillN, pixels int
}

// Add takes the matte of the next picture and the picture's luma, which is scaled to the matte's size.
func (f *Flicker) Add(luma, matte tensor.Plane) {
	if f.w != matte.W || f.h != matte.H {
		f.w, f.h, f.have = matte.W, matte.H, false
		f.before, f.now = make([]float64, f.w*f.h), make([]float64, f.w*f.h)
		f.matte = make([]byte, f.w*f.h)
	}
	f.before, f.now = f.now, f.before
	f.average(luma)
	if f.have {
		f.compare(matte)
	}
	for y := range matte.H {
		copy(f.matte[y*f.w:], matte.Row(y))
	}
	f.have = true
}

// average writes luma, scaled to the matte's size and averaged, into now.
func (f *Flicker) average(luma tensor.Plane) {
	small := luma
	if luma.W != f.w || luma.H != f.h {
		small = tensor.NewPlane(f.w, f.h)
		tensor.Scale(small, luma, tensor.Box)
	}
	sums := newIntegral(f.w, f.h)
	for y := range f.h {
		for x, v := range small.Row(y) {
			sums.set(x, y, float64(v))
		}
	}
	for y := range f.h {
		for x := range f.w {
			x0, y0 := max(0, x-square), max(0, y-square)
			x1, y1 := min(f.w, x+square+1), min(f.h, y+square+1)
			f.now[y*f.w+x] = sums.sum(x0, y0, x1, y1) / float64((x1-x0)*(y1-y0))
		}
	}
}

// calm is the change of averaged luma that motion exceeds: it follows the noise, so that a dark room does
// not count as one in motion.
func (f *Flicker) calm() float64 {
	var often [largestOfChanges]int
	for i, v := range f.now {
		often[int(math.Abs(v-f.before[i])*changesPerLevel)]++
	}
	median, seen := 0, often[0]
	for seen < len(f.now)/2 {
		median++
		seen += often[median]
	}
	return min(max(beyondNoise*float64(median)/changesPerLevel, leastCalm), mostCalm)
}

func (f *Flicker) compare(matte tensor.Plane) {
	moved, calm := newIntegral(f.w, f.h), f.calm()
	for y := range f.h {
		for x := range f.w {
			m := 0.0
			if math.Abs(f.now[y*f.w+x]-f.before[y*f.w+x]) > calm {
				m = 1
			}
			moved.set(x, y, m)
		}
	}
	for y := range f.h {
		for x, v := range matte.Row(y) {
			change := math.Abs(float64(v)-float64(f.matte[y*f.w+x])) / 255
			f.all += change
			f.pixels++
			x0, y0 := max(0, x-reach), max(0, y-reach)
			if moved.sum(x0, y0, min(f.w, x+reach+1), min(f.h, y+reach+1)) == 0 {
				f.still += change
				f.stillN++
			}
		}
	}
}

// Share is the flicker: the mean absolute change of the matte from picture to picture, 0..1, over the pixels
// around which the picture did not move. 0 before the second picture, or where all of it moved.
func (f *Flicker) Share() float64 { return f.still / float64(max(f.stillN, 1)) }

// Changed is the mean absolute change of the matte, 0..1, over all pixels, those that moved included.
func (f *Flicker) Changed() float64 { return f.all / float64(max(f.pixels, 1)) }

// Unexplained is the part of all of the matte's change, 0..1, that fell on pixels that did not move.
func (f *Flicker) Unexplained() float64 {
	if f.all == 0 {
		return 0
	}
	return f.still / f.all
}

// Still is the part of the pixels, 0..1, that did not move: what Share is a mean over.
func (f *Flicker) Still() float64 { return float64(f.stillN) / float64(max(f.pixels, 1)) }

// Ghost measures how long a matte keeps showing what has gone. The zero value is ready; another size begins
// anew.
type Ghost struct {
	w, h int
	age  []int // for how many pictures the pixel has been shown without a reason; 0 where it is not
	was  []bool
	most []int // by age: the most pixels that any one picture showed of that age and above
}

// Add takes the matte of the next picture and the true one, of the same size.
func (g *Ghost) Add(got, want tensor.Plane) {
	sameSize(got, want)
	if g.w != got.W || g.h != got.H {
		*g = Ghost{w: got.W, h: got.H, most: g.most}
		g.age, g.was = make([]int, g.w*g.h), make([]bool, g.w*g.h)
	}
	var byAge []int
	for y := range g.h {
		truth := want.Row(y)
		for x, v := range got.Row(y) {
			i := y*g.w + x
			person := truth[x] >= half
			switch {
			case person || v < half:
				g.age[i] = 0
			case g.was[i] || g.age[i] > 0: // it left, now or before, and was shown ever since
				g.age[i]++
			}
			g.was[i] = person
			for len(byAge) <= g.age[i] {
				byAge = append(byAge, 0)
			}
			byAge[g.age[i]]++
		}
	}
	for older, age := 0, len(byAge)-1; age > 0; age-- {
		older += byAge[age]
		for len(g.most) <= age {
			g.most = append(g.most, 0)
		}
		g.most[age] = max(g.most[age], older)
	}
}

// Longest is the largest number of pictures in a row that at least the given number of pixels (0 counts as
// 1) were shown as person after they had stopped being it. 0: they vanished with the first picture without
// them.
func (g *Ghost) Longest(pixels int) int {
	for age := len(g.most) - 1; age > 0; age-- {
		if g.most[age] >= max(pixels, 1) {
			return age
		}
	}
	return 0
}
