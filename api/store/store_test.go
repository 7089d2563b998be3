package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestMigrationsGoForwardAndBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		pending, err := db.Pending(t.Context())
		require.NoError(t, err)
		require.Empty(t, pending)
		applied, err := db.Migrate(t.Context())
		require.NoError(t, err)
		require.Empty(t, applied, "there is nothing left to do")
		reverted, err := db.Rollback(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"20261123000001_social"}, reverted)
		pending, err = db.Pending(t.Context())
		require.NoError(t, err)
		require.Len(t, pending, 1)
		applied, err = db.Migrate(t.Context())
		require.NoError(t, err)
		require.Len(t, applied, 1, "nothing was left behind that stands in the way")
	})
}

func TestOpen(t *testing.T) {
	for _, url := range []string{
		"mysql://x/y", ":memory:", "file:a?mode=ro", "postgres://%zz", "postgres://u:p@h/db?sslmode=maybe",
	} {
		_, err := store.Open(t.Context(), store.Config{URL: url})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "u:p", "an address holds a password")
	}
	dir := filepath.Join(t.TempDir(), "a folder #1?", "data%20")
	db, err := store.Open(t.Context(), store.Config{Dir: dir})
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, store.FileName))
	require.NoError(t, db.Ping(t.Context()))
	require.NoError(t, db.Close())
	require.NoError(t, db.Close(), "closing again does nothing")
	require.Error(t, db.Ping(t.Context()))
}

func TestInTxIsAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		broken := errors.New("broken")
		err := db.InTx(t.Context(), func(tx *store.DB) error {
			require.Error(t, tx.Close(), "a transaction is not closed")
			return tx.InTx(t.Context(), func(*store.DB) error { return broken })
		})
		require.ErrorIs(t, err, broken)
	})
}
