package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Update changes a host's room, and invites more people into it, who are told by the notifications that are
// returned. It fails as Invite does.
func (s *FaceChats) Update(ctx context.Context, host, id int64, change social.FaceChatChange) (
	room social.FaceChat, told []social.Told, err error,
) {
	if err := change.Clean(); err != nil {
		return room, nil, err
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.meetAll(ctx, host, change.Invite); err != nil {
			return err
		}
		if err := c.lockRoom(ctx, host, id); err != nil {
			return err
		}
		if _, err := c.changed(&change).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("change room: %w", err)
		}
		if change.Tags != nil {
			if err := c.tagRoom(ctx, id, host, *change.Tags); err != nil {
				return err
			}
		}
		if told, err = c.invite(ctx, host, id, change.Invite); err != nil {
			return err
		}
		room, err = c.room(ctx, c.rooms().Where("fc.id = ?", id))
		return err
	})
	return room, told, err
}

func (c conn) changed(change *social.FaceChatChange) *bun.UpdateQuery {
	q := c.w.NewUpdate().Model((*facechatModel)(nil)).Set("updated_at = ?", c.now())
	if change.Title != nil {
		q = q.Set("title = ?", *change.Title)
	}
	if change.Content != nil {
		q = q.Set("content = ?", *change.Content)
	}
	if change.Visibility != nil {
		q = q.Set("visibility = ?", *change.Visibility)
	}
	if change.AllowGuests != nil {
		q = q.Set("allow_guests = ?", *change.AllowGuests)
	}
	if change.State != nil {
		q = q.Set("state = ?", *change.State)
	}
	return q
}

// Enter tells that viewer, 0 for a guest, is about to come into a room, and returns its state. What changed
// since they found it counts: social.ErrRoomNotFound where the room has ended, or host and viewer are hidden
// from each other now, and social.ErrUserNotFound where the account is gone or disabled. What happens later
// sends them out.
func (s *FaceChats) Enter(ctx context.Context, viewer, id int64) (state social.State, err error) {
	door := s.c.w.NewSelect().TableExpr("facechats AS door").ColumnExpr("door.id").Where("door.id = ?", id)
	there := s.c.w.NewSelect().Model((*userModel)(nil)).ColumnExpr("1").
		Where("id = ? AND disabled_at IS NULL", viewer)
	q := s.c.w.NewUpdate().Model((*facechatModel)(nil)).Set("used_at = ?", s.c.now()).
		Where("id IN (?) AND state <> ?", s.c.notHidden(door, viewer, "door.host_id"), social.StateEnded)
	if viewer != 0 {
		q = q.Where("EXISTS (?)", there)
	}
	err = q.Returning("state").Scan(ctx, &state)
	switch {
	case err == nil:
		return state, nil
	case !errors.Is(err, sql.ErrNoRows):
		return "", fmt.Errorf("enter room: %w", err)
	case viewer == 0:
		return "", social.ErrRoomNotFound
	}
	known, err := there.Exists(ctx)
	if err != nil {
		return "", fmt.Errorf("look for account: %w", err)
	}
	if !known {
		return "", social.ErrUserNotFound
	}
	return "", social.ErrRoomNotFound
}

// Delete ends a host's room; see End. A room that is in nobody's past is gone altogether, unless somebody
// came to its door just now: that they were in it may not be written yet.
func (s *FaceChats) Delete(ctx context.Context, host, id int64) (rings []int64, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.lockRoom(ctx, host, id); err != nil {
			return err
		}
		if rings, err = c.endRoom(ctx, id); err != nil {
			return err
		}
		lately, err := c.w.NewSelect().Model((*facechatModel)(nil)).
			Where("id = ? AND used_at > created_at AND used_at > ?", id, c.now().Add(-settle)).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look at room: %w", err)
		}
		if lately {
			return nil
		}
		return c.forgetRooms(ctx, []int64{id})
	})
	return rings, err
}

// End ends a room, whoever is its host; social.ErrRoomNotFound where it has ended. Nobody finds it any more,
// and its text, tags and invitations are gone. Its title, who was in it and what was said stay in the past of
// those who were there. The rings that led into it are over: their ids are returned.
func (s *FaceChats) End(ctx context.Context, id int64) (rings []int64, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		rings, err = c.endRoom(ctx, id)
		return err
	})
	return rings, err
}

// endRoom is FaceChats.End for the other nouns.
func (c conn) endRoom(ctx context.Context, id int64) (rings []int64, err error) {
	now := c.now()
	n, err := affected(c.w.NewUpdate().Model((*facechatModel)(nil)).Set("state = ?", social.StateEnded).
		Set("finished_at = ?", now).Set("updated_at = ?", now).Set("content = ''").
		Where("id = ? AND state <> ?", id, social.StateEnded).Exec(ctx))
	if err != nil {
		return nil, fmt.Errorf("end room: %w", err)
	}
	if n == 0 {
		return nil, social.ErrRoomNotFound
	}
	for _, q := range []*bun.DeleteQuery{
		c.w.NewDelete().Model((*facechatTagModel)(nil)).Where("facechat_id = ?", id),
		c.w.NewDelete().Model((*facechatInviteModel)(nil)).Where("facechat_id = ?", id),
		c.w.NewDelete().Model((*notificationModel)(nil)).
			Where("facechat_id = ? AND kind = ?", id, social.NotifyInvite),
	} {
		if _, err := q.Exec(ctx); err != nil {
			return nil, fmt.Errorf("empty room: %w", err)
		}
	}
	return c.cancelRings(ctx, "facechat_id = ?", id)
}

// forgetRooms deletes those of these rooms that have ended and are in nobody's past.
func (c conn) forgetRooms(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := c.w.NewDelete().Model((*facechatModel)(nil)).Where("id IN (?)", bun.List(ids)).
		Where("state = ?", social.StateEnded).
		Where("NOT EXISTS (SELECT 1 FROM facechat_participants AS pa WHERE pa.facechat_id = fc.id " +
			"AND pa.user_id IS NOT NULL)").
		Where("NOT EXISTS (SELECT 1 FROM rings AS ri WHERE ri.facechat_id = fc.id)").Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget rooms: %w", err)
	}
	return nil
}
