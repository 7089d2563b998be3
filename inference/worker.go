package inference

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/tensor"
)

// session is one loaded model with its tensors; *ort.Session is one.
type session interface {
	Input(i int) []float32
	Output(i int) []float32
	Run() error
	Close() error
}

// worker is one set of sessions with the scratch memory around them: it works on one picture at a time.
type worker struct {
	segment, face, emotion session // the last two are nil where the mode mood is not allowed
	segmentRGB, faceRGB    *tensor.RGB
	decoder                *face.Decoder
	found                  []face.Face
}

// maxFaces is how many faces a worker has room for without allocating.
const maxFaces = 32

func newWorker(cfg Config, size int, open func(Model) (session, error)) (*worker, error) {
	w := &worker{segmentRGB: tensor.NewRGB(size)}
	var err error
	if w.segment, err = openModel(cfg.Models.Segment, open); err != nil {
		return nil, err
	}
	if n := len(w.segment.Output(0)); n != size*size {
		return nil, errors.Join(fmt.Errorf("segmentation gives %d values for %dx%d", n, size, size), w.close())
	}
	if !cfg.MoodEnabled {
		return w, nil
	}
	w.faceRGB, w.decoder = tensor.NewRGB(face.InputSize), face.NewDecoder()
	w.found = make([]face.Face, 0, maxFaces)
	if w.face, err = openModel(cfg.Models.Face, open); err == nil {
		w.emotion, err = openModel(cfg.Models.Emotion, open)
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// openModel loads a model and runs it once: a broken one shows at the start, and the first picture is not
// slow.
func openModel(m Model, open func(Model) (session, error)) (session, error) {
	s, err := open(m)
	if err != nil {
		return nil, fmt.Errorf("load model %s: %w", m.Name, err)
	}
	if err := s.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("try model %s: %w", m.Name, err), s.Close())
	}
	return s, nil
}

func (m Model) checkEmotion() error {
	if !slices.Equal(m.Input.Shape, []int64{1, 1, emotion.Size, emotion.Size}) || len(m.Outputs) != 1 {
		return fmt.Errorf("emotion model: input %v, %d outputs", m.Input.Shape, len(m.Outputs))
	}
	if out := m.Outputs[0].Shape; len(out) != 2 || int(out[1]) != len(m.Classes) {
		return fmt.Errorf("emotion model: output %v for %d classes", out, len(m.Classes))
	}
	_, err := emotion.NewMood(emotion.DefaultConfig(m.Classes))
	return err
}

func (w *worker) close() error {
	var err error
	for _, s := range []session{w.segment, w.face, w.emotion} {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

// acquire takes a worker out of the pool. Where none is free it waits for at most wait, measured by timer,
// or as long as it takes when wait is negative. nil without an error: the time is over.
func (e *Engine) acquire(wait time.Duration, timer *time.Timer) (*worker, error) {
	select {
	case <-e.done:
		return nil, ErrClosed
	default:
	}
	select {
	case w := <-e.workers:
		return w, nil
	default:
	}
	var over <-chan time.Time
	if wait >= 0 {
		timer.Reset(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case w := <-e.workers:
		return w, nil
	case <-over:
		return nil, nil //nolint:nilnil // no worker in time is a normal answer
	case <-e.done:
		return nil, ErrClosed
	}
}

func (e *Engine) release(w *worker) { e.workers <- w }
