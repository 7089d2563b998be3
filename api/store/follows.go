package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Follows are who follows whom.
type Follows struct{ c conn }

type followModel struct {
	bun.BaseModel `bun:"table:follows,alias:fo"`

	ID         int64 `bun:",pk,autoincrement"`
	FollowerID int64
	FollowedID int64
	CreatedAt  time.Time
}

// Add makes me follow another one. told is the notification of it; 0 where they were told before. Following
// again does nothing. It fails with social.ErrSelf, ErrUserNotFound or ErrBlocking.
func (s *Follows) Add(ctx context.Context, me, other int64) (told int64, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.meet(ctx, me, other); err != nil {
			return err
		}
		m := followModel{FollowerID: me, FollowedID: other, CreatedAt: c.now()}
		n, err := affected(c.w.NewInsert().Model(&m).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx))
		if err != nil {
			return fmt.Errorf("add follow: %w", err)
		}
		if n == 0 {
			return nil
		}
		told, err = c.notify(ctx, social.NewNotification{UserID: other, Kind: social.NotifyFollow, ActorID: me})
		return err
	})
	return told, err
}

// Remove makes me follow another one no more. Where I did not, it does nothing.
func (s *Follows) Remove(ctx context.Context, me, other int64) error {
	_, err := s.c.w.NewDelete().Model((*followModel)(nil)).
		Where("follower_id = ? AND followed_id = ?", me, other).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end follow: %w", err)
	}
	return nil
}

// Followers is who follows a person, as viewer sees it, the newest first; social.ErrUserNotFound where viewer
// does not see the person at all.
func (s *Follows) Followers(
	ctx context.Context, viewer, of int64, page social.Page,
) ([]social.Follow, string, error) {
	return s.list(ctx, viewer, of, page, "followers", "tie.followed_id", "tie.follower_id")
}

// Following is whom a person follows; otherwise as Followers.
func (s *Follows) Following(
	ctx context.Context, viewer, of int64, page social.Page,
) ([]social.Follow, string, error) {
	return s.list(ctx, viewer, of, page, "following", "tie.follower_id", "tie.followed_id")
}

func (s *Follows) list(
	ctx context.Context, viewer, of int64, page social.Page, kind, mine, other string,
) ([]social.Follow, string, error) {
	if err := s.c.sees(ctx, viewer, of); err != nil {
		return nil, "", err
	}
	q := s.c.r.NewSelect().TableExpr("follows AS tie").Where("? = ?", bun.Safe(mine), of)
	rows, next, err := tied(ctx, s.c.notHidden(q, viewer, other), page, kind, other)
	return each(rows, func(r *tiedRow) social.Follow {
		return social.Follow{ID: r.ID, Person: r.Person.person(), Since: r.CreatedAt.UTC()}
	}), next, err
}
