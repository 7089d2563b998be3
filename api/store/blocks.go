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

// Blocks are who wants to have nothing to do with whom.
type Blocks struct{ c conn }

type blockModel struct {
	bun.BaseModel `bun:"table:blocks,alias:bl"`

	ID        int64 `bun:",pk,autoincrement"`
	BlockerID int64
	BlockedID int64
	CreatedAt time.Time
}

// Add makes me block another one, and ends all that is between the two: friendship, requests, follows,
// invitations to each other's rooms, what they were told of each other, and rings, whose ids are returned so
// that the callers' and the callees' screens can be told. Blocking again does nothing new.
func (s *Blocks) Add(ctx context.Context, me, other int64) (rings []int64, err error) {
	if me == other {
		return nil, social.ErrSelf
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		present, err := c.lockPair(ctx, me, other)
		if err != nil {
			return err
		}
		// Whoever is there can be blocked, also who is disabled, or blocks me.
		if len(present) < 2 {
			return social.ErrUserNotFound
		}
		m := blockModel{BlockerID: me, BlockedID: other, CreatedAt: c.now()}
		if _, err := c.w.NewInsert().Model(&m).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("add block: %w", err)
		}
		rings, err = c.part(ctx, me, other)
		return err
	})
	return rings, err
}

// part ends all that is between two people, whose accounts are locked.
func (c conn) part(ctx context.Context, a, b int64) (rings []int64, err error) {
	low, high := social.Pair(a, b)
	for _, q := range []*bun.DeleteQuery{
		c.w.NewDelete().Model((*friendshipModel)(nil)).Where("low_id = ? AND high_id = ?", low, high),
		c.w.NewDelete().Model((*followModel)(nil)).
			Where("follower_id = ? AND followed_id = ? OR follower_id = ? AND followed_id = ?", a, b, b, a),
		c.w.NewDelete().Model((*notificationModel)(nil)).
			Where("user_id = ? AND actor_id = ? OR user_id = ? AND actor_id = ?", a, b, b, a),
		c.w.NewDelete().Model((*facechatInviteModel)(nil)).
			Where("user_id = ? AND facechat_id IN (SELECT id FROM facechats WHERE host_id = ?)", a, b),
		c.w.NewDelete().Model((*facechatInviteModel)(nil)).
			Where("user_id = ? AND facechat_id IN (SELECT id FROM facechats WHERE host_id = ?)", b, a),
	} {
		if _, err := q.Exec(ctx); err != nil {
			return nil, fmt.Errorf("part people: %w", err)
		}
	}
	now := c.now()
	_, err = c.w.NewUpdate().Model((*friendRequestModel)(nil)).Set("state = ?", social.RequestCancelled).
		Set("answered_at = ?", now).Where("state = ?", social.RequestPending).
		Where("from_id = ? AND to_id = ? OR from_id = ? AND to_id = ?", a, b, b, a).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("cancel friend requests: %w", err)
	}
	err = c.w.NewUpdate().Model((*ringModel)(nil)).Set("state = 'cancelled'").Set("ended_at = ?", now).
		Where("state = 'ringing'").
		Where("caller_id = ? AND callee_id = ? OR caller_id = ? AND callee_id = ?", a, b, b, a).
		Returning("id").Scan(ctx, &rings)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("stop rings: %w", err)
	}
	return rings, nil
}

// Remove ends my block of another one. Where there is none, it does nothing.
func (s *Blocks) Remove(ctx context.Context, me, other int64) error {
	_, err := s.c.w.NewDelete().Model((*blockModel)(nil)).Where("blocker_id = ? AND blocked_id = ?", me, other).
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("end block: %w", err)
	}
	return nil
}

// List is whom a person blocks, the newest first.
func (s *Blocks) List(ctx context.Context, me int64, page social.Page) ([]social.Block, string, error) {
	q := s.c.r.NewSelect().TableExpr("blocks AS tie").Where("tie.blocker_id = ?", me)
	rows, next, err := tied(ctx, q, page, "blocks", "tie.blocked_id")
	return each(rows, func(r *tiedRow) social.Block {
		return social.Block{ID: r.ID, Person: r.Person.person(), Since: r.CreatedAt.UTC()}
	}), next, err
}

// Between tells whether one of two people blocks the other.
func (s *Blocks) Between(ctx context.Context, a, b int64) (bool, error) {
	yes, err := s.c.r.NewSelect().Model((*blockModel)(nil)).
		Where("blocker_id = ? AND blocked_id = ? OR blocker_id = ? AND blocked_id = ?", a, b, b, a).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for blocks: %w", err)
	}
	return yes, nil
}
