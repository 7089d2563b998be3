package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// FileName is the SQLite file in Config.Dir where Config.URL is empty.
const FileName = "pp-enter.db"

// Config says which database to open.
type Config struct {
	// URL is postgres://user:password@host/database, or the path of a SQLite file (also as file:path or
	// sqlite:path). Empty: FileName in Dir.
	URL string
	Dir string
	// Readers is how many connections read at a time; 0 takes a number that suits the machine. SQLite has one
	// more, which writes.
	Readers int
	Now     func() time.Time // nil: time.Now; for tests
	Log     *slog.Logger     // nil: silent
}

// DB is an open database, or one transaction of it. Safe for concurrent use, but for a transaction.
type DB struct {
	Users         *Users
	Profiles      *Profiles
	Sessions      *Sessions
	Friends       *Friends
	Follows       *Follows
	Blocks        *Blocks
	Notifications *Notifications
	Consents      *Consents
	Reports       *Reports
	Audit         *Audit
	Posts         *Posts
	Reactions     *Reactions
	FaceChats     *FaceChats
	Participants  *Participants
	Messages      *Messages
	Rings         *Rings
	Admin         *Admin
	Photos        *Photos
	Comments      *Comments
	Tags          *Tags
	PhotoTags     *PhotoTags

	c conn
}

// bind makes the nouns on one conn.
func bind(c conn) *DB {
	return &DB{
		Users: &Users{c}, Profiles: &Profiles{c}, Sessions: &Sessions{c}, Friends: &Friends{c},
		Follows: &Follows{c}, Blocks: &Blocks{c}, Notifications: &Notifications{c}, Consents: &Consents{c},
		FaceChats: &FaceChats{c}, Participants: &Participants{c}, Messages: &Messages{c},
		Reports: &Reports{c}, Audit: &Audit{c}, Rings: &Rings{c}, Admin: &Admin{c},
		Photos: &Photos{c}, Posts: &Posts{c}, Reactions: &Reactions{c},
		Comments: &Comments{c}, Tags: &Tags{c}, PhotoTags: &PhotoTags{c},
		c: c,
	}
}

// Open connects to the database. It changes nothing in it: see Migrate.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	open, name := openSQLite, "sqlite"
	if strings.HasPrefix(cfg.URL, "postgres://") || strings.HasPrefix(cfg.URL, "postgresql://") {
		open, name = openPostgres, "postgres"
	} else if i := strings.Index(cfg.URL, "://"); i > 0 && !strings.HasPrefix(cfg.URL, "file://") {
		return nil, fmt.Errorf("open database: unknown kind %q", cfg.URL[:i])
	}
	if cfg.URL == "" {
		cfg.URL = filepath.Join(cfg.Dir, FileName)
	}
	hook := &hook{log: cfg.Log}
	c, err := open(ctx, cfg, hook)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	c.hook, c.clock, c.statements = hook, cfg.Now, newStatements()
	c.views = newViews(c.addViews("posts", ""), cfg.Log)
	c.roomViews = newViews(c.addViews("facechats", ", used_at = ?"), cfg.Log)
	return bind(c), nil
}

// Close waits for the queries in flight and lets the database go. Calling it again does nothing.
func (db *DB) Close() error {
	if db.c.tx {
		return errors.New("close database: a transaction is not closed, it ends")
	}
	db.c.views.close()
	db.c.roomViews.close()
	return errors.Join(db.c.statements.close(), db.c.reader.Close(), db.c.writer.Close())
}

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	return errors.Join(db.c.reader.PingContext(ctx), db.c.writer.PingContext(ctx))
}

// Dialect is "sqlite" or "postgres".
func (db *DB) Dialect() string {
	if db.c.pg {
		return "postgres"
	}
	return "sqlite"
}

// InTx runs fn in one transaction, which is rolled back when fn fails or panics. Everything that fn does to
// the database goes through tx. fn may run again from the start where PostgreSQL gave up on a deadlock, so
// what it does elsewhere must bear that. In a transaction, fn just joins it.
func (db *DB) InTx(ctx context.Context, fn func(tx *DB) error) error {
	return db.c.inTx(ctx, func(_ context.Context, c conn) error { return fn(bind(c)) })
}

// conn is what queries run on: the open database, or a transaction.
type conn struct {
	r, w           bun.IDB // where to read and to write; the same in a transaction
	reader, writer *bun.DB // the same one on PostgreSQL
	hook           *hook
	statements     *statements
	views          *views // of posts
	roomViews      *views
	clock          func() time.Time
	pg             bool
	tx             bool
}

// now is the time that is written: UTC, in microseconds, as PostgreSQL keeps it.
func (c conn) now() time.Time { return c.clock().UTC().Truncate(time.Microsecond) }

// attempts is how often a transaction is tried that PostgreSQL ends for another's sake.
const attempts = 8

// pause is how long a transaction waits before it is tried again: longer each time, and each its own time, so
// that those who met do not meet again.
func pause(try int) time.Duration {
	return time.Duration(try)*10*time.Millisecond + rand.N(time.Duration(try)*20*time.Millisecond)
}

// inTx is DB.InTx for the nouns.
func (c conn) inTx(ctx context.Context, fn func(ctx context.Context, c conn) error) error {
	if c.tx {
		return fn(ctx, c)
	}
	for try := 1; ; try++ {
		err := c.writer.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			inner := c
			inner.r, inner.w, inner.tx = tx, tx, true
			return fn(ctx, inner)
		})
		if err == nil || try == attempts || !again(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pause(try)):
		}
	}
}
