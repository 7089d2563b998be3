package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Comments are what people say to posts, and to each other's comments.
type Comments struct{ c conn }

type commentModel struct {
	bun.BaseModel `bun:"table:comments,alias:cm"`

	ID        int64 `bun:",pk,autoincrement"`
	PostID    int64
	AuthorID  *int64 // nil exactly when DeletedAt is set
	ParentID  *int64
	Content   string
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time
}
