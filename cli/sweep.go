package cli

import (
	"context"
	"log/slog"
	"time"
)

// sweepEvery is how often what has expired is looked for.
const sweepEvery = time.Hour

// keepExpired is how long an expired login is told from one that never was.
const keepExpired = 7 * 24 * time.Hour

// sweep forgets what has expired in the database, now and then, until ctx ends.
func (h *house) sweep(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		gone, err := h.db.Sessions.Sweep(ctx, time.Now().Add(-keepExpired))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			h.log.Error("sweep sessions", slog.Any("error", err)) // the next round tries again
		case gone > 0:
			h.log.Info("sessions expired", slog.Int64("count", gone))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
