package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// facechatModel is a room.
type facechatModel struct {
	bun.BaseModel `bun:"table:facechats,alias:fc"`

	ID          int64 `bun:",pk,autoincrement"`
	Slug        string
	Title       string
	Content     string
	HostID      *int64
	State       social.State
	Visibility  social.Visibility
	AllowGuests bool
	MaxPresent  int
	ViewCount   int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	UsedAt      time.Time
	FinishedAt  *time.Time
}

type facechatTagModel struct {
	bun.BaseModel `bun:"table:facechat_tags,alias:ft"`

	FacechatID int64 `bun:",pk"`
	TagID      int64 `bun:",pk"`
}

type facechatInviteModel struct {
	bun.BaseModel `bun:"table:facechat_invites,alias:fi"`

	FacechatID int64 `bun:",pk"`
	UserID     int64 `bun:",pk"`
	CreatedAt  time.Time
}
