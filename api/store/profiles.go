package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Profiles are what others see of the accounts.
type Profiles struct{ c conn }

type profileModel struct {
	bun.BaseModel `bun:"table:profiles,alias:f"`

	UserID    int64 `bun:",pk"`
	Nickname  string
	Bio       string
	PictureID *int64
	Bigrams   string
	UpdatedAt time.Time
}
