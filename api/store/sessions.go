package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Sessions are the log-ins: families of refresh tokens, of which one at a time is good.
type Sessions struct{ c conn }

type sessionModel struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	ID        int64 `bun:",pk,autoincrement"`
	UserID    int64
	UserAgent string
	Address   string
	CreatedAt time.Time
	UsedAt    time.Time
	ExpiresAt time.Time
	EndedAt   *time.Time
	EndReason social.EndReason
}

type refreshTokenModel struct {
	bun.BaseModel `bun:"table:refresh_tokens,alias:rt"`

	Hash       []byte `bun:",pk"`
	SessionID  int64
	CreatedAt  time.Time
	ExpiresAt  time.Time
	UsedAt     *time.Time
	ReplacedBy []byte
}
