package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// A stretch of footage is played once to warm up, and then several times in short rounds, each against the
// limit on the same pictures: what else the machine does then disturbs both alike.
const (
	stretch = 120 // pictures
	chunk   = 30  // pictures of a round
	rounds  = 40
)

// The cadence of the models in the line: the matte with each picture, the face each 6th, the mood at 5 Hz.
func cadence() inference.Cadence {
	return inference.Cadence{Pictures: chunk, MatteEvery: 1, FaceEvery: 6, EmotionEvery: 6}
}

// lineRig is a line that is driven picture by picture.
type lineRig struct {
	player *player
	line   *pipeline.Line
	tap    *tap
	done   chan uint32 // timestamp of each picture whose last packet came out
	ended  chan error
}

// measureLine reports the stages of a line, the line as a whole, its limit and the ratio of the two.
func measureLine(ctx context.Context, r *rig, s size) (err error) {
	film, err := loadFootage(s, stretch)
	if err != nil {
		return err
	}
	engine, err := r.newEngine(1, 0)
	if err != nil {
		return fmt.Errorf("start models: %w", err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	l, err := newLineRig(ctx, engine, film)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()

	l.tap.record(stretch)
	l.play(stretch)
	lim, err := newLimit(film, l.tap.take(), engine, int(l.line.Stats().Target))
	if err != nil {
		return err
	}
	defer lim.close()
	var whole, least, ratio []float64
	var allocs uint64
	for range rounds {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		before := mallocs()
		took := l.play(chunk)
		allocs += mallocs() - before
		bound, err := lim.run()
		if err != nil {
			return err
		}
		whole = append(whole, millisEach(took))
		least = append(least, millisEach(bound))
		ratio = append(ratio, float64(took)/float64(bound))
	}
	for _, stage := range l.line.Stats().Stages {
		r.report("stage_"+stageName(stage.Stage)+"_"+s.name+"_ms", stage.P50, "ms")
	}
	r.report("line_"+s.name+"_ms", median(whole), "ms")
	r.report("line_"+s.name+"_limit_ms", median(least), "ms")
	r.report("line_"+s.name+"_ratio", median(ratio), "")
	slices.Sort(ratio)
	r.report("line_"+s.name+"_ratio_p25", ratio[rounds/4], "")
	r.report("line_"+s.name+"_ratio_p75", ratio[rounds*3/4], "")
	if s == size480p() {
		r.report("line_allocs_per_frame", float64(allocs)/(rounds*chunk), "")
	}
	return nil
}

func newLineRig(ctx context.Context, engine *inference.Engine, film *footage) (*lineRig, error) {
	filter, err := moodFilter(engine)
	if err != nil {
		return nil, err
	}
	l := &lineRig{
		player: newPlayer(film), tap: &tap{Filter: filter}, done: make(chan uint32), ended: make(chan error, 1),
	}
	cfg := codec.DefaultEncoderConfig()
	cfg.Bitrate = film.bitrate
	l.line, err = pipeline.New(pipeline.Config{
		ID: "bench", Up: l.player, Processor: l.tap, Encoder: cfg, Filtered: true, Budget: time.Second,
	})
	if err != nil {
		return nil, errors.Join(err, filter.Close())
	}
	l.line.AddSink(l)
	go func() { l.ended <- l.line.Run(ctx) }()
	return l, nil
}

// moodFilter is a filter with everything on.
func moodFilter(engine *inference.Engine) (*inference.Filter, error) {
	filter, err := engine.NewFilter()
	if err != nil {
		return nil, fmt.Errorf("make filter: %w", err)
	}
	filter.SetConsent(true)
	if err := filter.Choose(inference.Choice{Mode: inference.Mood}); err != nil {
		return nil, errors.Join(err, filter.Close())
	}
	return filter, nil
}

// Codec implements pipeline.Downlink.
func (l *lineRig) Codec() frame.Codec { return frame.VP8 }

// WriteRTP implements pipeline.Downlink.
func (l *lineRig) WriteRTP(h *rtp.Header, _ []byte) error {
	if h.Marker {
		l.done <- h.Timestamp
	}
	return nil
}

// play sends n pictures, each when the one before it has come out, and returns how long that took.
func (l *lineRig) play(n int) time.Duration {
	start := time.Now()
	for range n {
		l.player.send()
		<-l.done
	}
	return time.Since(start)
}

func (l *lineRig) close() error {
	l.player.close()
	return <-l.ended
}

// tap is a filter that keeps copies of what it painted when it is asked to.
type tap struct {
	*inference.Filter
	left int
	kept []*frame.Frame
}

func (t *tap) record(n int) { t.left = n }

func (t *tap) take() []*frame.Frame { return t.kept }

// Process implements pipeline.Processor.
func (t *tap) Process(dst, src *frame.Frame, deadline time.Time) error {
	if err := t.Filter.Process(dst, src, deadline); err != nil {
		return err
	}
	if t.left > 0 {
		t.left--
		c := frame.New(dst.Width, dst.Height)
		c.CopyFrom(dst)
		t.kept = append(t.kept, c)
	}
	return nil
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func millisEach(d time.Duration) float64 { return d.Seconds() * 1000 / chunk }

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// stageName makes "process/segment" "segment".
func stageName(stage string) string {
	for i := range stage {
		if stage[i] == '/' {
			return stage[i+1:]
		}
	}
	return stage
}
