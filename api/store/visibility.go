package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/pp-enter/pp-enter/api/social"
)

// owned names the columns of a row that say who may see it: the owner's id, and the social.Visibility.
type owned struct {
	owner string
	level string
}

// visibleTo adds the rule of social.MaySee: public things for everybody, those for friends for the owner's
// friends, the others for the owner only; nothing between two people of whom one blocks the other; nothing of
// a disabled account. viewer 0 is somebody without an account.
func (c conn) visibleTo(q *bun.SelectQuery, viewer int64, o owned) *bun.SelectQuery {
	return c.visibleAs(q, orNobody(viewer), o)
}

// visibleAs is visibleTo for a viewer that stands in the query as given: an id, or the parameter that
// takes one; nil is somebody without an account.
func (c conn) visibleAs(q *bun.SelectQuery, viewer any, o owned) *bun.SelectQuery {
	owner, level := bun.Safe(o.owner), bun.Safe(o.level)
	if viewer == nil {
		q = q.Where("? = ?", level, social.VisiblePublic)
	} else {
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("? = ?", level, social.VisiblePublic).
				WhereOr("? = ?", owner, viewer).
				WhereOr("? = ? AND ?", level, social.VisibleFriends, c.friendsWith(viewer, o.owner))
		})
	}
	return c.notHiddenAs(q, viewer, o.owner)
}

// orNobody is a viewer as visibleAs wants it.
func orNobody(viewer int64) any {
	if viewer == 0 {
		return nil
	}
	return viewer
}

// notHidden adds the condition that the person in column owner (which may be NULL: nobody) is not disabled,
// and that neither of viewer and owner blocks the other. It is what remains of visibleTo for things without
// a visibility of their own, such as comments and profiles.
func (c conn) notHidden(q *bun.SelectQuery, viewer int64, owner string) *bun.SelectQuery {
	return c.notHiddenAs(q, orNobody(viewer), owner)
}

// notHiddenAs is notHidden for a viewer as visibleAs has them.
func (c conn) notHiddenAs(q *bun.SelectQuery, viewer any, owner string) *bun.SelectQuery {
	column := bun.Safe(owner)
	q = q.Where("NOT EXISTS (SELECT 1 FROM users AS hidden WHERE hidden.id = ? "+
		"AND hidden.disabled_at IS NOT NULL)", column)
	if viewer == nil {
		return q
	}
	// These few ids are looked up once for the whole list, not once a row.
	return q.Where("(? IS NULL OR ? NOT IN (SELECT blocked_id FROM blocks WHERE blocker_id = ? "+
		"UNION ALL SELECT blocker_id FROM blocks WHERE blocked_id = ?))", column, column, viewer, viewer)
}

// friendsWith is the condition that viewer and the person in column other are friends.
func (c conn) friendsWith(viewer any, other string) schema.QueryWithArgs {
	least, greatest := "min", "max"
	if c.pg {
		least, greatest = "least", "greatest"
	}
	column := bun.Safe(other)
	return bun.SafeQuery("EXISTS (SELECT 1 FROM friendships WHERE low_id = ?(?, ?) AND high_id = ?(?, ?))",
		bun.Safe(least), viewer, column, bun.Safe(greatest), viewer, column)
}

// sees reports social.ErrUserNotFound where viewer does not see a person at all.
func (c conn) sees(ctx context.Context, viewer, person int64) error {
	q := c.r.NewSelect().TableExpr("users AS u").ColumnExpr("1").Where("u.id = ?", person)
	seen, err := c.notHidden(q, viewer, "u.id").Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for person: %w", err)
	}
	if !seen {
		return social.ErrUserNotFound
	}
	return nil
}
