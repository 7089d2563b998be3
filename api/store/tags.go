package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Tags are words that posts, photos and rooms share.
type Tags struct{ c conn }

type tagModel struct {
	bun.BaseModel `bun:"table:tags,alias:ta"`

	ID        int64 `bun:",pk,autoincrement"`
	Name      string
	CreatorID *int64
	Bigrams   string
	CreatedAt time.Time
}

type photoTagModel struct {
	bun.BaseModel `bun:"table:photo_tags,alias:pht"`

	ID        int64 `bun:",pk,autoincrement"`
	PhotoID   int64
	TagID     int64
	CreatedAt time.Time
}
