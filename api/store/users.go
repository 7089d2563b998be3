package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Users are the accounts.
type Users struct{ c conn }

type userModel struct {
	bun.BaseModel `bun:"table:users,alias:u"`

	ID         int64 `bun:",pk,autoincrement"`
	Username   string
	Email      string
	Password   string
	Role       social.Role
	DisabledAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}
