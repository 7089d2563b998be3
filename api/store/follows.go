package store

import (
	"time"

	"github.com/uptrace/bun"
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
