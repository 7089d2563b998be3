package inference

import (
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const (
	readEvery = 200 * time.Millisecond // an expression, 5 Hz
	lookAtAll = 300 * time.Millisecond // a face is looked for at least so often, at low picture rates too
	lookAgain = 60 * time.Millisecond  // a face that was there a moment ago is looked for sooner
	freshFor  = 400 * time.Millisecond // a face that was found longer ago may have moved
	// postponeFor bounds how long deadlines may keep the face waiting.
	postponeFor = time.Second
)

// forget empties the watch: nothing of a face stays.
func (w *watch) forget() {
	w.lookAnew()
	if w.mood != nil {
		w.mood.Reset()
	}
}

// lookAnew forgets where the face was.
func (w *watch) lookAnew() {
	w.track.Reset()
	w.started, w.pictures = false, 0
}

// watchDue decides what is done about the face with this picture: look for it, read its expression, or
// neither. The two fall on one picture only where pictures come so rarely that each is looked at: else they
// do not, which keeps the longest time per picture short.
func (f *Filter) watchDue(now time.Duration, deadline time.Time, matte bool) (look, read bool) {
	w := &f.watch
	w.pictures++
	overdue := now - w.looked
	look = !w.started || w.pictures >= f.engine.cfg.FaceEvery || overdue >= lookAtAll ||
		w.track.Missing() && overdue >= lookAgain
	cost := f.meter.cost[stageFace]
	if look {
		// A face that was found with the picture before may be elsewhere by now.
		read = w.started && w.pictures == 1 && overdue >= lookAtAll
	} else {
		overdue = now - w.read
		read = w.track.Seen() && now-w.looked < freshFor && overdue >= readEvery-slack
		cost = f.meter.cost[stageEmotion]
	}
	if matte {
		cost += f.meter.cost[stageTensor] + f.meter.cost[stageSegment]
	}
	if (look || read) && overdue < postponeFor && f.tooLate(deadline, cost) {
		f.tally.postponed.Add(1)
		return false, false
	}
	return look, read
}

// look finds the main face.
func (f *Filter) look(w *worker, src *frame.Frame, now time.Duration) error {
	begin := f.clock()
	f.tally.looks.Add(1)
	t := &f.watch.track
	v := t.View(src.Width, src.Height)
	if err := w.faceRGB.Fill(w.face.Input(0), src, v, tensor.Signed); err != nil {
		return fmt.Errorf("prepare face detection: %w", err)
	}
	if err := w.face.Run(); err != nil {
		return fmt.Errorf("detect face: %w", err)
	}
	out := face.Outputs{
		FineScores: w.face.Output(0), CoarseScores: w.face.Output(1),
		FineBoxes: w.face.Output(2), CoarseBoxes: w.face.Output(3),
	}
	found, err := w.decoder.Decode(out, v, t.Least(), w.found[:0])
	if err != nil {
		return fmt.Errorf("read face detection: %w", err)
	}
	w.found = found[:0]
	before := t.Person()
	t.Update(found, v, src.Width, src.Height, now)
	if t.Person() != before {
		f.watch.mood.Meet()
	}
	if !t.Seen() {
		f.watch.mood.Absent(now)
	}
	clear(found)
	f.watch.started, f.watch.pictures, f.watch.looked = true, 0, now
	f.lap(stageFace, begin)
	return nil
}

// read reads the expression of the main face, where it can be read.
func (f *Filter) read(w *worker, src *frame.Frame, now time.Duration) error {
	begin := f.clock()
	f.watch.read = now
	main, ok := f.watch.track.Main()
	p := pointsOf(main)
	if !ok || p.Place() != emotion.Good {
		f.watch.mood.Absent(now)
		return nil
	}
	crop := w.emotion.Input(0)
	f.tally.crops.Add(1)
	defer clear(crop) // no face stays in a worker that others share
	emotion.Crop(crop, src, p)
	if p.Look(crop) != emotion.Good {
		f.watch.mood.Absent(now)
		return nil
	}
	if err := w.emotion.Run(); err != nil {
		return fmt.Errorf("read expression: %w", err)
	}
	if err := f.watch.mood.Observe(w.emotion.Output(0), now); err != nil {
		return fmt.Errorf("read expression: %w", err)
	}
	f.tally.readings.Add(1)
	f.lap(stageEmotion, begin)
	return nil
}

func pointsOf(m face.Face) emotion.Points {
	return emotion.Points{
		LeftX: m.LeftEye.X, LeftY: m.LeftEye.Y, RightX: m.RightEye.X, RightY: m.RightEye.Y,
		MouthX: m.Mouth.X, MouthY: m.Mouth.Y, NoseX: m.Nose.X, NoseY: m.Nose.Y,
	}
}
