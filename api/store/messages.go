package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Messages are what was written in the rooms' chats.
type Messages struct{ c conn }

type messageModel struct {
	bun.BaseModel `bun:"table:chat_messages,alias:ms"`

	ID         int64 `bun:",pk,autoincrement"`
	FacechatID int64
	SenderID   *int64
	SenderName string
	ClientID   string
	Content    string
	CreatedAt  time.Time
}
