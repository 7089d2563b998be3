package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// personRow is a social.Person as withPerson selects it; embed it with `bun:"embed:<prefix>_"`, under
// a prefix that makes no name of the row's own columns (person, where the row has an actor_id, not actor).
// All is NULL where there is nobody.
type personRow struct {
	ID          *int64
	Username    *string
	Nickname    *string
	PictureID   *int64
	PictureBlob *string
	PictureHash *string
}

// withPerson joins the person whose id is in column, under the prefix of the embedded personRow.
func withPerson(q *bun.SelectQuery, prefix, column string) *bun.SelectQuery {
	u, f, p := prefix+"_u", prefix+"_f", prefix+"_p"
	for _, c := range [][3]string{
		{u, "id", "id"},
		{u, "username", "username"},
		{f, "nickname", "nickname"},
		{p, "id", "picture_id"},
		{p, "blob", "picture_blob"},
		{p, "blurhash", "picture_hash"},
	} {
		q = q.ColumnExpr("?.? AS ?", bun.Ident(c[0]), bun.Ident(c[1]), bun.Ident(prefix+"_"+c[2]))
	}
	return q.
		Join("LEFT JOIN users AS ? ON ?.id = ?", bun.Ident(u), bun.Ident(u), bun.Safe(column)).
		Join("LEFT JOIN profiles AS ? ON ?.user_id = ?", bun.Ident(f), bun.Ident(f), bun.Safe(column)).
		Join("LEFT JOIN photos AS ? ON ?.id = ?.picture_id", bun.Ident(p), bun.Ident(p), bun.Ident(f))
}

// person is the row as a social.Person; the zero Person where there is nobody.
func (r *personRow) person() social.Person {
	return social.Person{
		ID: value(r.ID), Username: value(r.Username), Nickname: value(r.Nickname),
		Picture: social.Picture{
			PhotoID: value(r.PictureID), Blob: value(r.PictureBlob), Blurhash: value(r.PictureHash),
		},
	}
}

// value is what p points to, or zero.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// orNil is nil for zero, which is how an absent reference is written.
func orNil(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// utc is the time that p points to, or the zero time.
func utc(p *time.Time) time.Time {
	if p == nil {
		return time.Time{}
	}
	return p.UTC()
}

// tiedRow is a row that ties a person to somebody: a friend, a follower, somebody blocked.
type tiedRow struct {
	ID        int64
	CreatedAt time.Time
	Person    personRow `bun:"embed:person_"`
}

// tied lists such rows, the newest first; column holds the person in the table that q calls tie.
func tied(
	ctx context.Context, q *bun.SelectQuery, page social.Page, kind, column string,
) ([]tiedRow, string, error) {
	q = withPerson(q.ColumnExpr("tie.id, tie.created_at"), "person", column)
	return fetch(ctx, q, page, keyset{kind: kind, column: "tie.id"}, func(r *tiedRow) int64 { return r.ID })
}

// lockPair takes both accounts, so that nobody else changes what stands between the two (friendship,
// requests, follows, blocks) until the transaction ends, and says whether each can be dealt with. It takes
// them in the order of their ids: no two that take the same pair wait for each other.
func (c conn) lockPair(ctx context.Context, a, b int64) (present map[int64]bool, err error) {
	var rows []userModel
	q := c.w.NewSelect().Model(&rows).Column("id", "disabled_at").Where("id IN (?, ?)", a, b).OrderExpr("id")
	if c.pg {
		// NO KEY: rows that refer to these may still be written.
		q = q.For("NO KEY UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("lock accounts: %w", err)
	}
	present = map[int64]bool{}
	for i := range rows {
		present[rows[i].ID] = rows[i].DisabledAt == nil
	}
	return present, nil
}

// meet is lockPair for what me wants from other: refused where other is not there, or one blocks the other.
func (c conn) meet(ctx context.Context, me, other int64) error {
	if me == other {
		return social.ErrSelf
	}
	present, err := c.lockPair(ctx, me, other)
	if err != nil {
		return err
	}
	if !present[me] || !present[other] {
		return social.ErrUserNotFound
	}
	var blocks []blockModel
	err = c.w.NewSelect().Model(&blocks).
		Where("blocker_id IN (?, ?) AND blocked_id IN (?, ?)", me, other, me, other).Scan(ctx)
	if err != nil {
		return fmt.Errorf("look for blocks: %w", err)
	}
	for _, b := range blocks {
		if b.BlockerID == other {
			return social.ErrUserNotFound
		}
	}
	if len(blocks) > 0 {
		return social.ErrBlocking
	}
	return nil
}
