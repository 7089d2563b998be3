package media

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font/sfnt"
)

// Part is one person's part of a picture of a call.
type Part struct {
	Image image.Image // nil: the camera was off
	Name  string      // written into the corner; empty: nothing is
}

// Composer makes one picture of several. Safe for concurrent use.
type Composer struct {
	fonts []*sfnt.Font
}

// NewComposer reads the fonts (WOFF) that write names; the first one that has a letter writes it. Without
// fonts nothing is written.
func NewComposer(woff ...[]byte) (*Composer, error) {
	c := &Composer{}
	for _, data := range woff {
		plain, err := unpackWOFF(data)
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		f, err := sfnt.Parse(plain)
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		c.fonts = append(c.fonts, f)
	}
	return c, nil
}

// A tile for a camera that is off, where no other part says how large it should be.
const (
	tileWidth  = 640
	tileHeight = 480
)

// Compose puts the parts side by side, in their order, at their own size; lower ones are scaled up to the
// highest.
func (c *Composer) Compose(parts ...Part) *image.RGBA {
	size, areas := layout(parts)
	out := image.NewRGBA(image.Rectangle{Max: size})
	for i, p := range parts {
		c.place(out, areas[i], p)
	}
	return out
}

// layout says where each part goes, and how large the whole is.
func layout(parts []Part) (whole image.Point, areas []image.Rectangle) {
	size := image.Pt(0, 0)
	for _, p := range parts {
		if p.Image != nil && p.Image.Bounds().Dy() > size.Y {
			size = p.Image.Bounds().Size()
		}
	}
	if size.Y == 0 {
		size = image.Pt(tileWidth, tileHeight)
	}
	areas, x := make([]image.Rectangle, len(parts)), 0
	for i, p := range parts {
		w := size.X
		if p.Image != nil {
			b := p.Image.Bounds()
			w = (b.Dx()*size.Y + b.Dy()/2) / b.Dy()
		}
		areas[i] = image.Rect(x, 0, x+w, size.Y)
		x += w
	}
	return image.Pt(x, size.Y), areas
}

// place draws one part into its area.
func (c *Composer) place(out *image.RGBA, area image.Rectangle, p Part) {
	switch {
	case p.Image == nil:
		shade(out, area)
	case p.Image.Bounds().Dy() == area.Dy():
		draw.Draw(out, area, p.Image, p.Image.Bounds().Min, draw.Src)
	default:
		xdraw.CatmullRom.Scale(out, area, p.Image, p.Image.Bounds(), draw.Src, nil)
	}
	if p.Name != "" && len(c.fonts) > 0 {
		c.label(out, area, p.Name)
	}
}

// shade fills the area of a camera that is off: a quiet evening blue, lighter towards the middle.
func shade(out *image.RGBA, area image.Rectangle) {
	w, h := float64(area.Dx()), float64(area.Dy())
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			dx, dy := (float64(x-area.Min.X)+.5)/w-.5, (float64(y-area.Min.Y)+.5)/h-.5
			glow := max(0, 1-2.2*(dx*dx+dy*dy))
			out.SetRGBA(x, y, color.RGBA{uint8(24 + 26*glow), uint8(28 + 34*glow), uint8(44 + 46*glow), 255})
		}
	}
}

// label writes a name on a dark pill into the lower left corner; what does not fit ends in an ellipsis.
func (c *Composer) label(out *image.RGBA, area image.Rectangle, name string) {
	size := max(float64(area.Dy())/24, 12) // pixels
	pen, err := c.newPen(size)
	if err != nil {
		return // a picture without a name is better than none
	}
	pad := int(size * .6)
	text := pen.fit(name, area.Dx()-6*pad)
	w := pen.width(text)
	height := int(size * 1.9)
	pill := image.Rect(0, 0, w+2*pad, height).Add(image.Pt(area.Min.X+pad, area.Max.Y-pad-height))
	round(out, pill, color.RGBA{0, 0, 0, 150})
	pen.write(out, text, pill.Min.X+pad, pill.Min.Y+int(size*1.32))
}

// round fills a rectangle with round ends.
func round(out *image.RGBA, r image.Rectangle, c color.RGBA) {
	radius := float64(r.Dy()) / 2
	mask := image.NewAlpha(r)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			dx := max(float64(r.Min.X)+radius-float64(x)-.5, float64(x)+.5-float64(r.Max.X)+radius, 0)
			dy := float64(y) + .5 - float64(r.Min.Y) - radius
			inside := min(max(radius+.5-math.Hypot(dx, dy), 0), 1)
			mask.SetAlpha(x, y, color.Alpha{uint8(255 * inside)})
		}
	}
	draw.DrawMask(out, r, image.NewUniform(color.NRGBA(c)), image.Point{}, mask, r.Min, draw.Over)
}
