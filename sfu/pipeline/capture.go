package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// ErrNoPicture says that no picture came in time, or that the video ended.
var ErrNoPicture = errors.New("no picture of this video")

// askAgain is after how long a still asks for another keyframe, where the first request or its answer got
// lost.
const askAgain = time.Second

// wish is somebody's wait for the next picture.
type wish struct {
	filtered bool
	got      chan *frame.Frame // of one; it belongs to the waiting one
}

// wishes are the waits for the next picture of a line. Safe for concurrent use.
type wishes struct {
	some atomic.Bool // there may be one: the look at each picture costs nothing else
	mu   sync.Mutex
	list []*wish // guarded by mu
	over bool    // guarded by mu; the line has ended
}

func (w *wishes) add(one *wish) (ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return false
	}
	w.list = append(w.list, one)
	w.some.Store(true)
	return true
}

// remove takes a wish back; false: it was or will be granted.
func (w *wishes) remove(one *wish) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.list, one)
	if i < 0 {
		return false
	}
	w.list = slices.Delete(w.list, i, i+1)
	w.some.Store(len(w.list) > 0)
	return true
}

// take removes and returns the wishes of one kind.
func (w *wishes) take(filtered bool) (taken []*wish) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(one *wish) bool {
		if one.filtered == filtered {
			taken = append(taken, one)
		}
		return one.filtered == filtered
	})
	w.some.Store(len(w.list) > 0)
	return taken
}

// end refuses what is left and what comes.
func (w *wishes) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.list {
		close(one.got)
	}
	w.list, w.over = nil, true
	w.some.Store(false)
}

// Capture waits for the next picture and returns a copy of it at source size, before any encoding; Timestamp
// tells which picture it is. filtered is the picture that viewers get, the filter's work where it is on; not
// filtered is the one that the camera sent. While packets are only forwarded the line decodes for this one
// picture, from a keyframe for which it asks. The caller releases the frame. ErrNoPicture: ctx ended first,
// or the video did.
func (l *Line) Capture(ctx context.Context, filtered bool) (*frame.Frame, error) {
	one := &wish{filtered: filtered, got: make(chan *frame.Frame, 1)}
	if !l.wishes.add(one) {
		return nil, ErrNoPicture
	}
	select {
	case f, ok := <-one.got:
		if !ok {
			return nil, ErrNoPicture
		}
		return f, nil
	case <-ctx.Done():
		if !l.wishes.remove(one) {
			if f, ok := <-one.got; ok {
				return f, nil
			}
		}
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, ctx.Err())
	}
}

// grant gives copies of f to all who wait for that kind of picture.
func (l *Line) grant(filtered bool, f *frame.Frame) {
	for _, one := range l.wishes.take(filtered) {
		still := frame.New(f.Width, f.Height)
		still.CopyFrom(f)
		one.got <- still
	}
}

// grantAll serves those who wait while the line decodes: src came from the camera, out is what viewers get,
// nil where the filter failed.
func (l *Line) grantAll(src, out *frame.Frame) {
	if !l.wishes.some.Load() {
		return
	}
	l.grant(false, src)
	if out != nil {
		l.grant(true, out)
	}
}

// still decodes beside the forwarding, for as long as somebody waits for a picture. It is owned by the
// receive stage.
type still struct {
	assembler *rtpio.Assembler // nil while nobody waits
	decoder   codec.Decoder
	unit      frame.Encoded
	asked     time.Time
}

func (s *still) open(c frame.Codec) (err error) {
	if s.assembler, err = rtpio.NewAssembler(rtpio.AssemblerConfig{Codec: c}); err != nil {
		return fmt.Errorf("open assembler: %w", err)
	}
	if s.decoder, err = codec.NewDecoder(c); err != nil {
		s.assembler = nil
		return fmt.Errorf("open decoder: %w", err)
	}
	return nil
}

func (s *still) close() {
	if s.decoder != nil {
		_ = s.decoder.Close() // frees memory, has nothing to lose
	}
	*s = still{}
}

// peek looks for a still in the packet at hand, which is in in.packet, while packets are forwarded.
func (l *Line) peek(now time.Time) {
	in := &l.intake
	s := &in.still
	if !l.wishes.some.Load() || in.phase != forwarding {
		if s.assembler != nil {
			s.close()
		}
		return
	}
	if s.assembler == nil {
		if err := s.open(in.codec); err != nil {
			l.log.Warn("capture", "error", err)
			l.wishes.refuse()
			return
		}
	}
	if now.Sub(s.asked) >= askAgain {
		s.asked = now
		l.cfg.Up.RequestKeyframe()
	}
	s.assembler.Push(&in.packet.Header, in.packet.Payload, now)
	for s.assembler != nil && s.assembler.Pop(now, &s.unit) {
		l.develop(s)
	}
}

// develop decodes a unit and gives the picture to those who wait.
func (l *Line) develop(s *still) {
	f, err := l.decodeWith(s.decoder, &s.unit)
	if err != nil || f == nil {
		return // the next keyframe may do better; the caller's patience is the limit
	}
	defer f.Release()
	l.grant(false, f)
	// Who has just asked for the filter is not shown without it.
	if !l.filtering() {
		l.grant(true, f)
	}
	s.close()
}

// refuse ends all waits; later ones may come.
func (w *wishes) refuse() {
	for _, filtered := range []bool{true, false} {
		for _, one := range w.take(filtered) {
			close(one.got)
		}
	}
}
