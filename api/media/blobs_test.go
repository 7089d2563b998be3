package media_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
)

// eachStore runs a test on a folder, and on a bucket over the S3 protocol.
func eachStore(t *testing.T, test func(t *testing.T, blobs *media.Blobs)) {
	t.Helper()
	open := func(t *testing.T, address, dir string) *media.Blobs {
		t.Helper()
		blobs, err := media.OpenBlobs(t.Context(), address, dir)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, blobs.Close()) })
		return blobs
	}
	t.Run("folder", func(t *testing.T) { test(t, open(t, "", filepath.Join(t.TempDir(), "new", "folder"))) })
	t.Run("file address", func(t *testing.T) { test(t, open(t, "file://"+t.TempDir(), "")) })
	t.Run("memory", func(t *testing.T) { test(t, open(t, "mem://", "")) })
	t.Run("s3", func(t *testing.T) { test(t, open(t, fakeS3(t), "")) })
}

// fakeS3 serves a bucket on loopback and returns its address.
func fakeS3(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	require.NoError(t, backend.CreateBucket("pictures"))
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return "s3://pictures?region=eu-west-1&use_path_style=true&endpoint=" + server.URL
}

// rows are a database's rows of pictures.
type rows struct {
	known   map[string]bool
	orphans []string
	fail    error
}

func (r *rows) Orphans(_ context.Context, limit int) ([]string, error) {
	return slices.Clone(r.orphans[:min(limit, len(r.orphans))]), r.fail
}

func (r *rows) Forget(_ context.Context, folders []string) error {
	r.orphans = slices.DeleteFunc(r.orphans, func(f string) bool { return slices.Contains(folders, f) })
	return r.fail
}

func (r *rows) Strangers(_ context.Context, folders []string) (unknown []string, err error) {
	for _, f := range folders {
		if !r.known[f] {
			unknown = append(unknown, f)
		}
	}
	return unknown, r.fail
}

func keeperOn(t *testing.T, blobs *media.Blobs) *media.Keeper {
	t.Helper()
	cfg := media.DefaultConfig()
	cfg.Effort = 0
	k, err := media.NewKeeper(cfg, blobs)
	require.NoError(t, err)
	return k
}

func has(t *testing.T, k *media.Keeper, folder string) bool {
	t.Helper()
	found := 0
	for _, size := range media.Sizes() {
		r, err := k.Read(t.Context(), folder, size)
		if err == nil {
			found++
			require.NoError(t, r.Close())
			continue
		}
		require.ErrorIs(t, err, social.ErrPhotoNotFound)
	}
	require.True(t, found == 0 || found == len(media.Sizes()), "all sizes or none")
	return found > 0
}

func TestBlobs(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs *media.Blobs) {
		k := keeperOn(t, blobs)
		began := time.Now()
		kept, err := k.Keep(t.Context(), asJPEG(t, scene(900, 600)))
		require.NoError(t, err)
		require.Regexp(t, `^([0-9a-f]{2})/[0-9a-f]{64}-[a-z0-9]{26}$`, kept.Blob)
		require.True(t, has(t, k, kept.Blob))
		whole := stored(t, k, kept.Blob, media.SizeOriginal)
		require.EqualValues(t, len(whole), kept.Size)
		require.True(t, strings.HasPrefix(kept.Blob[3:], media.Hash(whole)), "named by its content")
		r, err := k.Read(t.Context(), kept.Blob, media.SizeOriginal)
		require.NoError(t, err)
		require.WithinDuration(t, began, r.Modified, time.Minute)
		_, err = r.Seek(-10, io.SeekEnd)
		require.NoError(t, err)
		end, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, whole[len(whole)-10:], end)
		_, err = r.Seek(4, io.SeekStart)
		require.NoError(t, err)
		some := make([]byte, 8)
		_, err = io.ReadFull(r, some)
		require.NoError(t, err)
		require.Equal(t, whole[4:12], some)
		require.NoError(t, r.Close())

		again, err := k.Keep(t.Context(), asJPEG(t, scene(900, 600)))
		require.NoError(t, err)
		require.NotEqual(t, kept.Blob, again.Blob, "no two share their bytes by accident")
		require.NoError(t, k.Discard(t.Context(), kept.Blob))
		require.False(t, has(t, k, kept.Blob))
		require.True(t, has(t, k, again.Blob))
		require.NoError(t, k.Discard(t.Context(), kept.Blob), "gone is gone")
		for _, bad := range []string{
			"", "/", "ab", "../../etc", "ab/cd", kept.Blob[:2], kept.Blob + "/../" + again.Blob,
		} {
			require.Error(t, k.Discard(t.Context(), bad), bad)
		}
		require.True(t, has(t, k, again.Blob))
	})
}

func TestOrphans(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs *media.Blobs) {
		k, data := keeperOn(t, blobs), asPNG(t, scene(40, 30))
		db := &rows{known: map[string]bool{}}
		var folders []string
		for range 4 {
			kept, err := k.Keep(t.Context(), data)
			require.NoError(t, err)
			folders = append(folders, kept.Blob)
		}
		db.known[folders[0]], db.known[folders[1]] = true, true
		db.orphans = []string{folders[1], folders[2], "test/elsewhere"} // the second is shown by another row yet
		removed, err := blobs.RemoveOrphans(t.Context(), db)
		require.NoError(t, err)
		require.Equal(t, 1, removed)
		require.Empty(t, db.orphans)
		require.Equal(t, []bool{true, true, false, true}, []bool{
			has(t, k, folders[0]), has(t, k, folders[1]), has(t, k, folders[2]), has(t, k, folders[3]),
		})
		removed, err = blobs.RemoveStrays(t.Context(), db, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, removed, "a row may be on its way")
		removed, err = blobs.RemoveStrays(t.Context(), db, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, removed)
		require.True(t, has(t, k, folders[0]))
		require.False(t, has(t, k, folders[3]))

		db.fail = errors.New("the database is away")
		_, err = blobs.RemoveOrphans(t.Context(), db)
		require.ErrorIs(t, err, db.fail)
		_, err = blobs.RemoveStrays(t.Context(), db, time.Now().Add(time.Hour))
		require.ErrorIs(t, err, db.fail)
		require.True(t, has(t, k, folders[0]))
	})
}

func TestStraysOfAnotherDatabase(t *testing.T) {
	dir := t.TempDir()
	blobs, err := media.OpenBlobs(t.Context(), "", dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	put := func(key string) string {
		file := filepath.Join(dir, filepath.FromSlash(key))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
		return file
	}
	var files []string
	for i := range 30 {
		files = append(files, put(fmt.Sprintf("ab/ab%062d-%026d/small.webp", i, i)))
	}
	// What others keep in the same place is none of ours.
	others := put("backup/ab/thing.tar")
	nearly := put("ab/" + strings.Repeat("0", 64) + "-x/small.webp")
	_, err = blobs.RemoveStrays(t.Context(), &rows{}, time.Now().Add(time.Hour))
	require.ErrorIs(t, err, media.ErrManyStrays)
	for _, f := range append(files, others, nearly) {
		require.FileExists(t, f)
	}
	known := map[string]bool{}
	for i := range 16 {
		known[fmt.Sprintf("ab/ab%062d-%026d", i, i)] = true
	}
	removed, err := blobs.RemoveStrays(t.Context(), &rows{known: known}, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, 14, removed)
	require.FileExists(t, files[0])
	require.NoFileExists(t, files[29])
	require.FileExists(t, others)
	require.FileExists(t, nearly)
}

// A program that is killed while it writes leaves parts; they are strays like all else.
func TestPartsOfAWrite(t *testing.T) {
	dir := t.TempDir()
	blobs, err := media.OpenBlobs(t.Context(), "", dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	folder := filepath.Join(dir, "ab", "ab"+strings.Repeat("0", 62)+"-abc")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "fileblob123456"), []byte("x"), 0o600))
	removed, err := blobs.RemoveStrays(t.Context(), &rows{}, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, 1, removed)
	require.NoDirExists(t, folder)

	empty := filepath.Join(dir, "ab", "ab"+strings.Repeat("1", 62)+"-abc")
	others := filepath.Join(dir, "ab", "others")
	require.NoError(t, errors.Join(os.MkdirAll(empty, 0o700), os.MkdirAll(others, 0o700)))
	_, err = blobs.RemoveStrays(t.Context(), &rows{}, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.DirExists(t, empty, "something may be on its way into it")
	_, err = blobs.RemoveStrays(t.Context(), &rows{}, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.NoDirExists(t, empty)
	require.DirExists(t, others)
}

func TestOpenBlobsRefuses(t *testing.T) {
	for _, address := range []string{"ftp://x", "s3://b?nonsense=1", "://"} {
		_, err := media.OpenBlobs(t.Context(), address, t.TempDir())
		require.Error(t, err, address)
	}
}

func TestStoreThatTakesNothing(t *testing.T) {
	dir := t.TempDir()
	blobs, err := media.OpenBlobs(t.Context(), "", dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	for i := range 256 { // files where the folders should be
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02x", i)), nil, 0o600))
	}
	_, err = keeperOn(t, blobs).Keep(t.Context(), asPNG(t, scene(40, 30)))
	require.ErrorContains(t, err, "store picture")
}
