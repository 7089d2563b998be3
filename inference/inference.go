// Package inference is pictures in, pictures out: it finds the person with a segmentation model, reads the
// mood of the face where its owner allowed it, paints a background and puts the person before it. An Engine
// loads the models once; each video has a Filter. The package knows nothing of RTP, rooms or users; its
// clock is the timestamp of the pictures.
package inference

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/ort"
	"github.com/pp-enter/pp-enter/inference/scene"
)

// Model is one ONNX model with its tensors.
type Model struct {
	Name    string
	Data    []byte // the ONNX file
	Input   ort.Port
	Outputs []ort.Port
	// Classes name what an output's numbers stand for; only the emotion model needs them.
	Classes []string
}

// Models are the networks of the engine. Segment takes 1x3xNxN (RGB 0..1) and gives NxN probabilities of a
// person. Face is BlazeFace's front model, outputs in the order of face.Outputs, input RGB -1..1. Emotion
// takes 1x1x64x64 (grey 0..1) and gives one logit per class. Without Face or Emotion there is no mode mood.
type Models struct{ Segment, Face, Emotion Model }

// Config is what an engine needs. Runtime, Models.Segment and Filters are required; the zero values of the
// others mean the defaults that stand beside them.
type Config struct {
	Runtime ort.Config
	Models  Models
	// Filters is a parsed filters.yaml.
	Filters scene.Filters
	// MoodEnabled allows the mode mood. Without it no face is ever looked for and the face models are not
	// loaded.
	MoodEnabled bool
	// Workers is the number of sets of sessions: so many pictures are worked on at once. Default: GOMAXPROCS.
	Workers int
	// MatteHz is how often a second the person is segmented; the matte is reused between. 0: for each picture.
	MatteHz float64
	// FaceEvery is after how many pictures the face is looked for again. Default: 6.
	FaceEvery int
	Log       *slog.Logger
}

// The errors of this package that callers tell apart.
var (
	ErrClosed         = errors.New("closed")
	ErrUnknownMode    = errors.New("unknown mode")
	ErrUnknownPicture = scene.ErrUnknownPicture
	// ErrUnknownStrength: a blur is light or strong.
	ErrUnknownStrength = errors.New("unknown strength")
	// ErrMoodDisabled is an ErrUnknownMode too.
	ErrMoodDisabled = fmt.Errorf("mood is disabled: %w", ErrUnknownMode)
	// ErrSize: source and target differ in size, or have one that no frame has.
	ErrSize = errors.New("picture has a wrong size")
)

var errNoNeutral = errors.New("filters have no neutral mood")

// Engine holds the models, loaded once for all filters. Safe for concurrent use.
type Engine struct {
	cfg     Config
	runtime *ort.Runtime                // nil in tests that bring their own sessions
	stock   atomic.Pointer[scene.Stock] // replaced by SetFilters
	size    int                         // side of the segmentation model's input
	workers chan *worker
	made    int           // workers that exist; fixed once New returned
	done    chan struct{} // closed by Close
	close   func() error
}

// New loads runtime and models; it takes some hundred milliseconds. Close the engine after its filters.
func New(cfg Config) (*Engine, error) {
	r, err := ort.Open(cfg.Runtime)
	if err != nil {
		return nil, fmt.Errorf("open inference runtime: %w", err)
	}
	e, err := newEngine(cfg, func(m Model) (session, error) {
		return r.NewSession(m.Data, []ort.Port{m.Input}, m.Outputs)
	})
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	e.runtime = r
	info := e.Info()
	e.cfg.Log.Info("inference engine", "provider", info.Provider, "workers", info.Workers,
		"mood_enabled", info.MoodEnabled, "matte_hz", cfg.MatteHz)
	return e, nil
}

func newEngine(cfg Config, open func(Model) (session, error)) (*Engine, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("check inference configuration: %w", err)
	}
	e := &Engine{
		cfg:     cfg,
		size:    int(cfg.Models.Segment.Input.Shape[3]),
		workers: make(chan *worker, cfg.Workers),
		done:    make(chan struct{}),
	}
	e.stock.Store(scene.NewStock(cfg.Filters))
	e.close = sync.OnceValue(e.shutDown)
	for range cfg.Workers {
		w, err := newWorker(cfg, e.size, open)
		if err != nil {
			return nil, errors.Join(err, e.Close())
		}
		e.workers <- w
		e.made++
	}
	return e, nil
}

// complete fills in the defaults and checks the rest.
func (c *Config) complete() error {
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.FaceEvery == 0 {
		c.FaceEvery = 6
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Models.Face.Data == nil || c.Models.Emotion.Data == nil {
		c.MoodEnabled = false
	}
	if c.Workers < 0 || c.FaceEvery < 0 || c.MatteHz < 0 {
		return fmt.Errorf("workers %d, face every %d, matte %v Hz: negative", c.Workers, c.FaceEvery, c.MatteHz)
	}
	if _, ok := c.Filters.Moods[scene.Neutral]; !ok {
		return errNoNeutral
	}
	s := c.Models.Segment.Input.Shape
	if len(s) != 4 || s[1] != 3 || s[2] != s[3] || s[3] < 16 || len(c.Models.Segment.Outputs) != 1 {
		return fmt.Errorf("segmentation model: input %v, %d outputs", s, len(c.Models.Segment.Outputs))
	}
	if !c.MoodEnabled {
		return nil
	}
	s = c.Models.Face.Input.Shape
	if !slices.Equal(s, []int64{1, 3, face.InputSize, face.InputSize}) || len(c.Models.Face.Outputs) != 4 {
		return fmt.Errorf("face model: input %v, %d outputs", s, len(c.Models.Face.Outputs))
	}
	return c.Models.Emotion.checkEmotion()
}

// SetFilters replaces the scenes and pictures: running filters fade to the new scenes from their next picture
// on; a still picture that is shown stays until its person chooses again.
func (e *Engine) SetFilters(f scene.Filters) error {
	if _, ok := f.Moods[scene.Neutral]; !ok {
		return errNoNeutral
	}
	e.stock.Store(scene.NewStock(f))
	return nil
}

// Info says what the engine runs and offers.
type Info struct {
	Provider, Why, Library, Version string // of the runtime
	Workers                         int
	MoodEnabled                     bool
	Modes                           []string
	Moods                           []string // the emotion model's classes
	Pictures                        []scene.Picture
	MatteHz                         float64
}

// Info says what the engine runs and offers.
func (e *Engine) Info() Info {
	i := Info{
		Workers:     e.cfg.Workers,
		MoodEnabled: e.cfg.MoodEnabled,
		Modes:       []string{Off, Blur, Picture},
		Pictures:    e.stock.Load().Pictures().List(),
		MatteHz:     e.cfg.MatteHz,
	}
	if e.cfg.MoodEnabled {
		i.Modes, i.Moods = append(i.Modes, Mood, Tint), slices.Clone(e.cfg.Models.Emotion.Classes)
	}
	if r := e.runtime; r != nil {
		i.Provider, i.Why, i.Library, i.Version = r.Provider(), r.Why(), r.Library(), r.Version()
	}
	return i
}

// Close waits for the pictures in work and unloads the models; filters then return ErrClosed. Idempotent.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) shutDown() error {
	close(e.done)
	var err error
	for range e.made {
		err = errors.Join(err, (<-e.workers).close())
	}
	if e.runtime != nil {
		err = errors.Join(err, e.runtime.Close())
	}
	return err
}
