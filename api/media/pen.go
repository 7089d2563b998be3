package media

import (
	"fmt"
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// pen writes one line of text, each letter with the first font that has it. Not safe for concurrent use.
type pen struct {
	fonts []*sfnt.Font
	faces []font.Face
	buf   sfnt.Buffer
}

// newPen is a pen of that size in pixels.
func (c *Composer) newPen(size float64) (*pen, error) {
	p := &pen{fonts: c.fonts}
	for _, f := range c.fonts {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("open font: %w", err)
		}
		p.faces = append(p.faces, face)
	}
	return p, nil
}

// face is the one that writes r; nil: no font has it.
func (p *pen) face(r rune) font.Face {
	for i, f := range p.fonts {
		if g, err := f.GlyphIndex(&p.buf, r); err == nil && g != 0 {
			return p.faces[i]
		}
	}
	return nil
}

// width of the text in pixels, rounded up. Letters that no font has take no place.
func (p *pen) width(text string) int {
	var w fixed.Int26_6
	for _, r := range text {
		if f := p.face(r); f != nil {
			a, _ := f.GlyphAdvance(r)
			w += a
		}
	}
	return w.Ceil()
}

// fit is as much of the text as has place in so many pixels.
func (p *pen) fit(text string, pixels int) string {
	if p.width(text) <= pixels {
		return text
	}
	letters := []rune(text)
	for len(letters) > 0 {
		letters = letters[:len(letters)-1]
		if short := string(letters) + "…"; p.width(short) <= pixels {
			return short
		}
	}
	return ""
}

// write writes the text in white, from x on, on the base line y.
func (p *pen) write(out *image.RGBA, text string, x, y int) {
	dot := fixed.P(x, y)
	for _, r := range text {
		f := p.face(r)
		if f == nil {
			continue
		}
		d := font.Drawer{Dst: out, Src: image.White, Face: f, Dot: dot}
		d.DrawString(string(r))
		dot = d.Dot
	}
}
