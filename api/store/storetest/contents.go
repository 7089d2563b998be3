package storetest

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Contents tells what a database holds, and whether that has changed.
type Contents struct {
	db     *sql.DB
	pg     bool
	tables []string
	rows   string // the query for all rows of all tables, without their times

	mark int64
	sum  map[string]string // at that mark
}

// OpenContents looks at the database at url, which is one of URL's or of Template.Again's.
func OpenContents(t testing.TB, url string) *Contents {
	t.Helper()
	c := &Contents{pg: strings.HasPrefix(url, "postgres://")}
	// The drivers are those that the store registers.
	driver, dsn := "sqliteshim", "file:"+url+"?_pragma=busy_timeout(5000)"
	if c.pg {
		driver, dsn = "pg", url
	}
	var err error
	c.db, err = sql.Open(driver, dsn)
	require.NoError(t, err)
	c.db.SetMaxOpenConns(1) // SQLite counts the changes of others for each connection
	t.Cleanup(func() { require.NoError(t, c.db.Close()) })
	columns := tablesOf(t, c.db, c.pg)
	c.tables = slices.Sorted(maps.Keys(columns))
	var parts []string
	for i, table := range c.tables {
		parts = append(parts, c.rowsOf(i, table, columns[table]))
	}
	c.rows = strings.Join(parts, " UNION ALL ") + " ORDER BY 1, 2"
	return c
}

// rowsOf is the query for a table's rows as texts. Of a time it says only whether there is one, and views are
// left out: they are counted some time after the look.
func (c *Contents) rowsOf(number int, table string, columns []string) string {
	columns = slices.DeleteFunc(slices.Clone(columns), func(s string) bool { return s == "view_count" })
	values := make([]string, len(columns))
	for i, column := range columns {
		if values[i] = column; strings.HasSuffix(column, "_at") {
			values[i] += " IS NOT NULL"
		}
	}
	row := "json_array(" + strings.Join(values, ", ") + ")"
	if c.pg {
		row = "ROW(" + strings.Join(values, ", ") + ")::text"
	}
	for i, column := range columns {
		if !c.pg && (column == "hash" || column == "replaced_by") { // binary, which JSON cannot hold
			row = strings.Replace(row, values[i], "hex("+column+")", 1)
		}
	}
	return fmt.Sprintf("SELECT %d AS number, %s AS line FROM %s", number, row, table)
}

// Mark changes whenever anything may have been written; it costs next to nothing.
func (c *Contents) Mark(t testing.TB) int64 {
	t.Helper()
	// PostgreSQL numbers the transactions that write, SQLite counts the commits of other connections.
	query := "PRAGMA data_version"
	if c.pg {
		query = "SELECT txid_snapshot_xmax(txid_current_snapshot())"
	}
	return c.Number(t, query)
}

// Sum is how many rows each table has, with a hash of them all but for their times: "12 rows 0123abcd".
// Tables without rows are left out.
func (c *Contents) Sum(t testing.TB) map[string]string {
	t.Helper()
	mark := c.Mark(t)
	if c.sum == nil || mark != c.mark {
		c.mark, c.sum = mark, c.read(t)
	}
	return maps.Clone(c.sum)
}

func (c *Contents) read(t testing.TB) map[string]string {
	t.Helper()
	rows, err := c.db.QueryContext(t.Context(), c.rows)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // its error is Err's
	lines := map[string][]string{}
	for rows.Next() {
		var number int
		var line string
		require.NoError(t, rows.Scan(&number, &line))
		lines[c.tables[number]] = append(lines[c.tables[number]], line)
	}
	require.NoError(t, rows.Err())
	sums := map[string]string{}
	for table, all := range lines {
		sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
		sums[table] = fmt.Sprintf("%d rows %s", len(all), hex.EncodeToString(sum[:4]))
	}
	return sums
}

// Number is the one number that a query gives.
func (c *Contents) Number(t testing.TB, query string) int64 {
	t.Helper()
	var n int64
	require.NoError(t, c.db.QueryRowContext(t.Context(), query).Scan(&n), query)
	return n
}

// Dangling counts the rows that refer to others that do not exist. PostgreSQL never lets one come into being.
func (c *Contents) Dangling(t testing.TB) int64 {
	t.Helper()
	if c.pg {
		return 0
	}
	return c.Number(t, "SELECT count(*) FROM pragma_foreign_key_check")
}

// tablesOf lists the columns of each table, without those that follow from others.
func tablesOf(t testing.TB, db *sql.DB, pg bool) map[string][]string {
	t.Helper()
	query := "SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c " +
		"WHERE s.type = 'table' AND s.name NOT LIKE '%\\_search%' ESCAPE '\\' AND s.name NOT LIKE 'sqlite\\_%' " +
		"ESCAPE '\\' AND s.name NOT LIKE 'bun\\_%' ESCAPE '\\' ORDER BY s.name, c.cid"
	if pg {
		query = "SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid " +
			"WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 " +
			"AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname NOT LIKE 'bun\\_%' " +
			"ORDER BY c.relname, a.attnum"
	}
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // its error is Err's
	tables := map[string][]string{}
	for rows.Next() {
		var table, column string
		require.NoError(t, rows.Scan(&table, &column))
		tables[table] = append(tables[table], column)
	}
	require.NoError(t, rows.Err())
	require.NotEmpty(t, tables)
	return tables
}
