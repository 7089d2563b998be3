package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
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

// Get is what a person said last; the zero Consent, which is no, where they were never asked.
func (s *Consents) Get(ctx context.Context, user int64) (social.Consent, error) {
	var m consentModel
	err := s.c.r.NewSelect().Model(&m).Where("user_id = ?", user).OrderExpr("id DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return social.Consent{}, nil
	}
	if err != nil {
		return social.Consent{}, fmt.Errorf("find consent: %w", err)
	}
	return social.Consent{Version: m.Version, Mood: m.Mood, Share: m.Share, At: m.CreatedAt.UTC()}, nil
}

// Set keeps what a person says now, beside all that they said before. Who does not let the face be analysed
// has no mood to share.
func (s *Consents) Set(ctx context.Context, user int64, said social.Consent) (social.Consent, error) {
	said.At, said.Share = s.c.now(), said.Share && said.Mood
	m := consentModel{
		UserID: user, Version: said.Version, Mood: said.Mood, Share: said.Share, CreatedAt: said.At,
	}
	if _, err := s.c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		if dangling(err) {
			return social.Consent{}, social.ErrUserNotFound
		}
		return social.Consent{}, fmt.Errorf("add consent: %w", err)
	}
	return said, nil
}
