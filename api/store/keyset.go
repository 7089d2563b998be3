package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// keyset is the order of a list: by one column of unique numbers, the newest first unless oldest is set. kind
// names the list in its cursors, so that one list's cursor is refused by another.
type keyset struct {
	kind   string
	column string
	oldest bool
}

// fetch runs q from the page's cursor on and returns at most the page's size of rows, and the cursor of the
// next page, empty at the end. key is the value of the keyset's column in a row. q stands for all rows, in no
// order; its model, or its columns, suit T.
func fetch[T any](
	ctx context.Context, q *bun.SelectQuery, page social.Page, k keyset, key func(*T) int64,
) (rows []T, next string, err error) {
	op, dir := "<", "DESC"
	if k.oldest {
		op, dir = ">", "ASC"
	}
	if page.Cursor != "" {
		at, err := social.DecodeCursor(k.kind, page.Cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("? "+op+" ?", bun.Safe(k.column), at[0])
	}
	size := page.Size()
	rows = make([]T, 0, size+1)
	if err := q.OrderExpr("? "+dir, bun.Safe(k.column)).Limit(size+1).Scan(ctx, &rows); err != nil {
		return nil, "", fmt.Errorf("list %s: %w", k.kind, err)
	}
	if len(rows) > size {
		rows = rows[:size]
		next = social.EncodeCursor(k.kind, key(&rows[size-1]))
	}
	return rows, next, nil
}

// each turns rows into things of the domain.
func each[R, T any](rows []R, turn func(*R) T) []T {
	out := make([]T, len(rows))
	for i := range rows {
		out[i] = turn(&rows[i])
	}
	return out
}
