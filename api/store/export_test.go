package store

import "context"

// Exec runs a statement for a test that wants rows which no method makes, or makes no more.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := db.c.w.ExecContext(ctx, query, args...)
	return err
}

// Int reads one number.
func (db *DB) Int(ctx context.Context, query string, args ...any) (n int64, err error) {
	return n, db.c.r.NewRaw(query, args...).Scan(ctx, &n)
}

// Written reads the number that a write returns.
func (db *DB) Written(ctx context.Context, query string, args ...any) (n int64, err error) {
	return n, db.c.w.NewRaw(query, args...).Scan(ctx, &n)
}
