package store

import (
	"time"

	"github.com/uptrace/bun"
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
