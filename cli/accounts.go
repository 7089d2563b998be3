package cli

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/configs"
)

// openDatabase opens the database and brings its schema to the newest state.
func openDatabase(ctx context.Context, cfg *configs.Config, log *slog.Logger) (*store.DB, error) {
	db, err := store.Open(ctx, store.Config{
		URL: cfg.Database.URL, Dir: cfg.Data.Dir, Log: log.With(slog.String("part", "store")),
	})
	if err != nil {
		return nil, fmt.Errorf("open database.url: %w", err)
	}
	applied, err := db.Migrate(ctx)
	if err != nil {
		db.Close() //nolint:errcheck // the migration's error is the one to tell
		return nil, fmt.Errorf("migrate database: %w", err)
	}
	for _, name := range applied {
		log.Info("database changed", slog.String("migration", name))
	}
	return db, nil
}

// newAccounts are the handlers of accounts, over the open database.
func (h *house) newAccounts(hall *callHall) (*handler.Accounts, error) {
	cfg := &h.cfg.Auth
	passwords, err := newPasswords(*cfg)
	if err != nil {
		return nil, err
	}
	return &handler.Accounts{
		DB: h.db, Keys: h.keys, Passwords: passwords, Policy: auth.NewPolicy(),
		Throttle: auth.NewThrottle(auth.ThrottleConfig{
			PerPair: cfg.LoginFailures, PerAccount: cfg.LoginFailuresAccount, PerAddress: cfg.LoginFailuresAddress,
			RefillEvery: cfg.LoginRefill,
		}),
		Pictures: h.photos, Calls: hall, Registration: cfg.Registration,
		Consent: handler.ConsentRules{
			Version: h.engine.offer().ConsentVersion, Mood: h.engine.offer().MoodEnabled,
		},
		Log: h.log.With(slog.String("part", "accounts")),
	}, nil
}
