package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// blobBatch bounds how many folders stand in one statement.
const blobBatch = 500

// Orphans are folders of pictures whose row is gone, at most so many, the oldest first. The table's triggers
// put them there in the transaction that removes the row, whatever removed it.
func (s *Photos) Orphans(ctx context.Context, limit int) (folders []string, err error) {
	err = s.c.r.NewSelect().TableExpr("blob_orphans").Column("blob").OrderExpr("id").Limit(limit).
		Scan(ctx, &folders)
	if err != nil {
		return nil, fmt.Errorf("list orphans: %w", err)
	}
	return folders, nil
}

// Forget takes folders from the orphans, since their bytes are gone.
func (s *Photos) Forget(ctx context.Context, folders []string) error {
	for len(folders) > 0 {
		n := min(len(folders), blobBatch)
		_, err := s.c.w.NewDelete().TableExpr("blob_orphans").Where("blob IN (?)", bun.List(folders[:n])).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget orphans: %w", err)
		}
		folders = folders[n:]
	}
	return nil
}

// Strangers are those of the folders that no picture has.
func (s *Photos) Strangers(ctx context.Context, folders []string) (unknown []string, err error) {
	known := map[string]bool{}
	for rest := folders; len(rest) > 0; {
		n := min(len(rest), blobBatch)
		var found []string
		err := s.c.r.NewSelect().TableExpr("photos").Column("blob").Where("blob IN (?)", bun.List(rest[:n])).
			Scan(ctx, &found)
		if err != nil {
			return nil, fmt.Errorf("look for photos: %w", err)
		}
		for _, f := range found {
			known[f] = true
		}
		rest = rest[n:]
	}
	for _, f := range folders {
		if !known[f] {
			unknown = append(unknown, f)
		}
	}
	return unknown, nil
}
