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

// Notifications are what happened to people.
type Notifications struct{ c conn }

type notificationModel struct {
	bun.BaseModel `bun:"table:notifications,alias:n"`

	ID         int64 `bun:",pk,autoincrement"`
	UserID     int64
	Kind       social.NotificationKind
	ActorID    *int64
	RequestID  *int64
	PostID     *int64
	CommentID  *int64
	FacechatID *int64
	RingID     *int64
	CreatedAt  time.Time
	ReadAt     *time.Time
}

// Add tells a person what happened, in the transaction of the act itself (DB.InTx). id is 0 where there is
// nothing to tell: to oneself, between two who block each other, or once more what was told before.
func (s *Notifications) Add(ctx context.Context, n social.NewNotification) (id int64, err error) {
	return s.c.notify(ctx, n)
}

// notify is Notifications.Add for the other nouns.
func (c conn) notify(ctx context.Context, n social.NewNotification) (int64, error) {
	if n.UserID == n.ActorID || n.UserID == 0 {
		return 0, nil
	}
	if n.ActorID != 0 {
		apart, err := (&Blocks{c}).Between(ctx, n.UserID, n.ActorID)
		if err != nil || apart {
			return 0, err
		}
	}
	m := notificationModel{
		UserID: n.UserID, Kind: n.Kind, ActorID: orNil(n.ActorID), RequestID: orNil(n.RequestID),
		PostID: orNil(n.PostID), CommentID: orNil(n.CommentID), FacechatID: orNil(n.FaceChatID),
		RingID: orNil(n.RingID), CreatedAt: c.now(),
	}
	err := c.w.NewInsert().Model(&m).On("CONFLICT DO NOTHING").Returning("id").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("add notification: %w", err)
	}
	return m.ID, nil
}

// notificationRow is a notification with who did it.
type notificationRow struct {
	notificationModel
	PostTitle *string
	Person    personRow `bun:"embed:person_"`
}

func (r *notificationRow) notification() social.Notification {
	return social.Notification{
		ID: r.ID, UserID: r.UserID, Kind: r.Kind, Actor: r.Person.person(), RequestID: value(r.RequestID),
		PostID: value(r.PostID), PostTitle: value(r.PostTitle), CommentID: value(r.CommentID),
		FaceChatID: value(r.FacechatID), RingID: value(r.RingID), Created: r.CreatedAt.UTC(), Read: utc(r.ReadAt),
	}
}

func (s *Notifications) of(user int64) *bun.SelectQuery {
	// A post that the person does not see any more keeps its title for itself.
	seen := s.c.visibleTo(s.c.r.NewSelect().ColumnExpr("1"), user, postOwned())
	q := s.c.r.NewSelect().TableExpr("notifications AS n").
		ColumnExpr("n.id, n.user_id, n.kind, n.request_id, n.post_id, n.comment_id, n.facechat_id, n.ring_id").
		ColumnExpr("n.created_at, n.read_at, CASE WHEN EXISTS (?) THEN po.title END AS post_title", seen).
		Join("LEFT JOIN posts AS po ON po.id = n.post_id").Where("n.user_id = ?", user)
	return s.c.notHidden(withPerson(q, "person", "n.actor_id"), user, "n.actor_id")
}

// List is what happened to a person, the newest first; with unread, only what they have not read.
func (s *Notifications) List(
	ctx context.Context, user int64, unread bool, page social.Page,
) ([]social.Notification, string, error) {
	q, kind := s.of(user), "notifications"
	if unread {
		q, kind = q.Where("n.read_at IS NULL"), "notifications_unread"
	}
	rows, next, err := fetch(ctx, q, page, keyset{kind: kind, column: "n.id"},
		func(r *notificationRow) int64 { return r.ID })
	return each(rows, (*notificationRow).notification), next, err
}

// ByID finds one notification, to be pushed to the person's screens after the act; found is false where it is
// gone already.
func (s *Notifications) ByID(
	ctx context.Context, user, id int64,
) (n social.Notification, found bool, err error) {
	var row notificationRow
	err = s.of(user).Where("n.id = ?", id).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	if err != nil {
		return n, false, fmt.Errorf("find notification: %w", err)
	}
	return row.notification(), true, nil
}

// Unread is how many notifications a person has not read.
func (s *Notifications) Unread(ctx context.Context, user int64) (int, error) {
	q := s.c.r.NewSelect().TableExpr("notifications AS n").Where("n.user_id = ? AND n.read_at IS NULL", user)
	n, err := s.c.notHidden(q, user, "n.actor_id").Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count notifications: %w", err)
	}
	return n, nil
}

// MarkRead marks a person's notifications as read: those with the ids, or all without any. Others' ids, and
// those read before, change nothing. It tells how many it changed.
func (s *Notifications) MarkRead(ctx context.Context, user int64, ids ...int64) (int64, error) {
	q := s.c.w.NewUpdate().Model((*notificationModel)(nil)).Set("read_at = ?", s.c.now()).
		Where("user_id = ? AND read_at IS NULL", user)
	if len(ids) > 0 {
		q = q.Where("id IN (?)", bun.List(ids))
	}
	n, err := affected(q.Exec(ctx))
	if err != nil {
		return 0, fmt.Errorf("mark notifications: %w", err)
	}
	return n, nil
}
