package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// failuresToGiveUp is how many pictures in a row the filter may fail on. Each of them is left out rather
// than sent as it came: somebody who hides a room does not want it to flash.
const failuresToGiveUp = 3

// Share of late pictures, smoothed, above which a line is degraded and below which it has recovered.
const (
	lateEnter = 0.5
	lateLeave = 0.2
	lateBlend = 0.05
)

// process is the stage between the mailbox and the encoder.
func (l *Line) process(ctx context.Context) error {
	p := painter{turn: l.cfg.Turns.newTurn()}
	for {
		src, err := l.box.Take(ctx)
		if err != nil {
			return err
		}
		f := l.paint(&p, src)
		if f == nil {
			continue
		}
		select {
		case l.painted <- f:
		case <-ctx.Done():
			f.Release()
			return ctx.Err()
		}
	}
}

// painter is the state of the process stage.
type painter struct {
	turn     turn
	failures int     // in a row
	late     float64 // smoothed share of late pictures
}

// paint returns the picture to encode and releases src, or nil where the filter failed.
func (l *Line) paint(p *painter, src *frame.Frame) *frame.Frame {
	if l.cfg.Processor == nil || !l.filtering() {
		p.failures, p.late = 0, 0
		l.grantAll(src, src)
		return src
	}
	defer src.Release()
	dst := l.pool.Get(src.Width, src.Height)
	dst.CopyMeta(src)
	start := time.Now()
	p.turn.begin(src.Arrived)
	began := time.Now()
	err := l.runProcessor(dst, src, l.deadline(src, start))
	p.turn.end()
	l.meter.process.since(began)
	took := time.Since(start) // with the wait: who must wait for others is slow, too
	if err != nil {
		l.grantAll(src, nil)
		dst.Release()
		l.meter.drop(DropProcess)
		p.failures++
		if p.failures >= failuresToGiveUp {
			l.giveUp(ReasonInferenceFailed, err)
		}
		return nil
	}
	p.failures = 0
	l.grantAll(src, dst)
	l.judge(p, took > l.cfg.Budget)
	return dst
}

// deadline counts from the arrival of the picture, not from its turn: where the machine cannot keep up,
// pictures wait, and the filter makes do with less until they do not.
func (l *Line) deadline(src *frame.Frame, now time.Time) time.Time {
	if src.Arrived.IsZero() {
		return now.Add(l.cfg.Budget)
	}
	return src.Arrived.Add(l.cfg.Budget)
}

// runProcessor turns a panic of the filter into an error.
func (l *Line) runProcessor(dst, src *frame.Frame, deadline time.Time) (err error) {
	defer func() {
		if r := recover(); r != nil {
			l.meter.panics.Add(1)
			err = fmt.Errorf("process: panic: %v", r)
		}
	}()
	return l.cfg.Processor.Process(dst, src, deadline)
}

// filtering is whether the filter is wanted and did not give up.
func (l *Line) filtering() bool { return l.wanted.Load() && !l.failed.Load() }

// judge moves between active and degraded with hysteresis.
func (l *Line) judge(p *painter, late bool) {
	target := 0.0
	if late {
		target = 1
	}
	p.late += lateBlend * (target - p.late)
	switch state, _ := l.state.get(); {
	case p.late > lateEnter:
		l.state.setIf(l.filtering, Degraded, ReasonInferenceSlow)
	case state != Degraded || p.late < lateLeave:
		l.state.setIf(l.filtering, Active, "")
	}
}
