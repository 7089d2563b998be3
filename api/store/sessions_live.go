package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Live tells which of these sessions still stand: neither ended nor expired, of an account that is not
// disabled. One query, however many there are.
func (s *Sessions) Live(ctx context.Context, ids []int64) (map[int64]bool, error) {
	live := make(map[int64]bool, len(ids))
	if len(ids) == 0 {
		return live, nil
	}
	var rows []int64
	err := s.c.r.NewSelect().TableExpr("sessions AS s").Join("JOIN users AS u ON u.id = s.user_id").
		ColumnExpr("s.id").Where("s.id IN (?)", bun.List(ids)).
		Where("s.ended_at IS NULL AND u.disabled_at IS NULL AND s.expires_at > ?", s.c.now()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("look sessions up: %w", err)
	}
	for _, id := range rows {
		live[id] = true
	}
	return live, nil
}
