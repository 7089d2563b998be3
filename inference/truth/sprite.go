package truth

import (
	"bytes"
	_ "embed" // the pictures
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
)

// The cut-outs: colours that go on beyond the outline, and the outline.
var (
	//go:embed woman.jpg
	womanColours []byte
	//go:embed woman.png
	womanOutline []byte
	//go:embed man.jpg
	manColours []byte
	//go:embed man.png
	manOutline []byte
)

// sprite is a cut-out person; below its last row that row goes on. Samples are luma, U, V (BT.601 studio
// range) times alpha, and alpha (0..1).
type sprite struct {
	w, h int
	at   [][4]float32
}

func loadSprite(p Person) (*sprite, error) {
	colours, outline := womanColours, womanOutline
	if p == Man {
		colours, outline = manColours, manOutline
	}
	img, err := jpeg.Decode(bytes.NewReader(colours))
	if err != nil {
		return nil, fmt.Errorf("read person: %w", err)
	}
	alpha, err := png.Decode(bytes.NewReader(outline))
	if err != nil {
		return nil, fmt.Errorf("read outline of person: %w", err)
	}
	grey, ok := alpha.(*image.Gray)
	if !ok || img.Bounds() != alpha.Bounds() {
		return nil, fmt.Errorf("read outline of person: %T of %v", alpha, alpha.Bounds())
	}
	s := &sprite{w: img.Bounds().Dx(), h: img.Bounds().Dy()}
	for y := range s.h {
		for x := range s.w {
			r, g, b, _ := img.At(x, y).RGBA()
			a := float32(grey.GrayAt(x, y).Y) / 255
			c := ofRGB(float32(r)/257, float32(g)/257, float32(b)/257)
			s.at = append(s.at, [4]float32{c[0] * a, c[1] * a, c[2] * a, a})
		}
	}
	return s, nil
}

// ofRGB converts channels of 0..255.
func ofRGB(r, g, b float32) colour {
	return colour{
		16 + .256788*r + .504129*g + .097906*b,
		128 - .148223*r - .290993*g + .439216*b,
		128 + .439216*r - .367788*g - .071427*b,
	}
}

// shrunk is the sprite for a scale below 1: halved until bilinear reading leaves nothing out.
func (s *sprite) shrunk(scale float64) *sprite {
	for ; scale < .6 && s.w > 8 && s.h > 8; scale *= 2 {
		half := &sprite{w: s.w / 2, h: s.h / 2}
		for y := range half.h {
			for x := range half.w {
				var sum [4]float32
				top := 2*y*s.w + 2*x
				for _, i := range []int{top, top + 1, top + s.w, top + s.w + 1} {
					for k := range sum {
						sum[k] += s.at[i][k] / 4
					}
				}
				half.at = append(half.at, sum)
			}
		}
		s = half
	}
	return s
}

// read is the sprite at (x, y), bilinear; nothing beyond the sides and above.
func (s *sprite) read(x, y float64) [4]float32 {
	x, y = x-.5, min(y-.5, float64(s.h-1))
	i, j := int(math.Floor(x)), int(math.Floor(y))
	if i < -1 || i >= s.w || j < -1 {
		return [4]float32{}
	}
	fx, fy := float32(x-float64(i)), float32(y-float64(j))
	var out [4]float32
	add := func(i, j int, k float32) {
		if i < 0 || i >= s.w || j < 0 || k == 0 {
			return
		}
		p := &s.at[min(j, s.h-1)*s.w+i]
		for c := range out {
			out[c] += k * p[c]
		}
	}
	add(i, j, (1-fx)*(1-fy))
	add(i+1, j, fx*(1-fy))
	add(i, j+1, (1-fx)*fy)
	add(i+1, j+1, fx*fy)
	return out
}

// drawPerson puts the person into the frame in work.
func (c *Clip) drawPerson(p pose) {
	w, h := c.o.Width, c.o.Height
	k := c.scale() * p.scale
	cos, sin := math.Cos(p.turn)/k, math.Sin(p.turn)/k
	midX, midY := float64(w)*(.5-c.o.Left)+p.x, float64(h)
	for y := range h {
		for x := range w {
			dx, dy := float64(x)+.5-midX, float64(y)+.5-midY-p.y
			at := c.person.read(dx*cos+dy*sin+float64(c.person.w)/2, dy*cos-dx*sin+float64(c.person.h))
			if at[3] > 0 {
				at[0] = 16*at[3] + (at[0]-16*at[3])*c.lit
				c.put(y*w+x, at)
			}
		}
	}
}

// put lays a sample times its alpha over the frame in work.
func (c *Clip) put(i int, at [4]float32) {
	rest := 1 - at[3]
	c.paint.y[i] = at[0] + rest*c.paint.y[i]
	c.paint.u[i] = at[1] + rest*c.paint.u[i]
	c.paint.v[i] = at[2] + rest*c.paint.v[i]
	c.alpha[i] = min(1, at[3]+rest*c.alpha[i])
}
