package inference

import (
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/inference/composite"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const (
	// maxReuse is how old a matte may get because of deadlines; then a fresh one is made however late it is.
	maxReuse = 250 * time.Millisecond
	// slack forgives the jitter of timestamps when something is due.
	slack = 8 * time.Millisecond
)

// edge is the part of the matte's soft outline that becomes the outline of the picture.
func edge() composite.Levels { return composite.Levels{Low: 92, High: 216} }

// Process paints src into dst, which has the same size: all of dst's samples, none of its meta data. Media
// time is src.Timestamp. When the deadline (zero: none) leaves too little time it makes do with less: the
// last matte, then a rarer look at the face. An error of a model is returned, dst is then not worth
// showing.
func (f *Filter) Process(dst, src *frame.Frame, deadline time.Time) error {
	s, err := f.settings()
	if err != nil {
		return err
	}
	if dst.Width != src.Width || dst.Height != src.Height || !frame.ValidSize(src.Width, src.Height) {
		return fmt.Errorf("filter %dx%d into %dx%d: %w", src.Width, src.Height, dst.Width, dst.Height, ErrSize)
	}
	now, jumped := f.media.advance(src.Timestamp)
	if jumped {
		f.matte.Reset()
		f.watch.lookAnew()
		f.back.stale = true
	}
	if err := f.apply(s, src); err != nil {
		return err
	}
	if s.mode == Off {
		copyPicture(dst, src)
		return nil
	}
	if err := f.analyse(src, now, deadline); err != nil {
		return err
	}
	begin := f.clock()
	f.paint(src, now)
	begin = f.lap(stageScene, begin)
	if f.fresh { // a reused matte is there already, at full size
		f.comp.SetMatte(f.matte.Plane(), edge())
		f.fresh = false
	}
	if err := f.comp.Over(dst, src, f.back.tint); err != nil {
		return fmt.Errorf("composite: %w", err)
	}
	f.lap(stageComposite, begin)
	f.tally.pictures.Add(1)
	return nil
}

// apply brings the filter's state in line with the settings and the picture's size.
func (f *Filter) apply(s settings, src *frame.Frame) error {
	watching := s.mode == Mood && s.consent
	if s.version != f.applied.version {
		if !watching || s.forgotten != f.applied.forgotten {
			f.watch.forget()
		}
		if s.mode != f.applied.mode {
			f.back.stale = true
		}
		if s.mode == Off {
			f.matte.Reset()
		}
		if s.picture != f.applied.picture {
			f.back.stale = true
		}
		f.applied = s
	}
	if s.mode == Off {
		return nil
	}
	resized, err := f.comp.Resize(src.Width, src.Height)
	if err != nil {
		return fmt.Errorf("prepare composite: %w", err)
	}
	if resized {
		f.back.stale = true
		f.view = tensor.Whole(src.Width, src.Height, f.engine.size)
		f.watch.lookAnew() // the face's place is that of the old size
	}
	return nil
}

// analyse runs the models that are due.
func (f *Filter) analyse(src *frame.Frame, now time.Duration, deadline time.Time) error {
	matte := f.matteDue(now, deadline)
	look, read := false, false
	if f.applied.mode == Mood && f.applied.consent {
		look, read = f.watchDue(now, deadline, matte)
	}
	if !matte && !look && !read {
		return nil
	}
	w, err := f.engine.acquire(f.patience(now, deadline), f.timer)
	if err != nil {
		return err
	}
	if w == nil { // all workers are busy until the deadline: the last matte will do
		if matte {
			f.tally.late.Add(1)
		} else {
			f.tally.postponed.Add(1)
		}
		return nil
	}
	defer f.engine.release(w)
	if matte {
		if err := f.segment(w, src, now); err != nil {
			return err
		}
	}
	switch {
	case look:
		return f.look(w, src, now)
	case read:
		return f.read(w, src, now)
	default:
		return nil
	}
}

// matteDue decides between a fresh matte and the last one.
func (f *Filter) matteDue(now time.Duration, deadline time.Time) bool {
	age, ok := f.matte.Age(f.view, now)
	if !ok {
		return true
	}
	if hz := f.engine.cfg.MatteHz; hz > 0 && age < time.Duration(float64(time.Second)/hz)-slack {
		f.tally.reused.Add(1)
		return false
	}
	if age < maxReuse && f.tooLate(deadline, f.meter.cost[stageTensor]+f.meter.cost[stageSegment]) {
		f.tally.late.Add(1)
		return false
	}
	return true
}

// tooLate tells whether work that costs so much, and what must come after it, ends after the deadline.
func (f *Filter) tooLate(deadline time.Time, cost time.Duration) bool {
	if deadline.IsZero() {
		return false
	}
	rest := f.meter.cost[stageScene] + f.meter.cost[stageComposite]
	return deadline.Sub(f.clock()) < cost+rest
}

// patience is how long to wait for a worker; negative: as long as it takes, because nothing can be shown
// without.
func (f *Filter) patience(now time.Duration, deadline time.Time) time.Duration {
	age, ok := f.matte.Age(f.view, now)
	if !ok || deadline.IsZero() || age >= maxReuse {
		return -1
	}
	work := f.meter.cost[stageTensor] + f.meter.cost[stageSegment] + f.meter.cost[stageScene] +
		f.meter.cost[stageComposite]
	return max(0, deadline.Sub(f.clock())-work)
}

// segment makes a fresh matte.
func (f *Filter) segment(w *worker, src *frame.Frame, now time.Duration) error {
	begin := f.clock()
	if err := w.segmentRGB.Fill(w.segment.Input(0), src, f.view, tensor.Unit); err != nil {
		return fmt.Errorf("prepare segmentation: %w", err)
	}
	begin = f.lap(stageTensor, begin)
	if err := w.segment.Run(); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	f.matte.Update(w.segment.Output(0), f.view, now)
	f.fresh = true
	f.lap(stageSegment, begin)
	f.tally.mattes.Add(1)
	return nil
}

// lap books the time since begin and returns the present.
func (f *Filter) lap(s stage, begin time.Time) time.Time {
	now := f.clock()
	f.meter.add(s, now.Sub(begin))
	return now
}

// backdrop is what stands behind the person.
type backdrop struct {
	clouds  *scene.Clouds
	blur    *scene.Blur
	stale   bool          // another mode, picture or size: paint now
	painted time.Duration // media times
	moved   time.Duration
	tint    composite.Tint
}

// repaint is how often a slow background is painted anew: clouds and blur do not need each picture, and a
// background that stands still for a picture costs the encoder nothing.
const repaint = time.Second / 15

// paint brings the background up to date.
func (f *Filter) paint(src *frame.Frame, now time.Duration) {
	b := &f.back
	b.tint = composite.Tint{}
	if f.applied.mode == Mood {
		f.followMood(now)
		b.tint.U, b.tint.V = b.clouds.Tint()
	}
	b.moved = now
	if !b.stale && (f.applied.mode == Picture || now-b.painted < repaint-slack) {
		return
	}
	b.stale, b.painted = false, now
	var c scene.Canvas
	switch f.applied.mode {
	case Mood:
		c = b.clouds.Paint(src.Width, src.Height)
	case Picture:
		c = f.applied.canvas.Cut(src.Width, src.Height)
	default:
		c = b.blur.Paint(src, f.matte.Plane())
	}
	f.comp.SetBackground(composite.Background(c))
}

// followMood moves the clouds on and tells what is shown.
func (f *Filter) followMood(now time.Duration) {
	r := reading{scene: scene.Neutral}
	mood, confidence := scene.Neutral, float32(1)
	if f.applied.consent {
		if label, c, known := f.watch.mood.Label(); known {
			mood, confidence = label, c
			r.label, r.confidence = label, c
		}
	}
	f.back.clouds.Advance(mood, confidence, now-f.back.moved)
	r.scene = f.back.clouds.Mood()
	f.publish(r)
}

// copyPicture copies the samples and leaves dst's meta data alone.
func copyPicture(dst, src *frame.Frame) {
	at, arrived := dst.Timestamp, dst.Arrived
	dst.CopyFrom(src)
	dst.Timestamp, dst.Arrived = at, arrived
}
