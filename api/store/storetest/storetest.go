// Package storetest gives tests a database of their own: a SQLite file, and a PostgreSQL cluster that this
// process starts in a temporary folder and that ends with it.
package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Each runs test on an empty, migrated database of each kind.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) { test(t, Open(t, kind)) })
	}
}

// Open opens an empty, migrated database of a kind, "sqlite" or "postgres", for one test.
func Open(t testing.TB, kind string) *store.DB {
	t.Helper()
	return OpenConfig(t, store.Config{URL: URL(t, kind)})
}

// OpenConfig opens the database of cfg until the test ends.
func OpenConfig(t testing.TB, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// URL makes an empty, migrated database of a kind for one test, and returns what store.Config.URL wants.
func URL(t testing.TB, kind string) string {
	t.Helper()
	switch kind {
	case "sqlite":
		file := filepath.Join(t.TempDir(), store.FileName)
		template, err := sqliteTemplate()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, template, 0o600))
		return file
	case "postgres":
		c, err := privateCluster()
		require.NoError(t, err)
		name, err := c.clone()
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.drop(name)) })
		return c.url(name)
	}
	t.Fatalf("no kind of database is called %q", kind)
	return ""
}

// sqliteTemplate is a migrated file: copying it is faster than migrating for every test.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "ppenter-sqlite-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder in the system's temporary one
	file := filepath.Join(dir, store.FileName)
	if err := migrated(file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func migrated(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		return fmt.Errorf("open template: %w", err)
	}
	if _, err := db.Migrate(ctx); err != nil {
		_ = db.Close()
		return fmt.Errorf("migrate template: %w", err)
	}
	return db.Close()
}

// Queries runs fn and returns the queries that it made on db, without BEGIN and COMMIT.
func Queries(db *store.DB, fn func()) []string {
	var mu sync.Mutex
	var all []string
	stop := db.Watch(func(query string) {
		mu.Lock()
		defer mu.Unlock()
		if !slices.Contains([]string{"BEGIN", "COMMIT", "ROLLBACK"}, query) {
			all = append(all, query)
		}
	})
	defer stop()
	fn()
	mu.Lock()
	defer mu.Unlock()
	return all
}

// Disable locks an account, as the staff does.
func Disable(t testing.TB, db *store.DB, id int64) {
	t.Helper()
	_, err := db.Admin.Disable(t.Context(), social.Act{Reason: "a test"}, id)
	require.NoError(t, err)
}

// Promote makes an account staff.
func Promote(t testing.TB, db *store.DB, id int64) {
	t.Helper()
	_, err := db.Admin.SetRole(t.Context(), social.Act{}, id, social.RoleStaff)
	require.NoError(t, err)
}
