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
	known := map[int64]WatchedRing{}
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

// WatchedRing is a ring that rang when Run looked last, or the time before.
type WatchedRing struct {
	social.LiveRing
	over bool // it rang the time before
}

// Look is one round of Run. known is what the last round returned; it returns what the next one must know.
func (r *Ringer) Look(
	ctx context.Context, known map[int64]WatchedRing,
) (live map[int64]WatchedRing, err error) {
	rows, err := r.DB.Rings.Live(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rings: %w", err)
	}
	live = map[int64]WatchedRing{}
	for _, row := range rows {
		switch {
		case row.Broken:
			err = r.stop(ctx, row)
		case row.Due:
			err = r.miss(ctx, row)
		default:
			live[row.ID] = WatchedRing{LiveRing: row}
		}
		if err != nil {
			return nil, err
		}
	}
	return live, r.gone(ctx, known, live)
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

// gone tells of the rings whose end nobody told of: those that went with their room or an account. Whoever
// ends one has a round's time to tell of it.
func (r *Ringer) gone(ctx context.Context, known, live map[int64]WatchedRing) error {
	var untold []int64
	r.mu.Lock()
	for id, row := range known {
		if _, still := live[id]; still || r.told[id] {
			continue
		}
		if row.over {
			untold = append(untold, id)
			continue
		}
		row.over = true
		live[id] = row
	}
	for id := range r.told {
		if row, still := live[id]; !still || row.over {
			delete(r.told, id)
		}
	}
	r.mu.Unlock()
	there, err := r.DB.Rings.ByIDs(ctx, untold...)
	if err != nil {
		return fmt.Errorf("find rings: %w", err)
	}
	states := map[int64]social.RingState{}
	for i := range there {
		states[there[i].ID] = there[i].State
	}
	for _, id := range untold {
		row, reason := known[id], social.RingCancelled
		if state, kept := states[id]; kept {
			reason = state
		}
		r.push(row.CallerID, row.CalleeID, RingStoppedEvent, RingStopped{
			RingID: id, RoomID: row.RoomID, Reason: string(reason),
		})
	}
	return nil
}
