package store

import (
	"time"

	"github.com/uptrace/bun"
)

// commentModel is what someone said to a post, or to another comment.
type commentModel struct {
	bun.BaseModel `bun:"table:comments,alias:cm"`

	ID        int64 `bun:",pk,autoincrement"`
	PostID    int64
	AuthorID  *int64 // nil exactly when DeletedAt is set
	ParentID  *int64
	RootID    *int64 // the comment to the post under which a reply stands; a trigger keeps it
	Content   string
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time
}
