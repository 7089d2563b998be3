package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Consents are what people said to the analysis of their own face.
type Consents struct{ c conn }

type consentModel struct {
	bun.BaseModel `bun:"table:consents,alias:co"`

	ID        int64 `bun:",pk,autoincrement"`
	UserID    int64
	Version   int
	Mood      bool
	Share     bool
	CreatedAt time.Time
}
