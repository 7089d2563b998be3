package inference

import (
	"time"

	"github.com/pp-enter/pp-enter/inference/composite"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// backdrop is what stands behind the person.
type backdrop struct {
	stock   *scene.Stock // that scenery and blur are of
	scenery *scene.Scenery
	blur    *scene.Blur
	canvas  scene.Canvas  // painted last
	stale   bool          // another choice or size: paint now
	painted time.Duration // media times
	moved   time.Duration
	light   composite.Light // of the scene, on the person
	// exposure fits the person to what is not their own room, metered last at that media time.
	exposure scene.Exposure
	metered  time.Duration
}

func newBackdrop(s *scene.Stock) backdrop {
	return backdrop{stock: s, scenery: s.NewScenery(), blur: s.NewBlur()}
}

// repaint is how often a slow background is painted anew: scenes and blur do not need each picture, and a
// background that stands still for a picture costs the encoder nothing.
const repaint = time.Second / 15

// paint brings the background up to date.
func (f *Filter) paint(src *frame.Frame, now time.Duration) {
	b := &f.back
	b.renew(f.engine.stock.Load())
	if f.applied.followsMood() {
		f.followMood(now)
	}
	b.moved = now
	if b.stale || f.applied.mode != Picture && now-b.painted >= repaint-slack {
		b.stale, b.painted = false, now
		f.paintCanvas(src)
	}
	f.expose(src, now)
	if f.applied.mode == Tint { // the room moves with each picture
		f.comp.SetRoom(src, composite.Background(b.canvas), b.stock.RoomTint())
	}
}

// expose fits the person's brightness to the background's. In their own room they are lit as it is.
func (f *Filter) expose(src *frame.Frame, now time.Duration) {
	b := &f.back
	if f.applied.mode != Mood && f.applied.mode != Picture {
		b.exposure.Reset()
		return
	}
	if now-b.metered < repaint-slack {
		return
	}
	if person, ok := f.comp.PersonLuma(src); ok {
		b.exposure.Follow(person, b.canvas.Brightness(), now-b.metered)
	}
	b.metered = now
}

// lit is the light on the person.
func (b *backdrop) lit() composite.Light {
	l := b.light
	l.Gain *= b.exposure.Gain()
	return l
}

// renew takes over scenes that were loaded anew.
func (b *backdrop) renew(s *scene.Stock) {
	if s == b.stock {
		return
	}
	b.stock, b.blur = s, s.NewBlur()
	b.scenery.SetStock(s)
	b.stale = true
}

// paintCanvas paints what the person chose, and takes its light.
func (f *Filter) paintCanvas(src *frame.Frame) {
	b := &f.back
	switch f.applied.mode {
	case Mood, Tint:
		b.canvas, b.light = b.scenery.Paint(src.Width, src.Height), composite.Light(b.scenery.Light())
	case Picture:
		b.canvas = f.applied.canvas.Cut(src.Width, src.Height)
		b.light = composite.Light(b.canvas.Light())
	default:
		b.blur.SetStrength(f.applied.strength)
		b.canvas, b.light = b.blur.Paint(src, f.matte.Plane()), composite.Light{}
	}
	if f.applied.mode != Tint {
		f.comp.SetBackground(composite.Background(b.canvas))
	}
}

// followMood moves the scene on and tells what is shown.
func (f *Filter) followMood(now time.Duration) {
	r := reading{scene: scene.Neutral}
	mood, confidence := scene.Neutral, float32(1)
	if f.applied.consent {
		if label, c, known := f.watch.mood.Label(); known {
			mood, confidence = label, c
			r.label, r.confidence = label, c
		}
	}
	f.back.scenery.SetReducedMotion(f.applied.still)
	f.back.scenery.Advance(mood, confidence, now-f.back.moved)
	r.scene = f.back.scenery.Mood()
	f.publish(r)
}
