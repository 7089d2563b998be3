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

// console is who acts where nobody is logged in; no username looks like it.
const console = "(console)"

// Add keeps an act of the staff, in the transaction of the act itself (DB.InTx). ActorID 0 is the
// console.
func (s *Audit) Add(ctx context.Context, n social.NewAuditEntry) error {
	name := console
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

// auditRow is an act with the name of the account that it was done to.
type auditRow struct {
	auditModel
	TargetName *string
}

// List is what the staff did, the newest first.
func (s *Audit) List(
	ctx context.Context, f social.AuditFilter, page social.Page,
) ([]social.AuditEntry, string, error) {
	q := s.c.r.NewSelect().TableExpr("audit AS au").ColumnExpr("au.*, tu.username AS target_name").
		Join("LEFT JOIN users AS tu ON au.target_kind = ? AND tu.id = au.target_id", social.TargetUser)
	if f.ActorID != 0 {
		q = q.Where("au.actor_id = ?", f.ActorID)
	}
	if f.Action != "" {
		q = q.Where("au.action = ?", f.Action)
	}
	if f.Kind != "" {
		q = q.Where("au.target_kind = ?", f.Kind)
	}
	if f.TargetID != 0 {
		q = q.Where("au.target_id = ?", f.TargetID)
	}
	rows, next, err := fetch(ctx, q, page,
		keyset{kind: "audit", column: "au.id"}, func(r *auditRow) int64 { return r.ID })
	return each(rows, func(m *auditRow) social.AuditEntry {
		return social.AuditEntry{
			ID: m.ID, ActorID: value(m.ActorID), ActorName: m.ActorName, Action: m.Action, Kind: m.TargetKind,
			TargetID: m.TargetID, Name: value(m.TargetName), Detail: m.Detail, Created: m.CreatedAt.UTC(),
		}
	}), next, err
}
