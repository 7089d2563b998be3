package store

import "context"

// Exec runs a statement for a test that wants rows which no method makes, or makes no more.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := db.c.w.ExecContext(ctx, query, args...)
	return err
}

// Int reads one number.
func (db *DB) Int(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = db.c.r.NewRaw(query, args...).Scan(ctx, &n)
	return n, err
}

// Written reads the number that a write returns.
func (db *DB) Written(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = db.c.w.NewRaw(query, args...).Scan(ctx, &n)
	return n, err
}

// Sees tells whether visibleTo lets viewer see a post.
func (db *DB) Sees(ctx context.Context, viewer, post int64) (bool, error) {
	q := db.c.r.NewSelect().TableExpr("posts AS po").ColumnExpr("1").Where("po.id = ?", post)
	return db.c.visibleTo(q, viewer, owned{owner: "po.owner_id", level: "po.visibility"}).Exists(ctx)
}

// SeesRoom is Sees for a room.
func (db *DB) SeesRoom(ctx context.Context, viewer, room int64) (bool, error) {
	q := db.c.r.NewSelect().TableExpr("facechats AS fc").ColumnExpr("1").Where("fc.id = ?", room)
	return db.c.visibleTo(q, viewer, owned{owner: "fc.host_id", level: "fc.visibility"}).Exists(ctx)
}

// Plans explains how SQLite answers each query that is prepared so far, by their names.
func (db *DB) Plans(ctx context.Context) (map[string][]string, error) {
	db.c.statements.mu.Lock()
	defer db.c.statements.mu.Unlock()
	plans := map[string][]string{}
	for name, st := range db.c.statements.made {
		var err error
		if plans[name], err = db.plan(ctx, st.text); err != nil {
			return nil, err
		}
	}
	return plans, nil
}

func (db *DB) plan(ctx context.Context, query string) (steps []string, err error) {
	rows, err := db.c.reader.DB.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, 1, 1, 1, 1)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // its error is Err's
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		steps = append(steps, detail)
	}
	return steps, rows.Err()
}
