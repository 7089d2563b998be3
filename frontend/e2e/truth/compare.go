package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const (
	edge       = 8  // pixels around the outline that belong neither to the person nor to the background
	candidates = 4  // source pictures that are compared closely
	coarse     = 64 // columns and rows of the first search
)

// verdict is what one received picture shows, held against the source that it was made from.
type verdict struct {
	File string `json:"file"`
	// Source is the source picture that fits the person best.
	Source int `json:"source"`
	// Person is the share of the picture that the model calls person, 0..1.
	Person float64 `json:"person"`
	// SSIM is the mean structural similarity of luma inside the person, eroded by 8 pixels.
	SSIM float64 `json:"ssim"`
	// Difference is the mean absolute difference from the source outside the person, of red, green and blue.
	Difference float64 `json:"difference"`
	// Detail is the background's typical step from pixel to pixel, as a share of the source's.
	Detail float64 `json:"detail"`
	// Colour is the background's mean red, green and blue.
	Colour [3]float64 `json:"colour"`
}

// source is the camera's file with the model's masks.
type source struct {
	pictures []*frame.Frame
	masks    [][]float32
}

func newSource(pictures []*frame.Frame, library string) (*source, error) {
	m, err := openMasker(library)
	if err != nil {
		return nil, err
	}
	defer m.close()
	s := &source{pictures: pictures}
	for _, f := range pictures {
		mask, err := m.mask(f)
		if err != nil {
			return nil, err
		}
		s.masks = append(s.masks, mask)
	}
	return s, nil
}

// judge finds the source picture that received was made from and compares the two.
func (s *source) judge(received *picture) (verdict, error) {
	type fit struct {
		index int
		err   float64
	}
	if f := s.pictures[0]; f.Width != received.w || f.Height != received.h {
		return verdict{}, fmt.Errorf("judge: %dx%d against %dx%d", received.w, received.h, f.Width, f.Height)
	}
	fits := make([]fit, len(s.pictures))
	for i := range s.pictures {
		fits[i] = fit{i, s.coarseError(i, received)}
	}
	slices.SortFunc(fits, func(a, b fit) int { return cmp.Compare(a.err, b.err) })
	best := verdict{SSIM: math.Inf(-1)}
	for _, f := range fits[:min(candidates, len(fits))] {
		original := fromFrame(s.pictures[f.index])
		person := threshold(s.masks[f.index], received.w, received.h)
		v := verdict{Source: f.index, Person: person.share()}
		v.SSIM = likenessWithin(original, received, person.erode(edge))
		if v.SSIM > best.SSIM {
			background := person.invert().erode(edge)
			v.Difference, v.Colour = colourDifference(original, received, background)
			v.Detail = detail(received, background) / detail(original, background)
			best = v
		}
	}
	return best, nil
}

// likenessWithin is the structural similarity of luma around the pixels of r.
func likenessWithin(a, b *picture, r region) float64 {
	return eval.SSIMWithin(a.plane(), b.plane(), func(x, y int) bool { return r.in[y*r.w+x] })
}

// coarseError is the mean squared difference of luma on a coarse grid inside the person of source picture i.
func (s *source) coarseError(i int, received *picture) float64 {
	f := s.pictures[i]
	sum, n := 0.0, 0
	for gy := range coarse {
		for gx := range coarse {
			x, y := (2*gx+1)*f.Width/(2*coarse), (2*gy+1)*f.Height/(2*coarse)
			if s.masks[i][(2*gy+1)*modelSize/(2*coarse)*modelSize+(2*gx+1)*modelSize/(2*coarse)] < 0.9 {
				continue
			}
			d := float64(f.Y[y*f.StrideY+x]) - float64(received.luma[y*received.w+x])
			sum += d * d
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}

// colourDifference compares two pictures in r and gives b's mean colour there.
func colourDifference(a, b *picture, r region) (difference float64, colour [3]float64) {
	n := 0
	for i, in := range r.in {
		if !in {
			continue
		}
		n++
		for c := range 3 {
			v := float64(b.rgb[3*i+c])
			colour[c] += v
			difference += math.Abs(v - float64(a.rgb[3*i+c]))
		}
	}
	if n == 0 {
		return 0, colour
	}
	for c := range colour {
		colour[c] /= float64(n)
	}
	return difference / float64(3*n), colour
}

// detail is the root mean square of the steps of luma to the right-hand neighbour in r. Squares tell a sharp
// edge from the same edge spread out; plain differences would add up to the same.
func detail(p *picture, r region) float64 {
	sum, n := 0.0, 0
	for y := range p.h {
		for x := range p.w - 1 {
			if i := y*p.w + x; r.in[i] && r.in[i+1] {
				d := float64(p.luma[i+1] - p.luma[i])
				sum += d * d
				n++
			}
		}
	}
	return math.Sqrt(sum / float64(max(n, 1)))
}
