package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/pp-enter/pp-enter/api/store"
)

// migrateCmd changes the schema of the database. The server brings it to its newest state when it starts;
// these are for those who want to do it themselves, or to look first.
type migrateCmd struct {
	Up     migrateUp     `cmd:"" help:"Bring the database to its newest state."`
	Down   migrateDown   `cmd:"" help:"Take the last group of changes back, and the data in it."`
	Status migrateStatus `cmd:"" help:"Say which changes the database lacks."`
}

type migrateUp struct{ configured }

type migrateDown struct {
	configured
	Yes bool `help:"Really: what the last changes hold is lost."`
}

type migrateStatus struct{ configured }

// Run makes the changes that are missing.
func (c *migrateUp) Run(ctx context.Context, p *Process) error {
	return c.asItIs(ctx, p, func(db *store.DB) error {
		applied, err := db.Migrate(ctx)
		if err != nil {
			return fmt.Errorf("migrate database: %w", err)
		}
		p.list("made ", applied, "The database is in its newest state already.")
		return nil
	})
}

// Run takes the last changes back.
func (c *migrateDown) Run(ctx context.Context, p *Process) error {
	if !c.Yes {
		return errors.New("this deletes data: say --yes, and keep a copy of the database")
	}
	return c.asItIs(ctx, p, func(db *store.DB) error {
		reverted, err := db.Rollback(ctx)
		if err != nil {
			return fmt.Errorf("take changes back: %w", err)
		}
		p.list("took back ", reverted, "The database is empty already.")
		return nil
	})
}

// Run says which changes are missing.
func (c *migrateStatus) Run(ctx context.Context, p *Process) error {
	return c.asItIs(ctx, p, func(db *store.DB) error {
		pending, err := db.Pending(ctx)
		if err != nil {
			return fmt.Errorf("look at database: %w", err)
		}
		p.list("pending ", pending, "The database is in its newest state.")
		return nil
	})
}

// asItIs gives fn the configured database as it stands.
func (c *configured) asItIs(ctx context.Context, p *Process, fn func(db *store.DB) error) (err error) {
	cfg, _, err := c.load(p)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	db, err := store.Open(ctx, store.Config{
		URL: cfg.Database.URL, Dir: cfg.Data.Dir, Log: newLog(cfg.Log, p.Stderr),
	})
	if err != nil {
		return fmt.Errorf("open database.url: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(db)
}

// list says each of the names on a line of its own, or what it is to say where there are none.
func (p *Process) list(word string, names []string, none string) {
	if len(names) == 0 {
		p.say("%s\n", none)
	}
	for _, name := range names {
		p.say("%s%s\n", word, name)
	}
}
