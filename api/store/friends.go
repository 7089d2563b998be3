package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Friends are the friendships, and the requests that they come from.
type Friends struct{ c conn }

type friendRequestModel struct {
	bun.BaseModel `bun:"table:friend_requests,alias:fr"`

	ID         int64 `bun:",pk,autoincrement"`
	FromID     int64
	ToID       int64
	State      social.RequestState
	CreatedAt  time.Time
	AnsweredAt *time.Time
}

type friendshipModel struct {
	bun.BaseModel `bun:"table:friendships,alias:fs"`

	ID        int64 `bun:",pk,autoincrement"`
	LowID     int64
	HighID    int64
	CreatedAt time.Time
}
