package truth

import "github.com/pp-enter/pp-enter/sfu/frame"

// The number is a row of blocks in the upper left corner: a white and a black one to compare with, the
// number's bits, the highest first, and check bits.
const (
	numberBits = 14
	checkBits  = 4
	blocks     = 2 + numberBits + checkBits
	// perWidth is how many blocks would fill the frame's width.
	perWidth = 80
	// numberTop is how many blocks are left free above and to the left.
	numberTop = 1
)

// Numbers is how many frames have a number of their own; then they begin again at 0.
const Numbers = 1 << numberBits

func check(n int) int { return (n ^ n>>4 ^ n>>8 ^ n>>12 ^ 0b1010) & (1<<checkBits - 1) }

// block is the rectangle of a block without its soft borders.
func block(k, width int) (x0, y0, x1, y1 int) {
	side := max(width/perWidth, 4)
	edge := side / 4
	x0, y0 = (numberTop+k)*side, numberTop*side
	return x0 + edge, y0 + edge, x0 + side - edge, y0 + side - edge
}

// number puts the number into the frame in work, in front of everything, the person included.
func (c *Clip) number(i int) {
	n := i % Numbers
	code := n<<checkBits | check(n)
	w, h := c.o.Width, c.o.Height
	side := max(w/perWidth, 4)
	white, black := ofRGB(225, 225, 225), ofRGB(12, 12, 12)
	for k := range blocks {
		p := black
		if k == 0 || k > 1 && code>>(blocks-1-k)&1 == 1 {
			p = white
		}
		for y := numberTop * side; y < min((numberTop+1)*side, h); y++ {
			for x := (numberTop + k) * side; x < min((numberTop+k+1)*side, w); x++ {
				c.paint.set(y*w+x, p)
				c.alpha[y*w+x] = 0
			}
		}
	}
}

// Number reads the number of a frame that may have been compressed, tinted or dimmed since it was drawn. ok
// is false where there is none to be read.
func Number(f *frame.Frame) (n int, ok bool) {
	var mean [blocks]int
	for k := range blocks {
		x0, y0, x1, y1 := block(k, f.Width)
		if x1 > f.Width || y1 > f.Height {
			return 0, false
		}
		sum := 0
		for y := y0; y < y1; y++ {
			for _, v := range f.Y[y*f.StrideY:][x0:x1] {
				sum += int(v)
			}
		}
		mean[k] = sum / ((x1 - x0) * (y1 - y0))
	}
	const least = 24 // levels between white and black
	if mean[0]-mean[1] < least {
		return 0, false
	}
	code := 0
	for _, v := range mean[2:] {
		code <<= 1
		if 2*v > mean[0]+mean[1] {
			code |= 1
		}
	}
	n = code >> checkBits
	return n, code&(1<<checkBits-1) == check(n)
}
