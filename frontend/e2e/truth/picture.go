package main

import (
	"fmt"
	"os"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// picture is one decoded picture: luma for structure, red, green and blue (0..255) for colour.
type picture struct {
	w, h int
	luma []float32 // BT.601 studio range, 16..235
	rgb  []float32 // three values a pixel
}

// readRGBA reads a canvas' pixels: four bytes each, w x h of them.
func readRGBA(name string, w, h int) (*picture, error) {
	pix, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read received picture: %w", err)
	}
	if len(pix) != 4*w*h {
		return nil, fmt.Errorf("read received picture %s: %d bytes instead of %d", name, len(pix), 4*w*h)
	}
	p := &picture{w: w, h: h, luma: make([]float32, w*h), rgb: make([]float32, 3*w*h)}
	for i := range w * h {
		r, g, b := float32(pix[4*i]), float32(pix[4*i+1]), float32(pix[4*i+2])
		p.rgb[3*i], p.rgb[3*i+1], p.rgb[3*i+2] = r, g, b
		p.luma[i] = 16 + (65.481*r+128.553*g+24.966*b)/255
	}
	return p, nil
}

// plane is the luma in whole levels.
func (p *picture) plane() tensor.Plane {
	out := tensor.NewPlane(p.w, p.h)
	for i, v := range p.luma {
		out.Pix[i] = byte(v + .5)
	}
	return out
}

// fromFrame converts a source picture by BT.601, as the browser does on its way to the canvas.
func fromFrame(f *frame.Frame) *picture {
	p := &picture{w: f.Width, h: f.Height}
	p.luma = make([]float32, p.w*p.h)
	p.rgb = make([]float32, 3*p.w*p.h)
	for y := range p.h {
		for x := range p.w {
			i := y*p.w + x
			luma := float32(f.Y[y*f.StrideY+x])
			u := float32(f.U[y/2*f.StrideUV+x/2]) - 128
			v := float32(f.V[y/2*f.StrideUV+x/2]) - 128
			p.luma[i] = luma
			grey := 1.164383 * (luma - 16)
			p.rgb[3*i] = clamp(grey + 1.596027*v)
			p.rgb[3*i+1] = clamp(grey - 0.391762*u - 0.812968*v)
			p.rgb[3*i+2] = clamp(grey + 2.017232*u)
		}
	}
	return p
}

func clamp(v float32) float32 { return min(max(v, 0), 255) }
