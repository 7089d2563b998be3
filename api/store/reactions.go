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

// Reactions are likes and favourites: each person has at most one of each for a post.
type Reactions struct{ c conn }

// reactionModel is a row of either table.
type reactionModel struct {
	bun.BaseModel `bun:"table:likes"`

	ID        int64 `bun:",pk,autoincrement"`
	PostID    int64
	UserID    int64
	CreatedAt time.Time
}

// reactionKind is what is different between the two.
type reactionKind struct {
	table    string
	count    string // the column of posts
	missing  error
	notifies social.NotificationKind // empty: nobody is told
}

func likes() reactionKind {
	return reactionKind{"likes", "like_count", social.ErrLikeNotFound, social.NotifyLike}
}

func kept() reactionKind {
	return reactionKind{"favorites", "favorite_count", social.ErrFavoriteNotFound, ""}
}

// Like is user's like of a post that they may see, else social.ErrPostNotFound. Liking again gives the like
// that there is.
func (s *Reactions) Like(ctx context.Context, user, post int64) (social.Reaction, error) {
	return s.add(ctx, likes(), user, post)
}

// Keep makes a post a favourite of user's, like Like. The post's owner is not told.
func (s *Reactions) Keep(ctx context.Context, user, post int64) (social.Reaction, error) {
	return s.add(ctx, kept(), user, post)
}

// Unlike takes a like of user's back, also of a post that they may not see any more; social.ErrLikeNotFound
// where it is none of theirs.
func (s *Reactions) Unlike(ctx context.Context, user, id int64) error {
	return s.remove(ctx, likes(), user, id)
}

// Drop takes a favourite of user's back, like Unlike; social.ErrFavoriteNotFound where it is none of theirs.
func (s *Reactions) Drop(ctx context.Context, user, id int64) error {
	return s.remove(ctx, kept(), user, id)
}

func (s *Reactions) add(
	ctx context.Context, k reactionKind, user, post int64,
) (r social.Reaction, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		r = social.Reaction{} // fn may run again
		q := c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("po.owner_id").Where("po.id = ?", post)
		if c.pg { // its counter changes: not to hold a weaker lock first that others hold, too
			q = q.For("NO KEY UPDATE OF po")
		}
		if err := c.visibleTo(q, user, postOwned()).Scan(ctx, &r.OwnerID); err != nil {
			return orNotFound(err, social.ErrPostNotFound)
		}
		for range attempts {
			if r.Fresh, err = c.react(ctx, k, user, post); err != nil {
				return err
			}
			err = c.readReaction(ctx, k, user, post, &r)
			if !errors.Is(err, sql.ErrNoRows) {
				break
			}
			// There was one, and it was taken back before it could be read.
		}
		if err != nil {
			return orNotFound(err, social.ErrPostNotFound)
		}
		if r.Fresh && k.notifies != "" {
			r.NotificationID, err = c.notify(ctx, social.NewNotification{
				UserID: r.OwnerID, Kind: k.notifies, ActorID: user, PostID: post,
			})
		}
		return err
	})
	return r, err
}

// react writes a reaction, unless there is one already: fresh is false then.
func (c conn) react(ctx context.Context, k reactionKind, user, post int64) (fresh bool, err error) {
	m := reactionModel{PostID: post, UserID: user, CreatedAt: c.now()}
	err = c.w.NewInsert().Model(&m).ModelTableExpr("?", bun.Ident(k.table)).
		On("CONFLICT (post_id, user_id) DO NOTHING").Returning("id").Scan(ctx)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case dangling(err):
		return false, social.ErrPostNotFound // it was deleted meanwhile
	}
	return false, fmt.Errorf("add to %s: %w", k.table, err)
}

// readReaction reads user's reaction to a post; sql.ErrNoRows where there is none.
func (c conn) readReaction(ctx context.Context, k reactionKind, user, post int64, r *social.Reaction) error {
	err := c.w.NewSelect().TableExpr("? AS re", bun.Ident(k.table)).
		Join("JOIN posts AS po ON po.id = re.post_id").
		ColumnExpr("re.id, re.post_id, re.created_at, po.?", bun.Ident(k.count)).
		Where("re.post_id = ? AND re.user_id = ?", post, user).Scan(ctx, &r.ID, &r.PostID, &r.Created, &r.Count)
	if err != nil {
		return fmt.Errorf("read from %s: %w", k.table, err)
	}
	r.Created = r.Created.UTC()
	return nil
}

func (s *Reactions) remove(ctx context.Context, k reactionKind, user, id int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.lockReacted(ctx, k, id); err != nil {
			return err
		}
		n, err := affected(c.w.NewDelete().Model((*reactionModel)(nil)).ModelTableExpr("?", bun.Ident(k.table)).
			Where("id = ? AND user_id = ?", id, user).Exec(ctx))
		if err != nil {
			return fmt.Errorf("take from %s: %w", k.table, err)
		}
		if n == 0 {
			return k.missing
		}
		return nil
	})
}

// lockReacted locks the post of a reaction, whose counter changes with it: first the post, then the reaction,
// as who reacts does.
func (c conn) lockReacted(ctx context.Context, k reactionKind, id int64) error {
	if !c.pg {
		return nil
	}
	_, err := c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("po.id").
		Where("po.id = (SELECT post_id FROM ? WHERE id = ?)", bun.Ident(k.table), id).For("NO KEY UPDATE").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("lock post: %w", err)
	}
	return nil
}
