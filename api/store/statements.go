package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"
)

// statements are the queries that are asked all the time. SQLite needs longer to understand one of them than
// to answer it, so they are prepared once. Their number is that of the names in the code.
type statements struct {
	mu   sync.Mutex
	made map[string]*statement // guarded by mu; by name
}

type statement struct {
	text string
	stmt *sql.Stmt // nil on PostgreSQL: it plans better when it sees the values
}

func newStatements() *statements { return &statements{made: map[string]*statement{}} }

// close gives the prepared ones back.
func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, st := range s.made {
		if st.stmt != nil {
			err = errors.Join(err, st.stmt.Close())
		}
	}
	clear(s.made)
	return err
}

// statement is the query of a name. build is called once: it must write $1, $2 ... where a value differs from
// call to call.
func (c conn) statement(ctx context.Context, name string, build func() *bun.SelectQuery) (*statement, error) {
	c.statements.mu.Lock()
	st := c.statements.made[name]
	c.statements.mu.Unlock()
	if st != nil {
		return st, nil
	}
	st = &statement{text: build().String()}
	if !c.pg {
		var err error
		// It outlives the request that needs it first.
		if st.stmt, err = c.reader.DB.PrepareContext(context.WithoutCancel(ctx), st.text); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	c.statements.mu.Lock()
	defer c.statements.mu.Unlock()
	if other := c.statements.made[name]; other != nil { // made meanwhile
		if st.stmt != nil {
			_ = st.stmt.Close()
		}
		return other, nil
	}
	c.statements.made[name] = st
	return st, nil
}

// ask runs the query of a name with the values of its $1, $2 ...; the caller closes the rows.
func (c conn) ask(
	ctx context.Context, name string, build func() *bun.SelectQuery, values ...any,
) (*sql.Rows, error) {
	st, err := c.statement(ctx, name, build)
	if err != nil {
		return nil, err
	}
	return c.run(ctx, st, values...)
}

// once runs a query that is another one each time; the caller closes the rows.
func (c conn) once(ctx context.Context, q *bun.SelectQuery) (*sql.Rows, error) {
	return c.run(ctx, &statement{text: q.String()})
}

func (c conn) run(ctx context.Context, st *statement, values ...any) (rows *sql.Rows, err error) {
	began := time.Now()
	switch tx, in := c.r.(bun.Tx); {
	case in:
		rows, err = tx.Tx.QueryContext(ctx, st.text, values...)
	case st.stmt != nil:
		rows, err = st.stmt.QueryContext(ctx, values...)
	default:
		rows, err = c.reader.DB.QueryContext(ctx, st.text, values...)
	}
	c.hook.AfterQuery(ctx, &bun.QueryEvent{Query: st.text, StartTime: began, Err: err})
	return rows, err
}
