package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/driver/pgdriver"
	"github.com/uptrace/bun/driver/sqliteshim"
)

// openSQLite opens one connection that writes and some that read. With a log (WAL) readers never wait, and a
// single writer that takes its lock at the start (immediate) never finds that it read what is stale by now.
func openSQLite(ctx context.Context, cfg Config, h *hook) (conn, error) {
	path, a := strings.CutPrefix(cfg.URL, "sqlite:")
	path, b := strings.CutPrefix(path, "file:")
	if path == "" || strings.HasPrefix(path, ":memory:") || (a || b) && strings.Contains(path, "?") {
		return conn{}, errors.New("the database must be a plain path of a file")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return conn{}, fmt.Errorf("make folder: %w", err)
	}
	writer, err := sqlitePool(path, 1, "&_txlock=immediate", h)
	if err != nil {
		return conn{}, err
	}
	// The writer makes the file, so it goes first.
	if err := writer.PingContext(ctx); err != nil {
		return conn{}, errors.Join(err, writer.Close())
	}
	readers := cfg.Readers
	if readers <= 0 {
		readers = max(4, runtime.GOMAXPROCS(0))
	}
	reader, err := sqlitePool(path, readers, "&_pragma=query_only(1)", h)
	if err != nil {
		return conn{}, errors.Join(err, writer.Close())
	}
	if err := reader.PingContext(ctx); err != nil {
		return conn{}, errors.Join(err, reader.Close(), writer.Close())
	}
	return conn{r: reader, w: writer, reader: reader, writer: writer}, nil
}

func sqlitePool(path string, size int, more string, h *hook) (*bun.DB, error) {
	// busy_timeout comes first: the others may have to wait for another process already.
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)" +
		"&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=synchronous(NORMAL)" +
		"&_pragma=cache_size(-16000)&_pragma=temp_store(MEMORY)" + more
	pool, err := sql.Open(sqliteshim.ShimName, dsn)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return bun.NewDB(pool, sqlitedialect.New()).WithQueryHook(h), nil
}

// openPostgres opens one pool for everything.
func openPostgres(ctx context.Context, cfg Config, h *hook) (conn, error) {
	// pgdriver panics over an address that it cannot read, and its text may hold the password.
	if _, err := url.Parse(cfg.URL); err != nil {
		return conn{}, errors.New("the address of the database cannot be read")
	}
	connector, err := postgresConnector(cfg.URL)
	if err != nil {
		return conn{}, err
	}
	size := cfg.Readers
	if size <= 0 {
		size = max(16, 4*runtime.GOMAXPROCS(0))
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	db := bun.NewDB(pool, pgdialect.New()).WithQueryHook(h)
	if err := db.PingContext(ctx); err != nil {
		return conn{}, errors.Join(fmt.Errorf("connect: %w", err), db.Close())
	}
	return conn{r: db, w: db, reader: db, writer: db, pg: true}, nil
}

func postgresConnector(address string) (c *pgdriver.Connector, err error) {
	defer func() {
		if recover() != nil {
			c, err = nil, errors.New("the address of the database cannot be read")
		}
	}()
	return pgdriver.NewConnector(pgdriver.WithDSN(address), pgdriver.WithApplicationName("pp-enter")), nil
}
