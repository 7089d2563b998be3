package store

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Reports are what people told the staff.
type Reports struct{ c conn }

type reportModel struct {
	bun.BaseModel `bun:"table:reports,alias:re"`

	ID         int64 `bun:",pk,autoincrement"`
	ReporterID *int64
	TargetKind social.TargetKind
	TargetID   int64
	Reason     string
	Content    string
	State      social.ReportState
	ResolverID *int64
	CreatedAt  time.Time
	ResolvedAt *time.Time
}
