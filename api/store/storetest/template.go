package storetest

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/store"
)

// Template is a filled database. Tests that need the same people and things over and over begin with it.
type Template struct {
	file []byte // of a SQLite database

	url     string // of the one PostgreSQL database
	pg      *sql.DB
	restore string // puts its contents back
}

// NewTemplate makes a database of a kind and lets fill put something into it. fill must have closed all that
// it opened when it returns.
func NewTemplate(t testing.TB, kind string, fill func(url string)) *Template {
	t.Helper()
	url := URL(t, kind)
	fill(url)
	if kind == "postgres" {
		return keepPostgres(t, url)
	}
	// What the log beside the file holds went into the file when the last connection was closed.
	require.NoFileExists(t, url+"-wal")
	file, err := os.ReadFile(url)
	require.NoError(t, err)
	return &Template{file: file}
}

// keepPostgres copies all rows aside: to put them back takes a tenth of the time of a new database.
func keepPostgres(t testing.TB, url string) *Template {
	t.Helper()
	kept := &Template{url: url}
	var err error
	kept.pg, err = sql.Open("pg", url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, kept.pg.Close()) })
	keep := []string{"CREATE SCHEMA kept"}
	// As a replica PostgreSQL runs no triggers and checks no foreign keys.
	back := []string{"BEGIN", "SET LOCAL session_replication_role = replica"}
	tables := tablesOf(t, kept.pg, true)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		columns := strings.Join(tables[table], ", ")
		keep = append(keep, "CREATE TABLE kept."+table+" AS SELECT "+columns+" FROM "+table)
		back = append(back, "DELETE FROM "+table, "INSERT INTO "+table+" ("+columns+
			") OVERRIDING SYSTEM VALUE SELECT "+columns+" FROM kept."+table)
	}
	kept.restore = strings.Join(append(back, "COMMIT"), ";\n")
	_, err = kept.pg.ExecContext(t.Context(), strings.Join(keep, ";\n"))
	require.NoError(t, err)
	return kept
}

// Again returns the URL of a database with the template's contents. On PostgreSQL it is the same one each
// time, put back to what it was: what used it before must be done.
func (template *Template) Again(t testing.TB) string {
	t.Helper()
	if template.pg != nil {
		_, err := template.pg.ExecContext(t.Context(), template.restore)
		require.NoError(t, err)
		return template.url
	}
	file := filepath.Join(t.TempDir(), store.FileName)
	require.NoError(t, os.WriteFile(file, template.file, 0o600))
	return file
}
