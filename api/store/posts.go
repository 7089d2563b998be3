package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Posts are what people show others.
type Posts struct{ c conn }

type postModel struct {
	bun.BaseModel `bun:"table:posts,alias:po"`

	ID         int64 `bun:",pk,autoincrement"`
	OwnerID    int64
	PhotoID    *int64
	Title      string
	Content    string
	Visibility social.Visibility
	ViewCount  int64
	// The counters are the database's own: triggers keep them.
	LikeCount     int64 `bun:",scanonly"`
	FavoriteCount int64 `bun:",scanonly"`
	CommentCount  int64 `bun:",scanonly"`
	Bigrams       string
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

type postTagModel struct {
	bun.BaseModel `bun:"table:post_tags,alias:pt"`

	PostID int64 `bun:",pk"`
	TagID  int64 `bun:",pk"`
}
