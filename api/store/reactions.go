package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Reactions are likes and favourites of posts.
type Reactions struct{ c conn }

type likeModel struct {
	bun.BaseModel `bun:"table:likes,alias:li"`

	ID        int64 `bun:",pk,autoincrement"`
	PostID    int64
	UserID    int64
	CreatedAt time.Time
}

type favoriteModel struct {
	bun.BaseModel `bun:"table:favorites,alias:fa"`

	ID        int64 `bun:",pk,autoincrement"`
	PostID    int64
	UserID    int64
	CreatedAt time.Time
}
