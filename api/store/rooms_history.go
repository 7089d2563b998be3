package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// pastRow is a past call with its room, and with the other one where it did not come about.
type pastRow struct {
	Kind       social.PastKind
	Source     int64 // 1: a call, 0: a ring
	ID         int64
	Outgoing   bool
	Began      time.Time
	Ended      time.Time
	FacechatID int64
	Slug       string
	Title      string
	State      social.State
	Person     personRow `bun:"embed:person_"`
}

func (r *pastRow) past() social.Past {
	p := social.Past{
		Kind: r.Kind, ID: r.ID, Outgoing: r.Outgoing, Began: r.Began.UTC(), Ended: r.Ended.UTC(),
		Room: social.FaceChat{ID: r.FacechatID, Slug: r.Slug, Title: r.Title, State: r.State},
	}
	if r.Source == 0 {
		p.With = []social.PastPerson{{Person: r.Person.person()}}
	}
	return p
}

// pastOf selects somebody's calls that are over, and the rings to or by them that led to none.
func (c conn) pastOf(user int64) *bun.SelectQuery {
	calls := c.r.NewSelect().TableExpr("facechat_participants AS pa").
		ColumnExpr("? AS kind, 1 AS source, pa.id, FALSE AS outgoing, pa.joined_at AS began, pa.left_at AS ended",
			social.PastCall).
		ColumnExpr("pa.facechat_id, CAST(NULL AS BIGINT) AS other_id").
		Where("pa.user_id = ? AND pa.left_at IS NOT NULL", user)
	rings := c.r.NewSelect().TableExpr("rings AS ri").
		ColumnExpr("ri.state, 0, ri.id, ri.caller_id = ?, ri.created_at, ri.ended_at, ri.facechat_id", user).
		ColumnExpr("CASE WHEN ri.caller_id = ? THEN ri.callee_id ELSE ri.caller_id END", user).
		Where("ri.caller_id = ? OR ri.callee_id = ?", user, user).Where("ri.ended_at IS NOT NULL").
		Where("ri.state IN (?)", bun.List([]social.PastKind{
			social.PastMissed, social.PastDeclined, social.PastBusy, social.PastCancelled,
		}))
	q := c.r.NewSelect().TableExpr("(? UNION ALL ?) AS past", calls, rings).
		Join("JOIN facechats AS fc ON fc.id = past.facechat_id").
		ColumnExpr("past.kind, past.source, past.id, past.outgoing, past.began, past.ended, past.facechat_id").
		ColumnExpr("fc.slug, fc.title, fc.state")
	return c.notHidden(withPerson(q, "person", "past.other_id"), user, "past.other_id")
}

// History is somebody's past calls, those that ended last first, in two queries. Who is hidden from them, or
// has no account any more, is not named.
func (s *Participants) History(
	ctx context.Context, user int64, page social.Page,
) (past []social.Past, next string, err error) {
	const kind = "history"
	q, size := s.c.pastOf(user), page.Size()
	if page.Cursor != "" {
		at, err := social.DecodeCursor(kind, page.Cursor, 3)
		if err != nil {
			return nil, "", err
		}
		ended := time.UnixMicro(at[0]).UTC()
		if ended.Year() < 1 || ended.Year() > 9999 { // no moment that a database can name
			return nil, "", social.ErrCursor
		}
		q = q.Where("(past.ended, past.source, past.id) < (?, ?, ?)", ended, at[1], at[2])
	}
	rows := make([]pastRow, 0, size+1)
	err = q.OrderExpr("past.ended DESC, past.source DESC, past.id DESC").Limit(size+1).Scan(ctx, &rows)
	if err != nil {
		return nil, "", fmt.Errorf("list history: %w", err)
	}
	if len(rows) > size {
		rows = rows[:size]
		last := &rows[size-1]
		next = social.EncodeCursor(kind, last.Ended.UnixMicro(), last.Source, last.ID)
	}
	with, err := s.c.company(ctx, user, rows)
	if err != nil {
		return nil, "", err
	}
	past = each(rows, (*pastRow).past)
	for i := range rows {
		if rows[i].Source == 1 {
			past[i].With = with[rows[i].ID]
		}
	}
	return past, next, nil
}

// companyRow is who was in the room at the same time as somebody.
type companyRow struct {
	OfID      int64
	GuestName string
	Person    personRow `bun:"embed:person_"`
}

// company is who was there in each of somebody's calls, by the call's id, each once.
func (c conn) company(
	ctx context.Context, user int64, calls []pastRow,
) (map[int64][]social.PastPerson, error) {
	var ids []int64
	for i := range calls {
		if calls[i].Source == 1 {
			ids = append(ids, calls[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // reading from no map finds nothing, as it should
	}
	q := c.r.NewSelect().TableExpr("facechat_participants AS mine").
		Join("JOIN facechat_participants AS pa ON pa.facechat_id = mine.facechat_id AND pa.id <> mine.id "+
			"AND pa.joined_at < mine.left_at AND (pa.left_at IS NULL OR pa.left_at > mine.joined_at)").
		ColumnExpr("mine.id AS of_id, pa.guest_name").Where("mine.id IN (?)", bun.List(ids)).
		Where("pa.user_id IS NULL OR pa.user_id <> ?", user).OrderExpr("pa.id")
	var rows []companyRow
	q = c.notHidden(withPerson(q, "person", "pa.user_id"), user, "pa.user_id")
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("find company: %w", err)
	}
	with := map[int64][]social.PastPerson{}
	for i := range rows {
		p := social.PastPerson{Person: rows[i].Person.person(), Name: rows[i].GuestName}
		if of := rows[i].OfID; !slices.Contains(with[of], p) {
			with[of] = append(with[of], p)
		}
	}
	return with, nil
}
