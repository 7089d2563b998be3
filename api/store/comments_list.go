package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// repliesList is the kind of the cursors of replies.
const repliesList = "replies"

// commentRow is a comment with its author.
type commentRow struct {
	ID        int64
	PostID    int64
	ParentID  *int64
	RootID    *int64
	Content   string
	CreatedAt time.Time
	UpdatedAt time.Time
	Shown     bool      // it was not deleted, and its author and the viewer see each other
	Person    personRow `bun:"embed:person_"`
}

func (r *commentRow) comment() social.Comment {
	m := social.Comment{
		ID: r.ID, PostID: r.PostID, ParentID: value(r.ParentID), RootID: value(r.RootID),
		Created: r.CreatedAt.UTC(), Updated: r.CreatedAt.UTC(), Empty: !r.Shown,
	}
	if r.Shown {
		m.Author, m.Content, m.Updated = r.Person.person(), r.Content, r.UpdatedAt.UTC()
	}
	return m
}

// shown is the condition that the comment under this alias was not deleted, and that its author and the
// viewer see each other.
func (c conn) shown(viewer int64, alias string) *bun.SelectQuery {
	q := c.r.NewSelect().ColumnExpr("1").Where("?.deleted_at IS NULL", bun.Ident(alias))
	return c.notHidden(q, viewer, alias+".author_id")
}

// comments selects commentRows.
func (c conn) comments(viewer int64) *bun.SelectQuery {
	q := c.r.NewSelect().TableExpr("comments AS cm").
		ColumnExpr("cm.id, cm.post_id, cm.parent_id, cm.root_id, cm.content, cm.created_at, cm.updated_at").
		ColumnExpr("EXISTS (?) AS shown", c.shown(viewer, "cm"))
	return withPerson(q, "person", "cm.author_id")
}

// seesPost reports social.ErrPostNotFound where the viewer may not see a post.
func (c conn) seesPost(ctx context.Context, viewer, post int64) error {
	q := c.r.NewSelect().TableExpr("posts AS po").ColumnExpr("1").Where("po.id = ?", post)
	sees, err := c.visibleTo(q, viewer, postOwned()).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for post: %w", err)
	}
	if !sees {
		return social.ErrPostNotFound
	}
	return nil
}

// ByID finds a comment on a post that the viewer may see; an Empty one, where its author and the viewer do
// not see each other. One that was deleted, and all else, is social.ErrCommentNotFound.
func (s *Comments) ByID(ctx context.Context, viewer, id int64) (social.Comment, error) {
	var row commentRow
	q := s.c.comments(viewer).Join("JOIN posts AS po ON po.id = cm.post_id").
		Where("cm.id = ? AND cm.deleted_at IS NULL", id)
	err := s.c.visibleTo(q, viewer, postOwned()).Scan(ctx, &row)
	return row.comment(), orNotFound(err, social.ErrCommentNotFound)
}

// Threads is what is said to a post that the viewer may see (else social.ErrPostNotFound), the oldest first,
// each with the replies under it. An empty comment is there for the replies that the viewer sees, and an
// empty reply only where it was deleted.
func (s *Comments) Threads(
	ctx context.Context, viewer, post int64, page social.Page,
) ([]social.Thread, string, error) {
	if err := s.c.seesPost(ctx, viewer, post); err != nil {
		return nil, "", err
	}
	answered := s.c.r.NewSelect().TableExpr("comments AS r").ColumnExpr("1").Where("r.root_id = cm.id").
		Where("EXISTS (?)", s.c.shown(viewer, "r"))
	q := s.c.comments(viewer).Where("cm.post_id = ? AND cm.parent_id IS NULL", post).
		Where("EXISTS (?) OR EXISTS (?)", s.c.shown(viewer, "cm"), answered)
	tops, next, err := fetch(ctx, q, page, keyset{kind: "comments", column: "cm.id", oldest: true},
		func(r *commentRow) int64 { return r.ID })
	if err != nil || len(tops) == 0 {
		return nil, "", err
	}
	under, err := s.c.repliesUnder(ctx, viewer, tops)
	if err != nil {
		return nil, "", err
	}
	threads := make([]social.Thread, len(tops))
	for i := range tops {
		threads[i].Comment = tops[i].comment()
		replies := under[tops[i].ID]
		if len(replies) > social.MaxReplies {
			replies = replies[:social.MaxReplies]
			threads[i].More = social.EncodeCursor(repliesList, replies[len(replies)-1].ID)
		}
		threads[i].Replies = replies
	}
	return threads, next, nil
}

// repliesUnder finds the replies under each of the comments, the oldest first and one more than are shown, in
// one query that reads no more than these, however many there are.
func (c conn) repliesUnder(
	ctx context.Context, viewer int64, tops []commentRow,
) (map[int64][]social.Comment, error) {
	var few strings.Builder
	args := make([]any, 0, 2*len(tops))
	for i := range tops {
		if i > 0 {
			few.WriteString(" UNION ALL ")
		}
		few.WriteString("SELECT id FROM (?) AS few")
		args = append(args, c.repliesTo(c.r.NewSelect().TableExpr("comments AS cm").ColumnExpr("cm.id"), viewer,
			tops[i].ID).OrderExpr("cm.id").Limit(social.MaxReplies+1))
	}
	var rows []commentRow
	if err := c.comments(viewer).Where("cm.id IN ("+few.String()+")", args...).OrderExpr("cm.id").
		Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list replies: %w", err)
	}
	under := make(map[int64][]social.Comment, len(tops))
	for i := range rows {
		reply := rows[i].comment()
		under[reply.RootID] = append(under[reply.RootID], reply)
	}
	return under, nil
}

// repliesTo leaves of the comments cm those under one about a post, as far as they are for the viewer.
func (c conn) repliesTo(q *bun.SelectQuery, viewer, root int64) *bun.SelectQuery {
	return c.notHidden(q.Where("cm.root_id = ?", root), viewer, "cm.author_id")
}

// Replies is what stands under one comment about a post, the oldest first; the cursor may be a Thread's More.
// The refusals are those of Threads, and social.ErrCommentNotFound where there is no such comment about that
// post.
func (s *Comments) Replies(
	ctx context.Context, viewer, post, root int64, page social.Page,
) ([]social.Comment, string, error) {
	if err := s.c.seesPost(ctx, viewer, post); err != nil {
		return nil, "", err
	}
	found, err := s.c.r.NewSelect().Model((*commentModel)(nil)).
		Where("cm.id = ? AND cm.post_id = ? AND cm.parent_id IS NULL", root, post).Exists(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("look for comment: %w", err)
	}
	if !found {
		return nil, "", social.ErrCommentNotFound
	}
	rows, next, err := fetch(ctx, s.c.repliesTo(s.c.comments(viewer), viewer, root), page,
		keyset{kind: repliesList, column: "cm.id", oldest: true}, func(r *commentRow) int64 { return r.ID })
	return each(rows, (*commentRow).comment), next, err
}
