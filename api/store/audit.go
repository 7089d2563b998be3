package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Audit is what the staff did. Nothing is ever changed in it.
type Audit struct{ c conn }

type auditModel struct {
	bun.BaseModel `bun:"table:audit,alias:au"`

	ID         int64 `bun:",pk,autoincrement"`
	ActorID    *int64
	ActorName  string
	Action     string
	TargetKind social.TargetKind
	TargetID   int64
	Detail     string
	CreatedAt  time.Time
}
