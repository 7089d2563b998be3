package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/memblob" // mem://, for trying things out
	_ "gocloud.dev/blob/s3blob"  // s3://
	"gocloud.dev/gcerrors"
	"golang.org/x/sync/errgroup"

	"github.com/pp-enter/pp-enter/api/social"
)

// How long one step with the blob store may take.
const (
	writeTimeout  = 30 * time.Second
	removeTimeout = 30 * time.Second
)

// extension ends the keys of all stored pictures.
const extension = ".webp"

// Blobs is a blob store: a folder of its own, or a bucket that others may use, too. The sizes of a picture
// lie in its folder: <hash's first byte>/<hash>-<random>/<size>.webp. Safe for concurrent use.
type Blobs struct {
	bucket *blob.Bucket
	dir    string // "" where it is not a folder of this machine
}

// OpenBlobs opens the store at address: empty for the folder dir, which is made where it is missing, or
// file:///folder, or s3://bucket?region=... as gocloud.dev has it (with endpoint, use_path_style and
// disable_https for others than Amazon; keys come from the environment), or mem://.
func OpenBlobs(ctx context.Context, address, dir string) (*Blobs, error) {
	if address != "" {
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("open blobs: %w", err)
		}
		if u.Scheme != "file" {
			bucket, err := blob.OpenBucket(ctx, address)
			if err != nil {
				return nil, fmt.Errorf("open blobs: %w", err)
			}
			return &Blobs{bucket: bucket}, nil
		}
		dir = filepath.FromSlash(u.Path)
	}
	bucket, err := fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	return &Blobs{bucket: bucket, dir: dir}, nil
}

// Close lets the store go.
func (b *Blobs) Close() error { return b.bucket.Close() }

func key(folder string, size Size) string { return folder + "/" + string(size) + extension }

// writeAll stores all sizes of a picture, or none.
func (b *Blobs) writeAll(ctx context.Context, folder string, sizes map[Size][]byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	group, within := errgroup.WithContext(ctx)
	for size, data := range sizes {
		group.Go(func() error { return b.write(within, key(folder, size), data) })
	}
	err := group.Wait()
	if err == nil {
		err = b.sync(folder)
	}
	if err != nil {
		err = errors.Join(err, b.remove(context.WithoutCancel(ctx), folder))
	}
	return err
}

func (b *Blobs) write(ctx context.Context, key string, data []byte) error {
	err := b.bucket.WriteAll(ctx, key, data, &blob.WriterOptions{
		ContentType: ContentType, DisableContentTypeDetection: true,
	})
	if err != nil {
		return fmt.Errorf("write blob: %w", err)
	}
	if b.dir == "" {
		return nil
	}
	return syncFile(filepath.Join(b.dir, filepath.FromSlash(key)))
}

// sync makes sure that the names in a picture's folder outlive a loss of power, since the database is told of
// them next.
func (b *Blobs) sync(folder string) error {
	if b.dir == "" {
		return nil
	}
	at := filepath.Join(b.dir, filepath.FromSlash(folder))
	return errors.Join(syncFile(at), syncFile(filepath.Dir(at)), syncFile(b.dir))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync blob: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync blob: %w", err)
	}
	return nil
}

// Stored is one size of a stored picture, to be read and closed.
type Stored struct {
	io.ReadSeekCloser

	Size     int64
	Modified time.Time
}

// open reads one size of a picture; social.ErrPhotoNotFound where it is not there.
func (b *Blobs) open(ctx context.Context, folder string, size Size) (*Stored, error) {
	r, err := b.bucket.NewReader(ctx, key(folder, size), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, social.ErrPhotoNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return &Stored{ReadSeekCloser: r, Size: r.Size(), Modified: r.ModTime()}, nil
}

// remove removes all that lies in a picture's folder. What is gone already does not matter.
func (b *Blobs) remove(ctx context.Context, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, removeTimeout)
	defer cancel()
	if !isFolder(folder) {
		return fmt.Errorf("remove blobs: %q is no picture's folder", folder)
	}
	list := b.bucket.List(&blob.ListOptions{Prefix: folder + "/"})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("list blobs: %w", err)
		}
		if err := b.bucket.Delete(ctx, o.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("delete blob: %w", err)
		}
	}
	if b.dir != "" {
		// The folders stay where something came into them in the meantime.
		at := filepath.Join(b.dir, filepath.FromSlash(folder))
		_ = os.Remove(at)
	}
	return nil
}

// isFolder tells whether a name is one that newFolder makes: others may use the bucket, too.
func isFolder(name string) bool {
	const first, hash = 2, 64
	head, rest, _ := strings.Cut(name, "/")
	sum, random, _ := strings.Cut(rest, "-")
	return len(head) == first && len(sum) == hash && random != "" && sum[:first] == head &&
		strings.Trim(sum, "0123456789abcdef") == "" &&
		strings.Trim(random, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}

// folderOf is the folder of a picture's key; ok is false for what is no picture's.
func folderOf(key string) (folder string, ok bool) {
	end := strings.LastIndexByte(key, '/')
	if end < 0 {
		return "", false
	}
	return key[:end], isFolder(key[:end])
}
