package handler_test

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// folderRig is the application with its pictures in a folder.
func folderRig(t *testing.T, db *store.DB, dir string) (*rig, *media.Blobs) {
	t.Helper()
	blobs := newBlobs(t, "file://"+dir)
	return newRigOn(t, db, func(cfg *api.Config) {
		cfg.Photos.Media, cfg.UploadsPerMinute = keeperOn(t, blobs), 1_000_000
	}), blobs
}

// folders are the pictures' folders in a folder.
func folders(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	for i, path := range paths {
		name, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		paths[i] = filepath.ToSlash(name)
	}
	return paths
}

// whole asserts that each row has its picture, in all sizes, and returns the rows' folders.
func whole(t *testing.T, r *rig, dir string, owner int64) (known []string) {
	t.Helper()
	page := social.Page{Limit: social.MaxLimit}
	for {
		rows, next, err := r.db.Photos.Mine(t.Context(), owner, "", page)
		require.NoError(t, err)
		for _, ph := range rows {
			known = append(known, ph.Blob)
			for _, size := range media.Sizes() {
				info, err := os.Stat(filepath.Join(dir, ph.Blob, string(size)+".webp"))
				require.NoError(t, err, "a photo without its picture")
				require.NotZero(t, info.Size())
			}
		}
		if page.Cursor = next; next == "" {
			return known
		}
	}
}

// sweep is what the program does now and then; an hour has passed.
func sweep(t *testing.T, blobs *media.Blobs, db *store.DB) {
	t.Helper()
	_, err := blobs.RemoveOrphans(t.Context(), db.Photos)
	require.NoError(t, err)
	_, err = blobs.RemoveStrays(t.Context(), db.Photos, time.Now().Add(time.Hour))
	require.NoError(t, err)
	left, err := db.Photos.Orphans(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, left)
}

// forgetful fails after the bytes are gone, before that is written down.
type forgetful struct{ *store.Photos }

var errCrash = errors.New("the power went out")

func (forgetful) Forget(context.Context, []string) error { return errCrash }

func TestCrashBetweenSteps(t *testing.T) {
	onBoth(t, func(t *testing.T, plain *rig) {
		dir := t.TempDir()
		r, blobs := folderRig(t, plain.db, dir)
		ada := r.user("ada")
		kept, err := keeperOn(t, blobs).Keep(t.Context(), []byte(pngOf(t, shades(20, 10, 1)))) // and no row
		require.NoError(t, err)
		a := ada.send("POST", "/api/posts/create/", "title", "sea")
		require.Equal(t, 201, a.status, a.body)
		gone := idOf(ada.upload())
		require.Len(t, folders(t, dir), 3)

		// The row goes first: whatever happens then, the bytes are known to be left over.
		ada.ok(204, "DELETE", photoPath(gone), "")
		require.Len(t, folders(t, dir), 3)
		require.Len(t, whole(t, r, dir, ada.id), 1)
		_, err = blobs.RemoveOrphans(t.Context(), forgetful{r.db.Photos})
		require.ErrorIs(t, err, errCrash)
		require.Len(t, folders(t, dir), 2)
		removed, err := blobs.RemoveOrphans(t.Context(), r.db.Photos)
		require.NoError(t, err, "what is gone can be removed again")
		require.Equal(t, 1, removed)

		removed, err = blobs.RemoveStrays(t.Context(), r.db.Photos, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, removed, "a row may be on its way")
		require.Contains(t, folders(t, dir), kept.Blob)
		sweep(t, blobs, r.db)
		require.ElementsMatch(t, whole(t, r, dir, ada.id), folders(t, dir))
		at := a.json(t)["photo"].(map[string]any)["url"].(string)
		require.Equal(t, 200, r.do(http.DefaultClient, "GET", at, "").status)

		ada.ok(204, "DELETE", "/api/accounts/me/", `{"password":"`+password+`"}`)
		sweep(t, blobs, r.db)
		require.Empty(t, folders(t, dir), "with the account all its bytes go")
	})
}

// What the child of TestKill is told.
const (
	crashURL = "PPENTER_TEST_CRASH_URL"
	crashDir = "PPENTER_TEST_CRASH_DIR"
)

// TestKillChild keeps and deletes pictures until it is killed. TestKill runs it.
func TestKillChild(t *testing.T) {
	if os.Getenv(crashURL) == "" {
		return
	}
	db := storetest.OpenConfig(t, store.Config{URL: os.Getenv(crashURL)})
	r, blobs := folderRig(t, db, os.Getenv(crashDir))
	ada := r.login("ada")
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			for n := uint8(i); ; n += 3 {
				body, kind := multiform(t, pngOf(t, shades(20, 14, n)), "title", "day "+strconv.Itoa(int(n)))
				a := ada.do("POST", "/api/posts/create/", body, "Content-Type", kind)
				if a.status == 201 && n%2 == 0 {
					ada.do("DELETE", "/api/posts/posts/"+jsonNumber(idOf(a.json(t)))+"/?photo=true", "")
				}
			}
		})
	}
	all.Go(func() {
		for {
			if _, err := blobs.RemoveOrphans(t.Context(), db.Photos); err != nil {
				return
			}
		}
	})
	_, err := os.Stdout.WriteString("\nworking\n")
	require.NoError(t, err)
	all.Wait()
}

// A program that is killed in the middle of its work leaves no photo and no post without its picture, and no
// bytes that the sweeper does not find.
func TestKill(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			url, dir := storetest.URL(t, kind), t.TempDir()
			db := storetest.OpenConfig(t, store.Config{URL: url})
			r, blobs := folderRig(t, db, dir)
			ada := r.user("ada")
			strays := 0
			for range 3 {
				kill(t, self, url, dir)
				known, found := whole(t, r, dir, ada.id), folders(t, dir)
				require.Subset(t, found, known)
				strays += len(found) - len(known)
				posts := ada.ok(200, "GET", "/api/posts/posts_detail_list/"+jsonNumber(ada.id)+"/?limit=50", "")
				require.NotEmpty(t, posts.items(t))
				for _, post := range posts.items(t) {
					at := post["photo"].(map[string]any)["url"].(string)
					require.Equal(t, 200, ada.do("GET", at, "").status, "a post without its picture")
				}
				sweep(t, blobs, db)
				require.ElementsMatch(t, known, folders(t, dir))
			}
			t.Logf("%d pictures were left over by kills", strays)
		})
	}
}

// kill runs the child for a while and kills it.
func kill(t *testing.T, self, url, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, self, "-test.run=^TestKillChild$")
	child.Env = append(os.Environ(), crashURL+"="+url, crashDir+"="+dir)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	working := false
	for lines := bufio.NewScanner(out); !working && lines.Scan(); {
		working = strings.Contains(lines.Text(), "working")
	}
	require.True(t, working)
	// Until it has done something, and then at any moment.
	require.Eventually(t, func() bool { return len(folders(t, dir)) > 3 }, 30*time.Second, 10*time.Millisecond)
	time.Sleep(time.Duration(300+rand.IntN(300)) * time.Millisecond)
	require.NoError(t, child.Process.Kill())
	_ = child.Wait()
}
