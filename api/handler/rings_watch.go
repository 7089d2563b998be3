package handler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// ringsEvery is how often rings are looked at where Ringer.Every does not say.
const ringsEvery = 500 * time.Millisecond

// Run ends the rings that nobody answers in time, and those for which the ground is gone, until ctx ends.
// Rings of before a restart are ended as well.
func (r *Ringer) Run(ctx context.Context) {
	every := r.Every
	if every <= 0 {
		every = ringsEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	known := map[int64]social.LiveRing{}
	for {
		live, err := r.Look(ctx, known)
		switch {
		case err == nil:
			known = live
		case ctx.Err() == nil:
			r.log().Error("look at rings", slog.Any("error", err)) // the next round tries again
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look is one round of Run. known are the rings that rang when it looked last; it returns those that do now.
func (r *Ringer) Look(
	ctx context.Context, known map[int64]social.LiveRing,
) (live map[int64]social.LiveRing, err error) {
	rows, err := r.DB.Rings.Live(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rings: %w", err)
	}
	live = map[int64]social.LiveRing{}
	for _, row := range rows {
		switch {
		case row.Broken:
			err = r.stop(ctx, row)
		case row.Due:
			err = r.miss(ctx, row)
		default:
			live[row.ID] = row
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.gone(ctx, known, live); err != nil {
		return nil, err
	}
	return live, nil
}

// miss ends a ring that is due.
func (r *Ringer) miss(ctx context.Context, row social.LiveRing) error {
	told, done, err := r.DB.Rings.Miss(ctx, row.ID)
	if err != nil || !done {
		return err
	}
	r.Stopped(ctx, []int64{row.ID})
	r.Notify.Tell(context.WithoutCancel(ctx), row.CalleeID, told)
	return nil
}

// stop ends a ring whose room has ended, or one side of which has lost their account.
func (r *Ringer) stop(ctx context.Context, row social.LiveRing) error {
	done, err := r.DB.Rings.Stop(ctx, row.ID)
	if err == nil && done {
		r.Stopped(ctx, []int64{row.ID})
	}
	return err
}

// gone tells of the rings that went with their room or an account. Whoever answered or cancelled one has told
// of it.
func (r *Ringer) gone(ctx context.Context, known, live map[int64]social.LiveRing) error {
	var ids []int64
	for id := range known {
		if _, still := live[id]; !still {
			ids = append(ids, id)
		}
	}
	there, err := r.DB.Rings.ByIDs(ctx, ids...)
	if err != nil {
		return fmt.Errorf("find rings: %w", err)
	}
	kept := map[int64]bool{}
	for i := range there {
		kept[there[i].ID] = true
	}
	for _, id := range ids {
		if row := known[id]; !kept[id] {
			r.push(row.CallerID, row.CalleeID, RingStoppedEvent, RingStopped{
				RingID: id, RoomID: row.RoomID, Reason: string(social.RingCancelled),
			})
		}
	}
	return nil
}
