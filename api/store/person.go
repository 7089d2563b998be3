package store

import (
	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// personRow is a social.Person as withPerson selects it; embed it with `bun:"embed:<prefix>_"`. All is NULL
// where there is nobody.
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
		{u, "id", "id"}, {u, "username", "username"}, {f, "nickname", "nickname"}, {p, "id", "picture_id"},
		{p, "blob", "picture_blob"}, {p, "blurhash", "picture_hash"},
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
