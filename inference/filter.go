package inference

import (
	"fmt"
	"image"
	"sync"
	"time"

	"github.com/pp-enter/pp-enter/inference/composite"
	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/inference/segment"
	"github.com/pp-enter/pp-enter/inference/tensor"
)

// The modes of a filter.
const (
	Off     = "off"     // the picture as it came
	Blur    = "blur"    // the room out of focus
	Picture = "picture" // a still picture instead of the room
	Mood    = "mood"    // a scene that follows the face's mood; without consent the neutral scene
	Tint    = "tint"    // the room stays, in the light of the scene that the mode mood would show
)

// Choice is what a person wants to see around them.
type Choice struct {
	Mode string
	// Picture is the id of a still picture, read in the mode Picture only.
	Picture string
	// Own is the person's own picture, shown in the mode Picture instead of one of the stock. It is not
	// written to.
	Own image.Image
	// Strength is how far the mode Blur hides the room: scene.BlurLight, or scene.BlurStrong, the default.
	Strength string
}

// Filter paints one video. Process is called from one goroutine at a time; the other methods may be called
// from any at any time. It satisfies the line's Processor.
type Filter struct {
	engine *Engine
	meter  meter
	tally  tally
	clock  func() time.Time // for durations and deadlines only

	// Owned by Process.
	media   mediaClock
	applied settings
	view    tensor.View // how the last picture was shown to the segmentation model
	matte   *segment.Matte
	comp    composite.Compositor
	back    backdrop
	watch   watch
	timer   *time.Timer

	mu     sync.Mutex
	want   settings // guarded by mu
	mood   reading  // guarded by mu
	closed bool     // guarded by mu
}

// settings are what the person chose.
type settings struct {
	mode     string
	canvas   scene.Canvas // of the mode Picture
	strength string       // of the mode Blur
	still    bool         // somebody who looks at it wants as little motion as can be
	consent  bool
	version  int // counts changes
	// forgotten counts the times when what was known of the face had to go, so that a no counts although a yes
	// follows before the next picture.
	forgotten int
}

// reading is what is known of the mood.
type reading struct {
	label      string // "" while unknown
	confidence float32
	scene      string
}

// watch is what a filter remembers of the face; it is empty without consent.
type watch struct {
	track    face.Tracker
	mood     *emotion.Mood
	pictures int           // since the last look
	looked   time.Duration // media times
	read     time.Duration
	started  bool // looked once
}

// NewFilter returns a filter for one video, mode off, without consent.
func (e *Engine) NewFilter() (*Filter, error) {
	select {
	case <-e.done:
		return nil, fmt.Errorf("make filter: engine: %w", ErrClosed)
	default:
	}
	f := &Filter{
		engine: e,
		clock:  time.Now,
		matte:  segment.NewMatte(e.size, segment.DefaultSmoothing()),
		back:   newBackdrop(e.stock.Load()),
		timer:  time.NewTimer(time.Hour),
		want:   settings{mode: Off, version: 1},
	}
	f.timer.Stop()
	if e.cfg.MoodEnabled {
		m, err := emotion.NewMood(emotion.DefaultConfig(e.cfg.Models.Emotion.Classes))
		if err != nil {
			return nil, fmt.Errorf("make filter: %w", err)
		}
		f.watch.mood = m
	}
	return f, nil
}

// Choose changes what is painted from the next picture on. The first use of a picture paints it, which takes
// some ten milliseconds. On ErrUnknownMode, ErrMoodDisabled, ErrUnknownPicture and ErrUnknownStrength nothing
// changes.
func (f *Filter) Choose(c Choice) error {
	var canvas scene.Canvas
	switch c.Mode {
	case Off:
	case Blur:
		if c.Strength == "" {
			c.Strength = scene.BlurStrong
		}
		if c.Strength != scene.BlurStrong && c.Strength != scene.BlurLight {
			return fmt.Errorf("choose blur: %w: %q", ErrUnknownStrength, c.Strength)
		}
	case Mood, Tint:
		if !f.engine.cfg.MoodEnabled {
			return ErrMoodDisabled
		}
	case Picture:
		var err error
		if canvas, err = f.engine.canvas(c); err != nil {
			return fmt.Errorf("choose picture: %w", err)
		}
	default:
		return fmt.Errorf("choose: %w: %q", ErrUnknownMode, c.Mode)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.want.mode, f.want.canvas, f.want.strength = c.Mode, canvas, c.Strength
	f.want.version++
	if !f.want.followsMood() {
		f.want.forgotten++
		f.mood = reading{}
	}
	return nil
}

// canvas is the picture of a choice.
func (e *Engine) canvas(c Choice) (scene.Canvas, error) {
	if c.Own != nil {
		return scene.CanvasOf(c.Own), nil
	}
	return e.stock.Load().Pictures().Get(c.Picture)
}

// followsMood tells whether the background follows the face's mood, where it may.
func (s *settings) followsMood() bool { return s.mode == Mood || s.mode == Tint }

// SetReducedMotion says whether somebody who sees the picture asked for as little motion as can be: scenes
// then stand almost still. Changes of mood still fade.
func (f *Filter) SetReducedMotion(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.want.still = on
	f.want.version++
}

// SetConsent says whether the person allows their face to be analysed. After a no, no face is looked for or
// cut out from the next picture on, what was known of the mood is gone at once, and the modes Mood and Tint
// show the neutral scene.
func (f *Filter) SetConsent(mood bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.want.consent = mood
	f.want.version++
	if !mood {
		f.want.forgotten++
		f.mood.label, f.mood.confidence = "", 0
	}
}

// Mood is the mood that was read last, with its probability, and the mood whose scene is shown. label is
// empty while the mood is unknown, without consent and outside the modes Mood and Tint, where no face is
// analysed; scene is empty outside those modes.
func (f *Filter) Mood() (label string, confidence float32, scene string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mood.label, f.mood.confidence, f.mood.scene
}

// Stages yields the steps of Process that ran: how often, and the median and 95th percentile of the last
// times. tensor and segment are the matte, face and emotion include making their inputs.
func (f *Filter) Stages(yield func(stage string, count uint64, p50, p95 time.Duration)) {
	for s := range stages {
		if count, p50, p95 := f.meter.read(s); count > 0 {
			yield(stageNames[s], count, p50, p95)
		}
	}
}

// Counters are what the filter did so far.
func (f *Filter) Counters() Counters { return f.tally.read() }

// Close ends the filter: Process then returns ErrClosed. The engine stays. Idempotent.
func (f *Filter) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.mood = reading{}
	return nil
}

// settings are what to paint now.
func (f *Filter) settings() (settings, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return settings{}, ErrClosed
	}
	return f.want, nil
}

// publish makes a reading known, unless the settings it was made under have changed meanwhile.
func (f *Filter) publish(r reading) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.want.version == f.applied.version && !f.closed {
		f.mood = r
	}
}
