package eval

import "github.com/pp-enter/pp-enter/inference/tensor"

// SSIMWindow is the side, in pixels, of the squares that SSIM compares; planes are at least that large.
const SSIMWindow = 7

// SSIM is the mean structural similarity of two planes of one size (Wang, Bovik, Sheikh and Simoncelli
// 2004, with uniform windows of 7 x 7; variances are means over the window, as in the paper): 1 for the same
// picture, around 0 for unrelated ones.
func SSIM(a, b tensor.Plane) float64 { return SSIMWithin(a, b, func(int, int) bool { return true }) }

// SSIMWithin is SSIM over the windows whose centre (x, y) is in; 0 when there is none.
func SSIMWithin(a, b tensor.Plane, in func(x, y int) bool) float64 {
	sameSize(a, b)
	const c1, c2 = (0.01 * 255) * (0.01 * 255), (0.03 * 255) * (0.03 * 255)
	var sums [5]*integral // of a, b, a*a, b*b and a*b
	for i := range sums {
		sums[i] = newIntegral(a.W, a.H)
	}
	for y := range a.H {
		others := b.Row(y)
		for x, v := range a.Row(y) {
			p, q := float64(v), float64(others[x])
			for i, v := range [5]float64{p, q, p * p, q * q, p * q} {
				sums[i].set(x, y, v)
			}
		}
	}
	const around, n = SSIMWindow / 2, SSIMWindow * SSIMWindow
	total, count := 0.0, 0
	for y := around; y < a.H-around; y++ {
		for x := around; x < a.W-around; x++ {
			if !in(x, y) {
				continue
			}
			var m [5]float64
			for i := range m {
				m[i] = sums[i].sum(x-around, y-around, x+around+1, y+around+1) / n
			}
			varA, varB, cov := m[2]-m[0]*m[0], m[3]-m[1]*m[1], m[4]-m[0]*m[1]
			total += (2*m[0]*m[1] + c1) * (2*cov + c2) / ((m[0]*m[0] + m[1]*m[1] + c1) * (varA + varB + c2))
			count++
		}
	}
	if count == 0 {
		return 0
	}
	return total / float64(count)
}

// integral answers sums over rectangles in constant time.
type integral struct {
	w int
	s []float64
}

func newIntegral(w, h int) *integral { return &integral{w: w + 1, s: make([]float64, (w+1)*(h+1))} }

// set adds the value of (x, y); values come row by row.
func (t *integral) set(x, y int, v float64) {
	t.s[(y+1)*t.w+x+1] = v + t.s[y*t.w+x+1] + t.s[(y+1)*t.w+x] - t.s[y*t.w+x]
}

// sum is over x0 <= x < x1 and y0 <= y < y1.
func (t *integral) sum(x0, y0, x1, y1 int) float64 {
	return t.s[y1*t.w+x1] - t.s[y0*t.w+x1] - t.s[y1*t.w+x0] + t.s[y0*t.w+x0]
}
