package cli

import (
	"context"
	"log/slog"
	"time"
)

const (
	// sweepEvery is how often what has expired is looked for, and pictures without a row.
	sweepEvery = time.Hour
	// orphansEvery is how often the bytes of deleted pictures are removed.
	orphansEvery = time.Minute
	// keepExpired is how long an expired login is told from one that never was.
	keepExpired = 7 * 24 * time.Hour
	// strayAge is after how long a stored picture without a row will not get one any more.
	strayAge = time.Hour
)

// sweep forgets what has expired, and removes the bytes of pictures that are gone, now and then, until ctx
// ends. What fails is tried again in the next round.
func (h *house) sweep(ctx context.Context) error {
	hourly, often := time.NewTicker(sweepEvery), time.NewTicker(orphansEvery)
	defer hourly.Stop()
	defer often.Stop()
	h.sweepOrphans(ctx)
	h.sweepExpired(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-often.C:
			h.sweepOrphans(ctx)
		case <-hourly.C:
			h.sweepExpired(ctx)
		}
	}
}

// sweepOrphans removes the bytes of pictures whose rows were deleted.
func (h *house) sweepOrphans(ctx context.Context) {
	gone, err := h.blobs.RemoveOrphans(ctx, h.db.Photos)
	h.swept(ctx, "deleted pictures", int64(gone), err)
}

// sweepExpired forgets logins that have expired, and removes what was stored without ever getting a row.
func (h *house) sweepExpired(ctx context.Context) {
	sessions, err := h.db.Sessions.Sweep(ctx, time.Now().Add(-keepExpired))
	h.swept(ctx, "expired sessions", sessions, err)
	strays, err := h.blobs.RemoveStrays(ctx, h.db.Photos, time.Now().Add(-strayAge))
	h.swept(ctx, "stray pictures", int64(strays), err)
}

// swept logs what a round has done.
func (h *house) swept(ctx context.Context, what string, gone int64, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil:
		h.log.Error("sweep "+what, slog.Any("error", err))
	case gone > 0:
		h.log.Info("swept "+what, slog.Int64("count", gone))
	}
}
