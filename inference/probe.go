package inference

import (
	"fmt"
	"image"
	"maps"
	"math"
	"time"

	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Probe is a filter for tools that look into it: they work on files, never on a call, whose rooms get a
// Filter and so none of this. Its methods are called from one goroutine.
type Probe struct {
	*Filter

	out *frame.Frame
	raw tensor.Plane
}

// NewProbe returns a filter for one video file, mode off, without consent.
func (e *Engine) NewProbe() (*Probe, error) {
	f, err := e.NewFilter()
	if err != nil {
		return nil, err
	}
	return &Probe{Filter: f}, nil
}

// Pretend makes the modes Mood and Tint show the scene of a mood at its full strength without anybody's
// face being read: what the filter knows as the neutral scene becomes that one, and consent is taken away.
// Before the first picture the scene is there at once, later it is faded to.
func (p *Probe) Pretend(mood string) error {
	filters := p.engine.cfg.Filters
	m, ok := filters.Moods[mood]
	if !ok {
		return fmt.Errorf("pretend: no scene is called %q", mood)
	}
	filters.Moods = maps.Clone(filters.Moods)
	filters.Moods[scene.Neutral] = m
	stock := scene.NewStock(filters)
	p.SetConsent(false)
	if !p.media.started {
		p.back.scenery = stock.NewScenery()
	}
	p.back.scenery.SetStock(stock)
	return nil
}

// Mattes are two mattes of one picture, at the picture's size: 0 background, 255 person. They hold until the
// next call.
type Mattes struct {
	// Painted is the outline that the picture is painted with, as in a call.
	Painted tensor.Plane
	// Raw is what the model alone says: the whole picture seen once, its mask stretched.
	Raw tensor.Plane
}

// Mattes filters src as the next picture of the video and returns its mattes. In the mode off, where none is
// made, it chooses a plain picture first.
func (p *Probe) Mattes(src *frame.Frame) (Mattes, error) {
	if s, err := p.settings(); err != nil {
		return Mattes{}, err
	} else if s.mode == Off {
		if err := p.Choose(Choice{Mode: Picture, Own: image.NewGray(image.Rect(0, 0, 64, 48))}); err != nil {
			return Mattes{}, err
		}
	}
	if p.out == nil || p.out.Width != src.Width || p.out.Height != src.Height {
		p.out, p.raw = frame.New(src.Width, src.Height), tensor.NewPlane(src.Width, src.Height)
	}
	if err := p.Process(p.out, src, time.Time{}); err != nil {
		return Mattes{}, err
	}
	if err := p.engine.rawMatte(p.raw, src); err != nil {
		return Mattes{}, err
	}
	return Mattes{Painted: p.comp.Alpha(), Raw: p.raw}, nil
}

// rawMatte runs the segmentation model on the whole of src and stretches its mask over dst.
func (e *Engine) rawMatte(dst tensor.Plane, src *frame.Frame) error {
	w, err := e.acquire(-1, nil)
	if err != nil {
		return err
	}
	defer e.release(w)
	view := tensor.Whole(src.Width, src.Height, e.size)
	if err := w.segmentRGB.Fill(w.segment.Input(0), src, view, tensor.Unit); err != nil {
		return fmt.Errorf("prepare segmentation: %w", err)
	}
	if err := w.segment.Run(); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	mask := tensor.NewPlane(e.size, e.size)
	for i, v := range w.segment.Output(0) {
		mask.Pix[i] = byte(min(max(v, 0), 1)*255 + .5)
	}
	tensor.Scale(dst, mask.Crop(view.Target), tensor.Bilinear)
	return nil
}

// FaceReading is what a picture's main face shows.
type FaceReading struct {
	Found   bool
	Verdict emotion.Verdict // whether the face can be read, where one was found
	// Probabilities are those of the emotion model's classes, in their order; nil unless Found and Good.
	Probabilities []float32
}

// ReadFace finds the main face of a still picture and reads its expression, as the mode mood does with one
// picture of a video. It is for pictures that were given for that purpose, such as a set of labelled ones:
// no consent stands between. ErrMoodDisabled where the engine reads no faces.
func (e *Engine) ReadFace(src *frame.Frame) (FaceReading, error) {
	if !e.cfg.MoodEnabled {
		return FaceReading{}, ErrMoodDisabled
	}
	if !frame.ValidSize(src.Width, src.Height) {
		return FaceReading{}, fmt.Errorf("read face in %dx%d: %w", src.Width, src.Height, ErrSize)
	}
	f, err := e.NewFilter()
	if err != nil {
		return FaceReading{}, err
	}
	w, err := e.acquire(-1, nil)
	if err != nil {
		return FaceReading{}, err
	}
	defer e.release(w)
	for i := range 2 { // the second look is from near, which gives better points
		if err := f.look(w, src, time.Duration(i)*lookAtAll); err != nil {
			return FaceReading{}, err
		}
	}
	main, ok := f.watch.track.Main()
	if !ok {
		return FaceReading{}, nil
	}
	return w.express(src, main)
}

// express reads the expression of one face.
func (w *worker) express(src *frame.Frame, main face.Face) (FaceReading, error) {
	p := pointsOf(main)
	r := FaceReading{Found: true, Verdict: p.Place()}
	if r.Verdict != emotion.Good {
		return r, nil
	}
	crop := w.emotion.Input(0)
	defer clear(crop) // no face stays in a worker that others share
	emotion.Crop(crop, src, p)
	if r.Verdict = p.Look(crop); r.Verdict != emotion.Good {
		return r, nil
	}
	if err := w.emotion.Run(); err != nil {
		return FaceReading{}, fmt.Errorf("read expression: %w", err)
	}
	logits := w.emotion.Output(0)
	top, sum := logits[0], float32(0)
	for _, v := range logits {
		top = max(top, v)
	}
	for _, v := range logits {
		x := float32(math.Exp(float64(v - top)))
		r.Probabilities = append(r.Probabilities, x)
		sum += x
	}
	for i := range r.Probabilities {
		r.Probabilities[i] /= sum
	}
	return r, nil
}
