package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

func tagSearch() searchable { return searchable{table: "tags", alias: "t", key: "id"} }

// tagRow is a tag with how many posts have it that everybody may see.
type tagRow struct {
	ID        int64
	Name      string
	CreatorID *int64
	Posts     int64
}

func (r *tagRow) view() social.TagView {
	return social.TagView{
		Tag: social.Tag{ID: r.ID, Name: r.Name, CreatorID: value(r.CreatorID)}, Posts: r.Posts,
	}
}

// tagged selects posts that everybody may see, with tie as what gives them a tag. The condition is that of
// visibleTo; there are so many rows to count that the few disabled accounts are looked up once, not for each.
func (c conn) tagged() *bun.SelectQuery {
	return c.r.NewSelect().TableExpr("post_tags AS tie").Join("JOIN posts AS po ON po.id = tie.post_id").
		Where("po.visibility = ?", social.VisiblePublic).
		Where("po.owner_id NOT IN (SELECT id FROM users WHERE disabled_at IS NOT NULL)")
}

// seenTags selects the tags that the viewer may see.
func (c conn) seenTags(viewer int64) *bun.SelectQuery {
	q := c.r.NewSelect().TableExpr("tags AS t")
	public := c.tagged().ColumnExpr("1").Where("tie.tag_id = t.id")
	if viewer == 0 {
		return q.Where("t.listed OR EXISTS (?)", public)
	}
	return q.Where("t.listed OR t.creator_id = ? OR EXISTS (?)", viewer, public)
}

// tags selects tagRows, of the tags that the viewer may see.
func (c conn) tags(viewer int64) *bun.SelectQuery {
	return c.seenTags(viewer).ColumnExpr("t.id, t.name, t.creator_id, (?) AS posts",
		c.tagged().ColumnExpr("count(*)").Where("tie.tag_id = t.id"))
}

// ByID finds a tag that the viewer may see.
func (s *Tags) ByID(ctx context.Context, viewer, id int64) (social.TagView, error) {
	var row tagRow
	err := s.c.tags(viewer).Where("t.id = ?", id).Scan(ctx, &row)
	return row.view(), orNotFound(err, social.ErrTagNotFound)
}

// List is the tags that the viewer may see, by their names or the most used first.
func (s *Tags) List(
	ctx context.Context, viewer int64, order social.TagOrder, page social.Page,
) (tags []social.TagView, next string, err error) {
	kind, q := "tags_"+string(order), s.c.r.NewSelect()
	if order == social.TagsByUse {
		q, err = s.byUse(q, viewer, kind, page.Cursor)
	} else {
		q, err = s.byName(viewer, kind, page.Cursor)
	}
	if err != nil {
		return nil, "", err
	}
	size := page.Size()
	rows := make([]tagRow, 0, size+1)
	if err := q.Limit(size+1).Scan(ctx, &rows); err != nil {
		return nil, "", fmt.Errorf("list tags: %w", err)
	}
	if len(rows) > size {
		rows = rows[:size]
		last := &rows[size-1]
		if next = social.EncodeTextCursor(kind, last.Name); order == social.TagsByUse {
			next = social.EncodeCursor(kind, last.Posts, last.ID)
		}
	}
	return each(rows, (*tagRow).view), next, nil
}

// byName selects tagRows from the cursor on; names are ordered by their characters' numbers.
func (s *Tags) byName(viewer int64, kind, cursor string) (*bun.SelectQuery, error) {
	q := s.c.tags(viewer).OrderExpr("t.name")
	if cursor == "" {
		return q, nil
	}
	after, err := social.DecodeTextCursor(kind, cursor)
	if err != nil {
		return nil, err
	}
	if clean, err := social.CleanTag(after); err != nil || clean != after {
		return nil, social.ErrCursor
	}
	return q.Where("t.name > ?", after), nil
}

// byUse selects tagRows from the cursor on. All public posts' tags are counted in one go: that costs less
// than to count for each tag.
func (s *Tags) byUse(q *bun.SelectQuery, viewer int64, kind, cursor string) (*bun.SelectQuery, error) {
	counted := s.c.tagged().ColumnExpr("tie.tag_id, count(*) AS posts").GroupExpr("tie.tag_id")
	all := s.c.r.NewSelect().TableExpr("tags AS t").Join("LEFT JOIN (?) AS used ON used.tag_id = t.id", counted).
		ColumnExpr("t.id, t.name, t.creator_id, COALESCE(used.posts, 0) AS posts")
	if viewer == 0 {
		all = all.Where("t.listed OR used.posts > 0")
	} else {
		all = all.Where("t.listed OR t.creator_id = ? OR used.posts > 0", viewer)
	}
	q = q.TableExpr("(?) AS t", all).ColumnExpr("t.*").OrderExpr("t.posts DESC, t.id DESC")
	if cursor == "" {
		return q, nil
	}
	at, err := social.DecodeCursor(kind, cursor, 2)
	if err != nil {
		return nil, err
	}
	return q.Where("t.posts < ? OR t.posts = ? AND t.id < ?", at[0], at[0], at[1]), nil
}

// Search finds tags that the viewer may see by parts of their names, the newest first.
func (s *Tags) Search(
	ctx context.Context, viewer int64, text string, page social.Page,
) ([]social.TagView, string, error) {
	rows, next, err := fetch(ctx, s.c.matching(s.c.tags(viewer), tagSearch(), text), page,
		keyset{kind: "tags_found", column: "t.id"}, func(r *tagRow) int64 { return r.ID })
	return each(rows, (*tagRow).view), next, err
}
