package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

// joinTries is how many joins the time to the first picture is the median of.
const joinTries = 7

// callFor is how long the call goes on whose delay is measured.
const callFor = 12 * time.Second

// measureCall reports what one room of two people, both filtered with everything on, sees: the delay that
// each line adds, from the last packet of a picture in to the first packet out, and the time from a join to
// the first filtered picture.
func measureCall(ctx context.Context, r *rig) (err error) {
	film, err := loadFootage(size480p(), stretch)
	if err != nil {
		return err
	}
	engine, err := r.newEngine(2, 0)
	if err != nil {
		return fmt.Errorf("start models: %w", err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	h, err := openHall(engine) //nolint:contextcheck // it closes by itself
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	if err := joinTimes(ctx, r, h, film); err != nil {
		return err
	}
	return addedLatency(ctx, r, h, film)
}

// joinTimes measures from the reservation of a seat to the first decoded picture in the mirror.
func joinTimes(ctx context.Context, r *rig, h *hall, film *footage) error {
	var times []float64
	for i := range int64(joinTries) {
		start := time.Now()
		c, err := h.join(ctx, 100+i, "a", sfutest.Config{Source: &reel{footage: film}, Decode: true}, true)
		if err != nil {
			return err
		}
		err = c.firstPicture(ctx)
		times = append(times, time.Since(start).Seconds()*1000)
		if err := errors.Join(err, c.leave(ctx), c.close()); err != nil {
			return err
		}
	}
	r.report("join_to_first_frame_ms", median(times), "ms")
	return nil
}

func (c *client) firstPicture(ctx context.Context) error {
	for c.browser.Track(sfutest.TrackMirror).Stats().Pictures == 0 {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("wait for the first picture: %w", ctx.Err())
		}
	}
	return nil
}

func addedLatency(ctx context.Context, r *rig, h *hall, film *footage) (err error) {
	var people []*client
	defer func() {
		for _, c := range people {
			err = errors.Join(err, c.close())
		}
	}()
	for _, who := range []string{"a", "b"} {
		cfg := sfutest.Config{Source: &reel{footage: film}, Microphone: true}
		c, err := h.join(ctx, 1, who, cfg, true)
		if err != nil {
			return err
		}
		people = append(people, c)
	}
	select {
	case <-time.After(callFor):
	case <-ctx.Done():
		return ctx.Err()
	}
	var p50, p95, rate float64
	lines, late := 0, 0
	for _, room := range h.server.Snapshot().Rooms {
		for _, p := range room.Participants {
			if p.Line == nil || p.Line.Route != "encoded" {
				return fmt.Errorf("the camera of %s is not filtered: %s", p.ID, p.State)
			}
			if p.Line.State != pipeline.Active {
				late++
			}
			lines++
			p50, p95, rate = p50+p.Line.Added.P50, max(p95, p.Line.Added.P95), rate+p.Line.FPSOut
		}
	}
	r.report("added_latency_p50_ms", p50/float64(lines), "ms")
	r.report("added_latency_p95_ms", p95, "ms")
	r.report("call_lines_degraded", float64(late), "")
	r.report("call_fps", rate/float64(lines), "1/s")
	return nil
}
