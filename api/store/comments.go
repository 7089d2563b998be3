package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Comments are what people say to posts, and to each other there. Who writes one, or takes one away, has the
// post locked: nobody replies to a comment in the moment in which it goes.
type Comments struct{ c conn }

// commentModel is what someone said to a post, or to another comment.
type commentModel struct {
	bun.BaseModel `bun:"table:comments,alias:cm"`

	ID        int64 `bun:",pk,autoincrement"`
	PostID    int64
	AuthorID  *int64 // nil exactly when DeletedAt is set
	ParentID  *int64
	RootID    *int64 // the comment to the post under which a reply stands; a trigger keeps it
	Content   string
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time
}

// Add says something to a post that the author may see, or to a comment there: else social.ErrPostNotFound
// or ErrCommentNotFound. Told are the post's owner, and the author of what it answers; who is both is told of
// the reply alone, and who does not see the post any more is not told.
func (s *Comments) Add(ctx context.Context, n social.NewComment) (done social.Commented, err error) {
	if n.Content, err = social.CleanComment(n.Content); err != nil {
		return done, err
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		done = social.Commented{}
		owner, err := c.lockPost(ctx, n.PostID, func(q *bun.SelectQuery) *bun.SelectQuery {
			return c.visibleTo(q, n.AuthorID, postOwned())
		})
		if err != nil {
			return orNotFound(err, social.ErrPostNotFound)
		}
		var answered int64
		if n.ParentID != 0 {
			q := c.w.NewSelect().Model((*commentModel)(nil)).Column("author_id").
				Where("cm.id = ? AND cm.post_id = ? AND cm.deleted_at IS NULL", n.ParentID, n.PostID)
			if err := c.notHidden(q, n.AuthorID, "cm.author_id").Scan(ctx, &answered); err != nil {
				return orNotFound(err, social.ErrCommentNotFound)
			}
		}
		now := c.now()
		m := commentModel{
			PostID: n.PostID, AuthorID: &n.AuthorID, ParentID: orNil(n.ParentID), Content: n.Content,
			CreatedAt: now, UpdatedAt: now,
		}
		_, err = c.w.NewInsert().Model(&m).ExcludeColumn("root_id").Exec(ctx)
		if dangling(err) {
			return social.ErrUserNotFound // the account went meanwhile
		}
		if err != nil {
			return fmt.Errorf("add comment: %w", err)
		}
		done.ID = m.ID
		done.Told, err = c.tellOfComment(ctx, &m, owner, answered)
		return err
	})
	return done, err
}

// lockPost finds the owner of a post, if the post meets the condition; else sql.ErrNoRows. Nobody else
// changes what is said to the post until the transaction ends.
func (c conn) lockPost(
	ctx context.Context, id int64, condition func(*bun.SelectQuery) *bun.SelectQuery,
) (owner int64, err error) {
	q := c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("po.owner_id").Where("po.id = ?", id).
		Apply(condition)
	if c.pg {
		// NO KEY: what else refers to the post may still be written.
		q = q.For("NO KEY UPDATE OF po")
	}
	if err := q.Scan(ctx, &owner); err != nil {
		return 0, fmt.Errorf("lock post: %w", err)
	}
	return owner, nil
}

// tellOfComment notifies who wants to know of a comment; answered is the author of what it replies to, 0
// where that is the post.
func (c conn) tellOfComment(
	ctx context.Context, m *commentModel, owner, answered int64,
) (told []social.Told, err error) {
	if answered != 0 {
		q := c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("1").Where("po.id = ?", m.PostID)
		sees, err := c.visibleTo(q, answered, postOwned()).Exists(ctx)
		if err != nil {
			return nil, fmt.Errorf("look for post: %w", err)
		}
		if !sees {
			answered = 0
		}
	}
	tell := func(user int64, kind social.NotificationKind) error {
		id, err := c.notify(ctx, social.NewNotification{
			UserID: user, Kind: kind, ActorID: *m.AuthorID, PostID: m.PostID, CommentID: m.ID,
		})
		if id != 0 {
			told = append(told, social.Told{UserID: user, NotificationID: id})
		}
		return err
	}
	if err := tell(answered, social.NotifyReply); err != nil {
		return nil, err
	}
	if owner != answered {
		err = tell(owner, social.NotifyComment)
	}
	return told, err
}

// Edit writes a comment of the author's anew, on a post that they may see. Another one's comment that they
// see is social.ErrCommentNotYours, all else social.ErrCommentNotFound.
func (s *Comments) Edit(ctx context.Context, author, id int64, content string) error {
	content, err := social.CleanComment(content)
	if err != nil {
		return err
	}
	post := s.c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("1").Where("po.id = cm.post_id")
	n, err := affected(s.c.w.NewUpdate().Model((*commentModel)(nil)).Set("content = ?", content).
		Set("updated_at = ?", s.c.now()).Where("cm.id = ? AND cm.author_id = ?", id, author).
		Where("EXISTS (?)", s.c.visibleTo(post, author, postOwned())).Exec(ctx))
	if err != nil {
		return fmt.Errorf("edit comment: %w", err)
	}
	if n == 0 {
		return s.c.notTheirs(ctx, author, id)
	}
	return nil
}

// notTheirs is the refusal for who wants to change a comment that they may not change.
func (c conn) notTheirs(ctx context.Context, viewer, id int64) error {
	found, err := (&Comments{c}).ByID(ctx, viewer, id)
	if err != nil {
		return err
	}
	if found.Empty || found.Author.ID == viewer {
		return social.ErrCommentNotFound
	}
	return social.ErrCommentNotYours
}

// Remove deletes a comment, by the rule of social.MayRemoveComment; what the staff does is kept in the audit.
// Under replies it stays as an empty one, and an empty one goes with the last reply to it. The refusals are
// those of Edit.
func (s *Comments) Remove(ctx context.Context, user int64, staff bool, id int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		m, err := c.liveComment(ctx, id)
		if err != nil {
			return err
		}
		owner, err := c.lockPost(ctx, m.PostID, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
		if err != nil {
			return orNotFound(err, social.ErrCommentNotFound)
		}
		// Only now it stays as it is.
		if m, err = c.liveComment(ctx, id); err != nil {
			return err
		}
		if staff {
			if staff, err = c.staffSees(ctx, id); err != nil {
				return err
			}
		}
		if !social.MayRemoveComment(user, value(m.AuthorID), owner, staff) {
			return c.notTheirs(ctx, user, id)
		}
		if err := c.dropComment(ctx, id); err != nil {
			return err
		}
		if user == value(m.AuthorID) || user == owner {
			return nil
		}
		return (&Audit{c}).Add(ctx, social.NewAuditEntry{
			ActorID: user, Action: social.ActRemoveComment, Kind: social.TargetComment, TargetID: id,
		})
	})
}

// staffSees tells whether a comment is one that the staff sees, and not deleted.
func (c conn) staffSees(ctx context.Context, id int64) (bool, error) {
	sees, err := c.w.NewSelect().TableExpr("comments AS cm").Join("JOIN posts AS po ON po.id = cm.post_id").
		ColumnExpr("1").Where("cm.id = ? AND cm.deleted_at IS NULL", id).
		Where(commentForStaff, social.VisiblePublic).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for comment: %w", err)
	}
	return sees, nil
}

// liveComment finds a comment that has not been deleted.
func (c conn) liveComment(ctx context.Context, id int64) (m commentModel, err error) {
	err = c.w.NewSelect().Model(&m).Where("cm.id = ? AND cm.deleted_at IS NULL", id).Scan(ctx)
	return m, orNotFound(err, social.ErrCommentNotFound)
}

// leaf is the condition that nothing answers comment cm.
const leaf = "NOT EXISTS (SELECT 1 FROM comments AS reply WHERE reply.parent_id = cm.id)"

// dropComment deletes a comment, whose post is locked, and the empty ones above that nothing answers then; or
// empties it, where something answers it.
func (c conn) dropComment(ctx context.Context, id int64) error {
	var up *int64
	err := c.w.NewDelete().Model((*commentModel)(nil)).Where("cm.id = ?", id).Where(leaf).
		Returning("parent_id").Scan(ctx, &up)
	if errors.Is(err, sql.ErrNoRows) {
		return c.emptyComments(ctx, "cm.id = ?", id)
	}
	for err == nil && up != nil {
		above := *up
		up = nil
		err = c.w.NewDelete().Model((*commentModel)(nil)).Where("cm.id = ? AND cm.deleted_at IS NOT NULL", above).
			Where(leaf).Returning("parent_id").Scan(ctx, &up)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("delete comment: %w", err)
	}
	return nil
}

// emptyComments takes author and text from the comments that meet the condition, and back what told of them.
func (c conn) emptyComments(ctx context.Context, condition string, arg int64) error {
	_, err := c.w.NewDelete().Model((*notificationModel)(nil)).
		Where("comment_id IN (SELECT cm.id FROM comments AS cm WHERE "+condition+")", arg).Exec(ctx)
	if err != nil {
		return fmt.Errorf("take notifications back: %w", err)
	}
	_, err = c.w.NewUpdate().Model((*commentModel)(nil)).Set("author_id = NULL").Set("content = ''").
		Set("deleted_at = ?", c.now()).Where(condition, arg).Exec(ctx)
	if err != nil {
		return fmt.Errorf("empty comments: %w", err)
	}
	return nil
}

// leaveComments removes all that a person has said, when their account goes: what nothing answers is deleted,
// with the empty comments above that nothing answers then, and the rest is emptied.
func (c conn) leaveComments(ctx context.Context, author int64) error {
	if err := c.lockTalk(ctx, author); err != nil {
		return err
	}
	for {
		n, err := affected(c.w.NewDelete().Model((*commentModel)(nil)).Where(leaf).
			Where("cm.author_id = ? OR cm.deleted_at IS NOT NULL", author).Exec(ctx))
		if err != nil {
			return fmt.Errorf("delete comments: %w", err)
		}
		if n == 0 {
			return c.emptyComments(ctx, "cm.author_id = ?", author)
		}
	}
}

// lockTalk locks the posts to which a person has said something.
func (c conn) lockTalk(ctx context.Context, author int64) error {
	if !c.pg {
		return nil
	}
	var posts []int64
	err := c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("po.id").
		Where("po.id IN (SELECT post_id FROM comments WHERE author_id = ?)", author).
		OrderExpr("po.id").For("NO KEY UPDATE").Scan(ctx, &posts)
	if err != nil {
		return fmt.Errorf("lock posts: %w", err)
	}
	return nil
}
