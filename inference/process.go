package inference

import (
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

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
	f.comp.SetMatte(f.matte.Plane(), src, edge()) // an old matte too: its outline follows this picture's edges
	if err := f.comp.Over(dst, src, f.back.lit()); err != nil {
		return fmt.Errorf("composite: %w", err)
	}
	f.lap(stageComposite, begin)
	f.tally.pictures.Add(1)
	return nil
}

// apply brings the filter's state in line with the settings and the picture's size.
func (f *Filter) apply(s settings, src *frame.Frame) error {
	watching := s.followsMood() && s.consent
	if s.version != f.applied.version {
		if !watching || s.forgotten != f.applied.forgotten {
			f.watch.forget()
		}
		if s.mode == Off {
			f.matte.Reset()
		}
		f.back.stale = true
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
	matte := f.matteDue(src, now, deadline)
	look, read := false, false
	if f.applied.followsMood() && f.applied.consent {
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
	if look {
		if err := f.look(w, src, now); err != nil {
			return err
		}
	}
	if read {
		return f.read(w, src, now)
	}
	return nil
}

// lap books the time since begin and returns the present.
func (f *Filter) lap(s stage, begin time.Time) time.Time {
	now := f.clock()
	f.meter.add(s, now.Sub(begin))
	return now
}

// copyPicture copies the samples and leaves dst's meta data alone.
func copyPicture(dst, src *frame.Frame) {
	at, arrived := dst.Timestamp, dst.Arrived
	dst.CopyFrom(src)
	dst.Timestamp, dst.Arrived = at, arrived
}
