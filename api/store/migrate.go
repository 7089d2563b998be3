package store

import (
	"context"
	"embed"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrationNames are the changes of the schema in their order. A change that was released is frozen: the next
// one gets a new name here, and four files in migrations/: up and down for each dialect.
func migrationNames() [][2]string {
	return [][2]string{
		{"20261123000001", "social"},
	}
}

// migrationLock is the key of PostgreSQL's advisory lock under which the schema changes.
const migrationLock = 0x7070656e746572

func (db *DB) migrations() *migrate.Migrations {
	ms := migrate.NewMigrations()
	for _, n := range migrationNames() {
		name, comment := n[0], n[1]
		file := fmt.Sprintf("migrations/%s_%s.%s.", name, comment, db.Dialect())
		ms.Add(migrate.Migration{
			Name: name, Comment: comment,
			Up: func(ctx context.Context, _ *migrate.Migrator, _ *migrate.Migration) error {
				return db.runFile(ctx, file+"up.sql")
			},
			Down: func(ctx context.Context, _ *migrate.Migrator, _ *migrate.Migration) error {
				return db.runFile(ctx, file+"down.sql")
			},
		})
	}
	return ms
}

// runFile runs a file's statements in one transaction: a change happens wholly or not at all.
func (db *DB) runFile(ctx context.Context, name string) error {
	text, err := migrationFiles.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read migration: %w", err)
	}
	return db.c.writer.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// Past bun, which would look for placeholders.
		_, err := tx.Tx.ExecContext(ctx, string(text))
		return err
	})
}

// withMigrator gives fn the migrator, one process at a time.
func (db *DB) withMigrator(ctx context.Context, fn func(*migrate.Migrator) error) (err error) {
	if db.c.pg {
		held, err := db.c.writer.Conn(ctx)
		if err != nil {
			return fmt.Errorf("take a connection: %w", err)
		}
		// The lock goes with the connection: a process that dies leaves none behind.
		defer held.Close() //nolint:errcheck // it goes back to its pool
		if _, err := held.ExecContext(ctx, "SELECT pg_advisory_lock(?)", int64(migrationLock)); err != nil {
			return fmt.Errorf("lock schema: %w", err)
		}
		defer held.ExecContext(context.WithoutCancel(ctx), //nolint:errcheck // closing the connection unlocks, too
			"SELECT pg_advisory_unlock(?)", int64(migrationLock))
	}
	m := migrate.NewMigrator(db.c.writer, db.migrations(), migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	return fn(m)
}

// Migrate brings the schema to its newest state and returns the names of the changes that were made.
func (db *DB) Migrate(ctx context.Context) (applied []string, err error) {
	err = db.withMigrator(ctx, func(m *migrate.Migrator) error {
		group, err := m.Migrate(ctx)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		for i := range group.Migrations {
			applied = append(applied, group.Migrations[i].String())
		}
		return nil
	})
	return applied, err
}

// Rollback takes the last group of changes back, and the data in it with them.
func (db *DB) Rollback(ctx context.Context) (reverted []string, err error) {
	err = db.withMigrator(ctx, func(m *migrate.Migrator) error {
		group, err := m.Rollback(ctx)
		if err != nil {
			return fmt.Errorf("roll back: %w", err)
		}
		for i := range group.Migrations {
			reverted = append(reverted, group.Migrations[i].String())
		}
		return nil
	})
	return reverted, err
}

// Pending names the changes that Migrate would make.
func (db *DB) Pending(ctx context.Context) (names []string, err error) {
	err = db.withMigrator(ctx, func(m *migrate.Migrator) error {
		all, err := m.MigrationsWithStatus(ctx)
		if err != nil {
			return fmt.Errorf("look at migrations: %w", err)
		}
		for i := range all {
			if !all[i].IsApplied() {
				names = append(names, all[i].String())
			}
		}
		return nil
	})
	return names, err
}
