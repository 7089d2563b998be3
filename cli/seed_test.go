package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/configs"
)

func TestSeed(t *testing.T) {
	dir := t.TempDir()
	seed := func(args ...string) (int, string, string) {
		return run(t, append([]string{"seed"}, args...), "PPENTER_DATA_DIR="+dir, "PPENTER_AUTH_HASH_MEMORY=8192")
	}
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--users", "many"}, 2, "users"},
		{[]string{"--users", "0"}, 1, "there must be people"},
		{[]string{"--posts", "0"}, 1, "comments need posts"},
		{[]string{"--until", "yesterday"}, 2, "until"},
	} {
		status, stdout, stderr := seed(c.args...)
		require.Equal(t, c.status, status, "%v: %s", c.args, stderr)
		require.Contains(t, stdout+stderr, c.want)
	}

	status, stdout, stderr := seed("--users", "20", "--posts", "30", "--comments", "40",
		"--password", "open sesame")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "20 people, 30 posts, 40 comments")
	require.Contains(t, stdout, "with the password open sesame")
	require.Contains(t, stderr, "seed: 100%")

	db := inFolder(t, dir)
	posts, _, err := db.Posts.Feed(t.Context(), 0, social.Page{})
	require.NoError(t, err)
	require.Len(t, posts, social.DefaultLimit)
	who, err := db.Users.Credentials(t.Context(), posts[0].Owner.Username)
	require.NoError(t, err)
	cfg := configs.Default()
	cfg.Data.Dir = dir
	passwords, err := newPasswords(cfg.Auth)
	require.NoError(t, err)
	ok, _, err := passwords.Verify(t.Context(), "open sesame", who.PasswordHash)
	require.NoError(t, err)
	require.True(t, ok)

	// The picture is there, in all sizes.
	blobs, err := openBlobs(t.Context(), &cfg)
	require.NoError(t, err)
	defer blobs.Close() //nolint:errcheck // it was only read
	keeper, err := media.NewKeeper(media.DefaultConfig(), blobs)
	require.NoError(t, err)
	photo, err := db.Photos.ByID(t.Context(), 0, posts[0].Photo.ID)
	require.NoError(t, err)
	for _, size := range media.Sizes() {
		stored, err := keeper.Read(t.Context(), photo.Blob, size)
		require.NoError(t, err)
		require.Positive(t, stored.Size)
		require.NoError(t, stored.Close())
	}

	status, _, stderr = seed()
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "the database has accounts already")
	require.Contains(t, stderr, "PPENTER_DATA_DIR")
	n, err := db.Users.Count(t.Context())
	require.NoError(t, err)
	require.Equal(t, 20, n)
}
