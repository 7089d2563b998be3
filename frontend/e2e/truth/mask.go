package main

import (
	"fmt"
	"log/slog"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/inference/ort"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const modelSize = 256

// masker asks the segmentation model alone, without the server's smoothing and refinement, where the person
// is.
type masker struct {
	runtime *ort.Runtime
	session *ort.Session
	fill    *tensor.RGB
}

func openMasker(library string) (*masker, error) {
	model, data, err := assets.LoadModel("selfie", "")
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	runtime, err := ort.Open(ort.Config{
		Library: library, Provider: ort.CPU, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, fmt.Errorf("open runtime: %w", err)
	}
	in := []ort.Port{{Name: model.Input.Name, Shape: model.Input.Shape}}
	out := []ort.Port{{Name: model.Outputs[0].Name, Shape: model.Outputs[0].Shape}}
	session, err := runtime.NewSession(data, in, out)
	if err != nil {
		_ = runtime.Close()
		return nil, fmt.Errorf("open session: %w", err)
	}
	return &masker{runtime: runtime, session: session, fill: tensor.NewRGB(modelSize)}, nil
}

func (m *masker) close() {
	_ = m.session.Close()
	_ = m.runtime.Close()
}

// mask returns the model's answer for f, modelSize x modelSize probabilities over the whole picture.
func (m *masker) mask(f *frame.Frame) ([]float32, error) {
	view := tensor.Whole(f.Width, f.Height, modelSize)
	if view.Target.W != modelSize || view.Target.H != modelSize {
		return nil, fmt.Errorf("mask picture: %dx%d is not 4:3", f.Width, f.Height)
	}
	if err := m.fill.Fill(m.session.Input(0), f, view, tensor.Unit); err != nil {
		return nil, fmt.Errorf("mask picture: %w", err)
	}
	if err := m.session.Run(); err != nil {
		return nil, fmt.Errorf("mask picture: %w", err)
	}
	return append([]float32(nil), m.session.Output(0)...), nil
}

// region is a set of pixels of a picture.
type region struct {
	w, h int
	in   []bool
}

// threshold scales a mask to w x h (bilinear) and takes the pixels that are more person than not.
func threshold(mask []float32, w, h int) region {
	r := region{w: w, h: h, in: make([]bool, w*h)}
	at := func(x, y int) float32 {
		return mask[min(max(y, 0), modelSize-1)*modelSize+min(max(x, 0), modelSize-1)]
	}
	for y := range h {
		fy := (float32(y)+0.5)*modelSize/float32(h) - 0.5
		y0 := int(fy+1) - 1 // rounds down, below zero as well
		for x := range w {
			fx := (float32(x)+0.5)*modelSize/float32(w) - 0.5
			x0 := int(fx+1) - 1
			dx, dy := fx-float32(x0), fy-float32(y0)
			top := at(x0, y0)*(1-dx) + at(x0+1, y0)*dx
			bottom := at(x0, y0+1)*(1-dx) + at(x0+1, y0+1)*dx
			r.in[y*w+x] = top*(1-dy)+bottom*dy > 0.5
		}
	}
	return r
}

// invert returns all other pixels.
func (r region) invert() region {
	out := region{w: r.w, h: r.h, in: make([]bool, len(r.in))}
	for i, in := range r.in {
		out.in[i] = !in
	}
	return out
}

// erode returns the pixels whose whole square of n pixels to each side lies in r. The picture's border does
// not count as outside: a shoulder that leaves the picture is not an edge.
func (r region) erode(n int) region {
	rows := region{w: r.w, h: r.h, in: make([]bool, len(r.in))}
	out := region{w: r.w, h: r.h, in: make([]bool, len(r.in))}
	for y := range r.h {
		for x := range r.w {
			all := true
			for i := max(0, x-n); all && i <= min(r.w-1, x+n); i++ {
				all = r.in[y*r.w+i]
			}
			rows.in[y*r.w+x] = all
		}
	}
	for y := range r.h {
		for x := range r.w {
			all := true
			for i := max(0, y-n); all && i <= min(r.h-1, y+n); i++ {
				all = rows.in[i*r.w+x]
			}
			out.in[y*r.w+x] = all
		}
	}
	return out
}

// share is the part of the picture that r covers, 0..1.
func (r region) share() float64 {
	n := 0
	for _, in := range r.in {
		if in {
			n++
		}
	}
	return float64(n) / float64(len(r.in))
}
