package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// A participant is carried when, paced at 30 pictures a second, the line adds less than a picture's time in
// 95 of 100 cases and leaves out hardly a picture.
const (
	mostParticipants = 6
	settle           = 2 * time.Second
	watchFor         = 8 * time.Second
	mostAdded        = 33 * time.Millisecond
	leastShown       = 0.98
)

// measureParticipants reports how many participants this process carries, with the matte of each picture
// and with the matte at 15 Hz.
func measureParticipants(ctx context.Context, r *rig) error {
	film, err := loadFootage(size480p(), stretch)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name    string
		matteHz float64
	}{{"participants_per_core_480p", 0}, {"participants_per_core_480p_matte15", 15}} {
		engine, err := r.newEngine(1, c.matteHz)
		if err != nil {
			return fmt.Errorf("start models: %w", err)
		}
		carried, err := countParticipants(ctx, r, engine, film, c.name)
		if err := errors.Join(err, engine.Close()); err != nil {
			return err
		}
		r.report(c.name, float64(carried), "")
	}
	return nil
}

// countParticipants tries one more until that is too many.
func countParticipants(
	ctx context.Context, r *rig, e *inference.Engine, film *footage, name string,
) (int, error) {
	for n := 1; n <= mostParticipants; n++ {
		added, shown, err := crowd(ctx, e, film, n)
		if err != nil {
			return n - 1, err
		}
		p95 := added[len(added)*95/100]
		r.report(fmt.Sprintf("%s_with_%d_added_p95_ms", name, n), float64(p95.Microseconds())/1000, "ms")
		if p95 >= mostAdded || shown < leastShown {
			return n - 1, nil
		}
	}
	return mostParticipants, nil
}

// crowd runs n lines at once, in real time, and returns the delays that they added, sorted, and the share
// of pictures that came out.
func crowd(
	ctx context.Context, e *inference.Engine, film *footage, n int,
) (added []time.Duration, shown float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, settle+watchFor)
	defer cancel()
	turns := pipeline.NewTurns(runtime.GOMAXPROCS(0))
	people := make([]*paced, n)
	var wg sync.WaitGroup
	for i := range people {
		if people[i], err = newPaced(e, film.clone(), turns); err != nil {
			return nil, 0, err
		}
	}
	for i, p := range people {
		wg.Go(func() { p.run(ctx, time.Duration(i)*time.Second/fps/time.Duration(n)) })
	}
	wg.Wait()
	sent, out := 0, 0
	for _, p := range people {
		added = append(added, p.added...)
		sent, out = sent+p.sent, out+len(p.added)
		err = errors.Join(err, p.err)
	}
	slices.Sort(added)
	if len(added) == 0 {
		return []time.Duration{time.Hour}, 0, err
	}
	return added, float64(out) / float64(sent), err
}

// paced is a participant whose pictures come by the clock. Fields below mu are guarded by it.
type paced struct {
	player *player
	line   *pipeline.Line

	mu    sync.Mutex
	due   map[uint32]time.Time // by timestamp: when the picture's last packet came
	added []time.Duration
	sent  int
	err   error
	count bool // the settling is over
}

func newPaced(e *inference.Engine, film *footage, turns *pipeline.Turns) (*paced, error) {
	filter, err := moodFilter(e)
	if err != nil {
		return nil, err
	}
	p := &paced{player: newPlayer(film), due: map[uint32]time.Time{}}
	cfg := codec.DefaultEncoderConfig()
	cfg.Bitrate = film.bitrate
	p.line, err = pipeline.New(pipeline.Config{
		ID: "bench", Up: p.player, Processor: filter, Encoder: cfg, Filtered: true,
		PaceOver: pipeline.DefaultPaceOver, Turns: turns,
		Budget: time.Second, // no matte is left out
	})
	if err != nil {
		return nil, errors.Join(err, filter.Close())
	}
	p.line.AddSink(p)
	return p, nil
}

// run sends a picture at each beat of its clock until ctx ends.
func (p *paced) run(ctx context.Context, offset time.Duration) {
	done := make(chan error, 1)
	go func() { done <- p.line.Run(context.WithoutCancel(ctx)) }()
	start := time.Now().Add(offset)
	for i := 0; ctx.Err() == nil; i++ {
		due := start.Add(time.Duration(i) * time.Second / fps)
		time.Sleep(time.Until(due))
		p.expect(due, due.Sub(start) > settle)
		p.player.send()
	}
	time.Sleep(100 * time.Millisecond) // the last picture
	p.player.close()
	err := <-done
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

func (p *paced) expect(due time.Time, count bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count = count; count {
		p.due[p.player.timestamp+frameTicks] = due
		p.sent++
	}
}

// Codec implements pipeline.Downlink.
func (p *paced) Codec() frame.Codec { return frame.VP8 }

// WriteRTP implements pipeline.Downlink: the first packet of a picture ends its delay.
func (p *paced) WriteRTP(h *rtp.Header, _ []byte) error {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if due, ok := p.due[h.Timestamp]; ok {
		delete(p.due, h.Timestamp)
		p.added = append(p.added, now.Sub(due))
	}
	return nil
}
