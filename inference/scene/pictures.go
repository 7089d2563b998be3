package scene

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// The size at which pictures are painted: the 4:3 of most cameras, cut to other shapes.
const (
	pictureWidth  = 960
	pictureHeight = 720
)

// ErrUnknownPicture means that there is no picture of that id.
var ErrUnknownPicture = errors.New("unknown picture")

// Pictures are the still backgrounds; each is painted when it is first asked for. Safe for concurrent use.
type Pictures struct {
	list  []Picture
	paint map[string]func() Canvas
}

func newPictures(list []Picture) *Pictures {
	p := &Pictures{list: list, paint: make(map[string]func() Canvas, len(list))}
	all := painters()
	for _, pic := range list {
		p.paint[pic.ID] = sync.OnceValue(func() Canvas { return paintPicture(all[pic.Painter], pic) })
	}
	return p
}

// List is what filters.yaml names, in its order.
func (p *Pictures) List() []Picture { return p.list }

// Get returns a picture; the first call for it takes some ten milliseconds. The canvas is shared: do not
// write.
func (p *Pictures) Get(id string) (Canvas, error) {
	paint, ok := p.paint[id]
	if !ok {
		return Canvas{}, fmt.Errorf("%w: %q", ErrUnknownPicture, id)
	}
	return paint(), nil
}

// painter gives the colour at (x, y), both 0..1 from the top left.
type painter func(x, y float32) yuv

// paintPicture runs a painter over the whole picture. Chroma is painted at half the size.
func paintPicture(begin func(Picture) painter, p Picture) Canvas {
	paint := begin(p)
	c := newCanvas(pictureWidth, pictureHeight, pictureWidth/2, pictureHeight/2)
	for j := range c.U.H {
		y := (float32(j) + .5) / float32(c.U.H)
		u, v := c.U.Row(j), c.V.Row(j)
		top, low := c.Y.Row(2*j), c.Y.Row(2*j+1)
		for i := range c.U.W {
			x := (float32(i) + .5) / float32(c.U.W)
			const dx, dy = .25 / (pictureWidth / 2), .25 / (pictureHeight / 2)
			a, b := paint(x-dx, y-dy), paint(x+dx, y-dy)
			d, e := paint(x-dx, y+dy), paint(x+dx, y+dy)
			top[2*i], top[2*i+1], low[2*i], low[2*i+1] = luma(a.y), luma(b.y), luma(d.y), luma(e.y)
			u[i], v[i] = chroma((a.u+b.u+d.u+e.u)/4), chroma((a.v+b.v+d.v+e.v)/4)
		}
	}
	return c
}

// luma and chroma hold a value within studio range: painters may lead out of it.
func luma(v float32) byte { return round8(min(max(v, 16), 235)) }

func chroma(v float32) byte { return round8(min(max(v, 16), 240)) }

// Cut is the middle part of the picture that has the shape of width x height; it shares the samples.
func (c Canvas) Cut(width, height int) Canvas {
	w, h := c.Y.W, c.Y.H
	if w*height > h*width {
		w = max(2, h*width/height)
	} else {
		h = max(2, w*height/width)
	}
	w, h = w&^1, h&^1
	full := rect((c.Y.W-w)/2&^1, (c.Y.H-h)/2&^1, w, h)
	half := rect(full.X/2, full.Y/2, w/2, h/2)
	return Canvas{Y: c.Y.Crop(full), U: c.U.Crop(half), V: c.V.Crop(half)}
}

func rect(x, y, w, h int) tensor.Rect { return tensor.Rect{X: x, Y: y, W: w, H: h} }
