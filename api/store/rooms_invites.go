package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Invite lets people into a host's room. Those who were not invited before are told by the notifications that
// are returned. Everybody must be there and the host be able to deal with them: else social.ErrUserNotFound,
// ErrBlocking or ErrSelf, and nobody is invited. The room must be the host's: social.ErrRoomNotFound,
// ErrNotHost.
func (s *FaceChats) Invite(
	ctx context.Context, host, room int64, users []int64,
) (told []social.Told, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.meetAll(ctx, host, users); err != nil {
			return err
		}
		if err := c.lockRoom(ctx, host, room); err != nil {
			return err
		}
		told, err = c.invite(ctx, host, room, users)
		return err
	})
	return told, err
}

// lockRoom takes a host's room that has not ended until the transaction ends: else social.ErrRoomNotFound, or
// ErrNotHost to who may see it. Accounts are locked before rooms.
func (c conn) lockRoom(ctx context.Context, host, id int64) error {
	var m facechatModel
	q := c.w.NewSelect().Model(&m).Column("id", "host_id").Where("id = ? AND state <> ?", id, social.StateEnded)
	if c.pg {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return orNotFound(err, social.ErrRoomNotFound)
	}
	if value(m.HostID) == host {
		return nil
	}
	if _, err := (&FaceChats{c}).ByID(ctx, host, id); err != nil {
		return err
	}
	return social.ErrNotHost
}

// meetAll is meet for what me wants from several others at once.
func (c conn) meetAll(ctx context.Context, me int64, others []int64) error {
	if len(others) == 0 {
		return nil
	}
	var rows []userModel
	q := c.w.NewSelect().Model(&rows).Column("id", "disabled_at").
		Where("id IN (?)", bun.List(append([]int64{me}, others...))).OrderExpr("id")
	if c.pg {
		q = q.For("NO KEY UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return fmt.Errorf("lock accounts: %w", err)
	}
	present := map[int64]bool{}
	for i := range rows {
		present[rows[i].ID] = rows[i].DisabledAt == nil
	}
	for _, other := range others {
		if other == me {
			return social.ErrSelf
		}
		if !present[other] || !present[me] {
			return social.ErrUserNotFound
		}
	}
	var blocks []blockModel
	err := c.w.NewSelect().Model(&blocks).
		Where("blocker_id = ? AND blocked_id IN (?)", me, bun.List(others)).
		WhereOr("blocked_id = ? AND blocker_id IN (?)", me, bun.List(others)).Scan(ctx)
	if err != nil {
		return fmt.Errorf("look for blocks: %w", err)
	}
	for _, b := range blocks {
		if b.BlockerID != me {
			return social.ErrUserNotFound
		}
	}
	if len(blocks) > 0 {
		return social.ErrBlocking
	}
	return nil
}

// invite lets people into a room and tells those who were not invited before.
func (c conn) invite(ctx context.Context, host, room int64, users []int64) ([]social.Told, error) {
	fresh, err := c.admit(ctx, room, users)
	if err != nil {
		return nil, err
	}
	told := make([]social.Told, 0, len(fresh))
	for _, user := range fresh {
		id, err := c.notify(ctx, social.NewNotification{
			UserID: user, Kind: social.NotifyInvite, ActorID: host, FaceChatID: room,
		})
		if err != nil {
			return nil, err
		}
		told = append(told, social.Told{UserID: user, NotificationID: id})
	}
	return told, nil
}

// admit lets people into a room without a word, and returns those who were not invited before.
func (c conn) admit(ctx context.Context, room int64, users []int64) (fresh []int64, err error) {
	if len(users) == 0 {
		return nil, nil
	}
	rows := make([]facechatInviteModel, len(users))
	for i, user := range users {
		rows[i] = facechatInviteModel{FacechatID: room, UserID: user, CreatedAt: c.now()}
	}
	err = c.w.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Returning("user_id").Scan(ctx, &fresh)
	if err != nil && orNotFound(err, nil) != nil {
		return nil, fmt.Errorf("invite: %w", err)
	}
	return fresh, nil
}
