package inference

import (
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/inference/composite"
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
func edge() composite.Levels { return composite.Levels{Low: 76, High: 200} }

// matteDue decides between a fresh matte and the last one, whose outline then follows the edges of src. At a
// reduced rate, strong motion of the outline brings the next matte forward.
func (f *Filter) matteDue(src *frame.Frame, now time.Duration, deadline time.Time) bool {
	age, ok := f.matte.Age(f.view, now)
	if !ok {
		return true
	}
	late := f.tooLate(deadline, f.meter.cost[stageTensor]+f.meter.cost[stageSegment])
	if hz := f.engine.cfg.MatteHz; hz > 0 && age < time.Duration(float64(time.Second)/hz)-slack {
		if late || !f.matte.Moved(lumaOf(src)) {
			f.tally.reused.Add(1)
			return false
		}
		return true
	}
	if late && age < maxReuse {
		f.tally.late.Add(1)
		return false
	}
	return true
}

func lumaOf(f *frame.Frame) tensor.Plane { return tensor.PlaneOf(f.Y, f.StrideY, f.Width, f.Height) }

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
	f.matte.Update(w.segment.Output(0), w.segmentRGB.Luma(), f.view, now)
	if f.engine.cfg.MatteHz > 0 {
		f.matte.Keep(lumaOf(src))
	}
	f.lap(stageSegment, begin)
	f.tally.mattes.Add(1)
	return nil
}
