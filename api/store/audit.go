package store

import (
	"context"
	"fmt"
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

// commandLine is who acts where nobody is logged in.
const commandLine = "(command line)"

// Add keeps an act of the staff, in the transaction of the act itself (DB.InTx). ActorID 0 is the command
// line.
func (s *Audit) Add(ctx context.Context, n social.NewAuditEntry) error {
	name := commandLine
	if n.ActorID != 0 {
		err := s.c.w.NewSelect().Model((*userModel)(nil)).Column("username").Where("id = ?", n.ActorID).
			Scan(ctx, &name)
		if err != nil {
			return orNotFound(err, social.ErrUserNotFound)
		}
	}
	m := auditModel{
		ActorID: orNil(n.ActorID), ActorName: name, Action: n.Action, TargetKind: n.Kind, TargetID: n.TargetID,
		Detail: n.Detail, CreatedAt: s.c.now(),
	}
	if _, err := s.c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		return fmt.Errorf("add to audit: %w", err)
	}
	return nil
}

// List is all that the staff did, the newest first.
func (s *Audit) List(ctx context.Context, page social.Page) ([]social.AuditEntry, string, error) {
	rows, next, err := fetch(ctx, s.c.r.NewSelect().Model((*auditModel)(nil)), page,
		keyset{kind: "audit", column: "au.id"}, func(m *auditModel) int64 { return m.ID })
	return each(rows, func(m *auditModel) social.AuditEntry {
		return social.AuditEntry{
			ID: m.ID, ActorID: value(m.ActorID), ActorName: m.ActorName, Action: m.Action, Kind: m.TargetKind,
			TargetID: m.TargetID, Detail: m.Detail, Created: m.CreatedAt.UTC(),
		}
	}), next, err
}
