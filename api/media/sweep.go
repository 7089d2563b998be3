package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gocloud.dev/blob"
)

// Rows knows which pictures there are.
type Rows interface {
	// Orphans are folders whose row is gone, at most so many.
	Orphans(ctx context.Context, limit int) ([]string, error)
	// Forget takes folders from the orphans: their bytes are gone.
	Forget(ctx context.Context, folders []string) error
	// Strangers are those of the folders that no row has.
	Strangers(ctx context.Context, folders []string) ([]string, error)
}

// ErrManyStrays says that so many stored pictures have no row that the database is more likely to be another
// one. None of them was removed.
var ErrManyStrays = errors.New("most stored pictures have no row: is this their database?")

// sweepBatch is how many folders are asked for at a time.
const sweepBatch = 200

// RemoveOrphans removes the bytes of all pictures whose row is gone, and tells how many there were. Those
// that cannot be removed stay orphans, for the next time, and do not keep the others of their batch.
func (b *Blobs) RemoveOrphans(ctx context.Context, rows Rows) (removed int, err error) {
	for {
		folders, err := rows.Orphans(ctx, sweepBatch)
		if err != nil || len(folders) == 0 {
			return removed, err
		}
		gone, err := rows.Strangers(ctx, folders) // bytes may be shared
		if err != nil {
			return removed, err
		}
		var (
			stuck  []string
			failed []error
		)
		for _, folder := range gone {
			if !isFolder(folder) {
				continue // nothing was ever stored under it
			}
			if err := b.remove(ctx, folder); err != nil {
				stuck, failed = append(stuck, folder), append(failed, err)
				continue
			}
			removed++
		}
		folders = slices.DeleteFunc(folders, func(folder string) bool { return slices.Contains(stuck, folder) })
		failed = append(failed, rows.Forget(ctx, folders))
		if err := errors.Join(failed...); err != nil {
			return removed, err
		}
	}
}

// RemoveStrays removes what was stored before a time and has no row: the program was killed between the two.
// The time must lie so far back that no row can still be on its way.
func (b *Blobs) RemoveStrays(ctx context.Context, rows Rows, before time.Time) (removed int, err error) {
	const few = 20 // that many may always go
	strays, all, err := b.strays(ctx, rows, before)
	if err != nil {
		return 0, err
	}
	if len(strays) > few && len(strays) > all/2 {
		return 0, fmt.Errorf("%w (%d of %d)", ErrManyStrays, len(strays), all)
	}
	for _, folder := range strays {
		if err := b.remove(ctx, folder); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, b.tidy(before)
}

// tidy removes folders in which nothing lies: the program was killed before the first size, or after the
// last.
func (b *Blobs) tidy(before time.Time) error {
	if b.dir == "" {
		return nil
	}
	names, err := fs.Glob(os.DirFS(b.dir), "??/*")
	if err != nil {
		return fmt.Errorf("list folders: %w", err)
	}
	for _, name := range names {
		path := filepath.Join(b.dir, filepath.FromSlash(name))
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() || !isFolder(name) || !info.ModTime().Before(before) {
			continue
		}
		_ = os.Remove(path) // refused where something lies in it
	}
	return nil
}

// strays lists the folders without a row, and counts all that were stored before the time.
func (b *Blobs) strays(
	ctx context.Context, rows Rows, before time.Time,
) (strays []string, all int, err error) {
	var batch []string
	ask := func() error {
		all += len(batch)
		unknown, err := rows.Strangers(ctx, batch)
		strays, batch = append(strays, unknown...), batch[:0]
		return err
	}
	last, list := "", b.bucket.List(&blob.ListOptions{})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, fmt.Errorf("list blobs: %w", err)
		}
		folder, ok := folderOf(o.Key)
		// The list is in the order of the keys: a folder's come one after the other.
		if !ok || folder == last || !o.ModTime.Before(before) {
			continue
		}
		if last, batch = folder, append(batch, folder); len(batch) < sweepBatch {
			continue
		}
		if err := ask(); err != nil {
			return nil, 0, err
		}
	}
	if err := ask(); err != nil {
		return nil, 0, err
	}
	return slices.Clip(strays), all, nil
}
