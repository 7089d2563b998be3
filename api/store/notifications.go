package store

import (
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
