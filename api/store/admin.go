package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Admin is what the staff does. Each act is kept in the audit by the transaction that does it; an act that
// changes nothing is not.
type Admin struct{ c conn }

// act does something and keeps it in the audit, unless nothing changed.
func (s *Admin) act(
	ctx context.Context, a social.Act, n social.NewAuditEntry,
	do func(ctx context.Context, c conn) (changed bool, err error),
) (changed bool, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if changed, err = do(ctx, c); err != nil || !changed {
			return err
		}
		n.ActorID = a.ActorID
		if n.Detail == "" {
			n.Detail = a.Reason
		}
		return (&Audit{c}).Add(ctx, n)
	})
	return changed && err == nil, err
}

// aboutUser begins the audit's entry of an act upon an account.
func aboutUser(action string, id int64) social.NewAuditEntry {
	return social.NewAuditEntry{Action: action, Kind: social.TargetUser, TargetID: id}
}

// SetRole makes an account staff, or no staff any more, and tells whether it was not so before. What the
// account may do changes for its sessions, too, at once.
func (s *Admin) SetRole(ctx context.Context, a social.Act, id int64, role social.Role) (bool, error) {
	action := social.ActDemote
	if role == social.RoleStaff {
		action = social.ActPromote
	}
	return s.act(ctx, a, aboutUser(action, id), func(ctx context.Context, c conn) (bool, error) {
		return c.changeUser(ctx, id, "role = ?", role, "role <> ?", role)
	})
}

// Disable locks an account, ends its sessions and stops its rings, whose ids are returned. Nobody disables
// themselves or others of the staff: social.ErrSelf, social.ErrTargetStaff.
func (s *Admin) Disable(ctx context.Context, a social.Act, id int64) (rings []int64, err error) {
	if err := a.Clean(true); err != nil {
		return nil, err
	}
	if id == a.ActorID {
		return nil, social.ErrSelf
	}
	_, err = s.act(ctx, a, aboutUser(social.ActDisable, id), func(ctx context.Context, c conn) (bool, error) {
		changed, err := c.changeUser(
			ctx, id, "disabled_at = ?", c.now(), "disabled_at IS NULL AND role <> ?", social.RoleStaff)
		if err != nil {
			return false, err
		}
		if !changed {
			return false, c.notStaff(ctx, id)
		}
		if _, err := (&Sessions{c}).EndAll(ctx, id, 0, social.EndStaff); err != nil {
			return false, err
		}
		rings, err = c.cancelRings(ctx, "caller_id = ? OR callee_id = ?", id, id)
		return true, err
	})
	return rings, err
}

// Enable unlocks an account. Its sessions stay ended.
func (s *Admin) Enable(ctx context.Context, a social.Act, id int64) error {
	if err := a.Clean(false); err != nil {
		return err
	}
	_, err := s.act(ctx, a, aboutUser(social.ActEnable, id), func(ctx context.Context, c conn) (bool, error) {
		return c.changeUser(ctx, id, "disabled_at = ?", nil, "disabled_at IS NOT NULL")
	})
	return err
}

// changeUser sets a column of an account for which a condition holds, and tells whether it did;
// social.ErrUserNotFound where there is no such account at all.
func (c conn) changeUser(
	ctx context.Context, id int64, set string, to any, condition string, args ...any,
) (bool, error) {
	n, err := affected(c.w.NewUpdate().Model((*userModel)(nil)).Set(set, to).Set("updated_at = ?", c.now()).
		Where("id = ?", id).Where(condition, args...).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("change user: %w", err)
	}
	if n > 0 {
		return true, nil
	}
	there, err := c.w.NewSelect().Model((*userModel)(nil)).Where("id = ?", id).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("find user: %w", err)
	}
	if !there {
		return false, social.ErrUserNotFound
	}
	return false, nil
}

// notStaff reports social.ErrTargetStaff for an account of the staff.
func (c conn) notStaff(ctx context.Context, id int64) error {
	staff, err := c.w.NewSelect().Model((*userModel)(nil)).Where("id = ? AND role = ?", id, social.RoleStaff).
		Exists(ctx)
	if err != nil {
		return fmt.Errorf("find user: %w", err)
	}
	if staff {
		return social.ErrTargetStaff
	}
	return nil
}

// cancelRings ends the rings for which a condition holds, and returns their ids.
func (c conn) cancelRings(ctx context.Context, condition string, args ...any) (rings []int64, err error) {
	err = c.w.NewUpdate().Model((*ringModel)(nil)).Set("state = 'cancelled'").Set("ended_at = ?", c.now()).
		Where("state = 'ringing'").Where(condition, args...).Returning("id").Scan(ctx, &rings)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("stop rings: %w", err)
	}
	return rings, nil
}

// RemovePost deletes a post that the staff sees (social.PostFilter), and its picture, unless another post
// shows that, too.
func (s *Admin) RemovePost(ctx context.Context, a social.Act, id int64) error {
	if err := a.Clean(true); err != nil {
		return err
	}
	n := social.NewAuditEntry{Action: social.ActRemovePost, Kind: social.TargetPost, TargetID: id}
	_, err := s.act(ctx, a, n, func(ctx context.Context, c conn) (bool, error) {
		var post struct{ PhotoID *int64 }
		q := c.w.NewSelect().TableExpr("posts AS po").ColumnExpr("po.photo_id").Where("po.id = ?", id).
			Where(postForStaff, social.VisiblePublic)
		if c.pg {
			q = q.For("UPDATE")
		}
		if err := q.Scan(ctx, &post); err != nil {
			return false, orNotFound(err, social.ErrPostNotFound)
		}
		if _, err := c.w.NewDelete().TableExpr("posts").Where("id = ?", id).Exec(ctx); err != nil {
			return false, fmt.Errorf("remove post: %w", err)
		}
		if post.PhotoID == nil {
			return true, nil
		}
		return true, c.dropPicture(ctx, *post.PhotoID,
			func(q *bun.DeleteQuery) *bun.DeleteQuery { return q })
	})
	return err
}

// RemoveComment deletes a comment that the staff sees (social.CommentFilter). Under replies it stays as an
// empty one.
func (s *Admin) RemoveComment(ctx context.Context, a social.Act, id int64) error {
	if err := a.Clean(true); err != nil {
		return err
	}
	n := social.NewAuditEntry{Action: social.ActRemoveComment, Kind: social.TargetComment, TargetID: id}
	_, err := s.act(ctx, a, n, func(ctx context.Context, c conn) (bool, error) {
		m, err := c.liveComment(ctx, id)
		if err != nil {
			return false, err
		}
		_, err = c.lockPost(ctx, m.PostID, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
		if err != nil {
			return false, orNotFound(err, social.ErrCommentNotFound)
		}
		seen, err := c.staffSees(ctx, id)
		if err != nil {
			return false, err
		}
		if !seen {
			return false, social.ErrCommentNotFound
		}
		return true, c.dropComment(ctx, id)
	})
	return err
}

// CloseRoom ends a room (FaceChats.End) and returns the ids of the rings that led into it;
// social.ErrRoomNotFound where it has ended.
func (s *Admin) CloseRoom(ctx context.Context, a social.Act, id int64) (rings []int64, err error) {
	if err := a.Clean(true); err != nil {
		return nil, err
	}
	n := social.NewAuditEntry{Action: social.ActCloseRoom, Kind: social.TargetFaceChat, TargetID: id}
	_, err = s.act(ctx, a, n, func(ctx context.Context, c conn) (bool, error) {
		rings, err = c.endRoom(ctx, id)
		return true, err
	})
	return rings, err
}

// Resolve closes an open report, by social.ReportResolved or social.ReportDismissed; the reason is a note,
// which may be empty.
func (s *Admin) Resolve(ctx context.Context, a social.Act, id int64, state social.ReportState) error {
	if err := a.Clean(false); err != nil {
		return err
	}
	n := social.NewAuditEntry{Action: social.ActResolve, Kind: social.TargetReport, TargetID: id}
	if state == social.ReportDismissed {
		n.Action = social.ActDismiss
	}
	_, err := s.act(ctx, a, n, func(ctx context.Context, c conn) (bool, error) {
		return true, (&Reports{c}).Resolve(ctx, id, a.ActorID, state)
	})
	return err
}

// Staff lists everybody of the staff by their names; they are few.
func (s *Admin) Staff(ctx context.Context) ([]social.User, error) {
	var rows []userRow
	err := (&Users{s.c}).accounts().Where("u.role = ?", social.RoleStaff).OrderExpr("u.username").
		Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	return each(rows, (*userRow).user), nil
}
