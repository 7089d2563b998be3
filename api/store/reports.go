package store

import (
	"context"
	"fmt"
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

// Add keeps what a person tells the staff about something that they can see: else social.ErrTargetNotFound,
// which tells nothing of what is there. Telling it again while the first report is open is
// social.ErrReportExists.
func (s *Reports) Add(ctx context.Context, n social.NewReport) (id int64, err error) {
	if err := n.Clean(); err != nil {
		return 0, err
	}
	seen, err := s.target(n.ReporterID, n.Kind, n.TargetID).Exists(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for %s: %w", n.Kind, err)
	}
	if !seen {
		return 0, social.ErrTargetNotFound
	}
	m := reportModel{
		ReporterID: orNil(n.ReporterID), TargetKind: n.Kind, TargetID: n.TargetID, Reason: n.Reason,
		Content: n.Content, State: social.ReportOpen, CreatedAt: s.c.now(),
	}
	if _, err := s.c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		if duplicate(err, "", "") {
			return 0, social.ErrReportExists
		}
		return 0, fmt.Errorf("add report: %w", err)
	}
	return m.ID, nil
}

// target selects what a report is about, as far as viewer can see it.
func (s *Reports) target(viewer int64, kind social.TargetKind, id int64) *bun.SelectQuery {
	q := s.c.r.NewSelect().ColumnExpr("1")
	post := owned{owner: "po.owner_id", level: "po.visibility"}
	switch kind {
	case social.TargetUser:
		return s.c.notHidden(q.TableExpr("users AS u").Where("u.id = ?", id), viewer, "u.id")
	case social.TargetPost:
		return s.c.visibleTo(q.TableExpr("posts AS po").Where("po.id = ?", id), viewer, post)
	case social.TargetComment:
		q = q.TableExpr("comments AS cm").Join("JOIN posts AS po ON po.id = cm.post_id").
			Where("cm.id = ? AND cm.deleted_at IS NULL", id)
		return s.c.notHidden(s.c.visibleTo(q, viewer, post), viewer, "cm.author_id")
	case social.TargetPhoto:
		return s.c.visibleTo(q.TableExpr("photos AS ph").Join("JOIN posts AS po ON po.photo_id = ph.id").
			Where("ph.id = ?", id), viewer, post)
	case social.TargetFaceChat:
		return q.TableExpr("facechats AS fc").Where("fc.id = ?", id).
			Where("fc.visibility = ? OR "+takesPart, social.VisiblePublic, viewer, viewer, viewer)
	case social.TargetMessage:
		return q.TableExpr("chat_messages AS ms").Join("JOIN facechats AS fc ON fc.id = ms.facechat_id").
			Where("ms.id = ?", id).Where(takesPart, viewer, viewer, viewer)
	default:
		return q.TableExpr("users AS u").Where("1 = 0")
	}
}

// takesPart is the condition that a person (three times) has to do with room fc.
const takesPart = "fc.host_id = ? " +
	"OR EXISTS (SELECT 1 FROM facechat_participants WHERE facechat_id = fc.id AND user_id = ?) " +
	"OR EXISTS (SELECT 1 FROM facechat_invites WHERE facechat_id = fc.id AND user_id = ?)"

// reportRow is a report with who wrote it, who dealt with it, and what it is about.
type reportRow struct {
	reportModel
	Writer personRow `bun:"embed:writer_"`
	Judge  personRow `bun:"embed:judge_"`
	Owner  personRow `bun:"embed:owner_"`

	AboutID    *int64 // of the target, where it is still there
	AboutTitle string
	AboutText  string
	AboutPost  *int64
	AboutRoom  *int64
	Picture    photoRow `bun:"embed:picture_"`
}

// card is the row as the staff sees it. What it says of a target's content ends with the report.
func (r *reportRow) card() social.ReportCard {
	out := social.ReportCard{
		Report: social.Report{
			ID: r.ID, Reporter: r.Writer.person(), Kind: r.TargetKind, TargetID: r.TargetID, Reason: r.Reason,
			Content: r.Content, State: r.State, Resolver: r.Judge.person(), Created: r.CreatedAt.UTC(),
			Resolved: utc(r.ResolvedAt),
		},
		Target: social.ReportTarget{
			Owner: r.Owner.person(), Gone: r.AboutID == nil, PostID: value(r.AboutPost), RoomID: value(r.AboutRoom),
		},
	}
	if r.State == social.ReportOpen {
		out.Target.Title, out.Target.Photo = r.AboutTitle, r.Picture.photo()
		out.Target.Text = social.Excerpt(r.AboutText, excerpt)
	}
	return out
}

// excerpt is how much of a reported text the staff gets to read in the list, in characters.
const excerpt = 280

// all selects reportRows. Each kind of target is joined by its key, so that a page takes one query.
func (s *Reports) all() *bun.SelectQuery {
	q := s.c.r.NewSelect().TableExpr("reports AS re").
		ColumnExpr("re.id, re.target_kind, re.target_id, re.reason, re.content, re.state").
		ColumnExpr("re.created_at, re.resolved_at").
		ColumnExpr("COALESCE(tu.id, tp.id, tc.id, th.id, tf.id, tm.id) AS about_id").
		ColumnExpr("COALESCE(tp.title, th.name, tf.title, '') AS about_title").
		ColumnExpr("substr(COALESCE(tg.bio, tp.content, tc.content, th.alt, tf.content, tm.content, ''), 1, ?) "+
			"AS about_text", excerpt+1).
		ColumnExpr("COALESCE(tp.id, tc.post_id, (SELECT id FROM posts WHERE photo_id = th.id ORDER BY " +
			"CASE visibility WHEN 'public' THEN 0 WHEN 'friends' THEN 1 ELSE 2 END, id DESC LIMIT 1)) AS about_post").
		ColumnExpr("COALESCE(tf.id, tm.facechat_id) AS about_room")
	for _, t := range []struct {
		table, alias string
		kind         social.TargetKind
	}{
		{"users", "tu", social.TargetUser},
		{"posts", "tp", social.TargetPost},
		{"comments", "tc", social.TargetComment},
		{"photos", "th", social.TargetPhoto},
		{"facechats", "tf", social.TargetFaceChat},
		{"chat_messages", "tm", social.TargetMessage},
	} {
		alias, gone := bun.Ident(t.alias), bun.Safe("")
		if t.kind == social.TargetComment {
			gone = " AND tc.deleted_at IS NULL"
		}
		q = q.Join("LEFT JOIN ? AS ? ON re.target_kind = ? AND ?.id = re.target_id?",
			bun.Ident(t.table), alias, t.kind, alias, gone)
	}
	q = withPerson(q.Join("LEFT JOIN profiles AS tg ON tg.user_id = tu.id"), "owner",
		"COALESCE(tu.id, tp.owner_id, tc.author_id, th.owner_id, tf.host_id, tm.sender_id)")
	q = withPhoto(q, "picture", "COALESCE(th.id, tp.photo_id, tg.picture_id)")
	return withPerson(withPerson(q, "writer", "re.reporter_id"), "judge", "re.resolver_id")
}

// ByID finds a report, for the staff.
func (s *Reports) ByID(ctx context.Context, id int64) (social.ReportCard, error) {
	var row reportRow
	err := s.all().Where("re.id = ?", id).Scan(ctx, &row)
	return row.card(), orNotFound(err, social.ErrReportNotFound)
}

// List is the reports in a state (empty: in any), the newest first, for the staff.
func (s *Reports) List(
	ctx context.Context, state social.ReportState, page social.Page,
) ([]social.ReportCard, string, error) {
	q := s.all()
	if state != "" {
		q = q.Where("re.state = ?", state)
	}
	rows, next, err := fetch(ctx, q, page, keyset{kind: "reports_" + string(state), column: "re.id"},
		func(r *reportRow) int64 { return r.ID })
	return each(rows, (*reportRow).card), next, err
}

// Resolve closes an open report; social.ErrReportNotFound where there is no such one.
func (s *Reports) Resolve(ctx context.Context, id, resolver int64, state social.ReportState) error {
	n, err := affected(s.c.w.NewUpdate().Model((*reportModel)(nil)).Set("state = ?", state).
		Set("resolver_id = ?", orNil(resolver)).Set("resolved_at = ?", s.c.now()).
		Where("id = ? AND state = ?", id, social.ReportOpen).Exec(ctx))
	if err != nil {
		return fmt.Errorf("resolve report: %w", err)
	}
	if n == 0 {
		return social.ErrReportNotFound
	}
	return nil
}
