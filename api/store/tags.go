package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Tags are the words that posts, rooms and pictures share. A tag that was made on its own is for everybody to
// see; one that came with a post or a room shows when a public post has it, and before that to who made it:
// the words of private things stay private.
type Tags struct{ c conn }

type tagModel struct {
	bun.BaseModel `bun:"table:tags,alias:t"`

	ID        int64 `bun:",pk,autoincrement"`
	Name      string
	CreatorID *int64
	Listed    bool // made on its own
	Bigrams   string
	CreatedAt time.Time
}

func (m *tagModel) tag() social.Tag {
	return social.Tag{ID: m.ID, Name: m.Name, CreatorID: value(m.CreatorID)}
}

// tagIDs finds the tags with these names, which are clean (social.CleanTags), and makes those that do not
// exist yet; the ids stand in the order of the names. It belongs into the transaction that puts the tags to
// use: until that ends, nobody takes them away.
func (c conn) tagIDs(ctx context.Context, names []string, creator int64) ([]int64, error) {
	if len(names) == 0 {
		return nil, nil
	}
	for try := 1; ; try++ {
		ids, missing, err := c.knownTags(ctx, names)
		if err != nil || len(missing) == 0 {
			return ids, err
		}
		if try == attempts {
			return nil, fmt.Errorf("find tag %q: it goes as soon as it comes", missing[0])
		}
		slices.Sort(missing) // who makes the same ones waits, and never in a circle
		made := make([]tagModel, len(missing))
		for i, name := range missing {
			made[i] = c.newTag(name, creator)
		}
		// Another one's tag of the same name does as well: the next round finds it.
		_, err = c.w.NewInsert().Model(&made).On("CONFLICT (name) DO NOTHING").Returning("NULL").Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("add tags: %w", err)
		}
	}
}

func (c conn) newTag(name string, creator int64) tagModel {
	return tagModel{
		Name: name, CreatorID: orNil(creator), Bigrams: social.Bigrams(name), CreatedAt: c.now(),
	}
}

// knownTags are the ids of the tags that exist, in the order of the names, and the names without one. The
// tags are there until the transaction ends.
func (c conn) knownTags(ctx context.Context, names []string) (ids []int64, missing []string, err error) {
	var have []tagModel
	q := c.w.NewSelect().Model(&have).Column("id", "name").Where("name IN (?)", bun.List(names)).Order("name")
	if c.pg {
		q = q.For("KEY SHARE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("find tags: %w", err)
	}
	for _, name := range names {
		i := slices.IndexFunc(have, func(m tagModel) bool { return m.Name == name })
		if i < 0 {
			missing = append(missing, name)
			continue
		}
		ids = append(ids, have[i].ID)
	}
	return ids, missing, nil
}

// setTags makes the tags of one thing these and no others: column is the thing's id in table, which is
// facechat_tags or post_tags.
func (c conn) setTags(ctx context.Context, table, column string, id int64, tagIDs []int64) error {
	gone := c.w.NewDelete().TableExpr("?", bun.Ident(table)).Where("? = ?", bun.Ident(column), id)
	if len(tagIDs) > 0 {
		gone = gone.Where("tag_id NOT IN (?)", bun.List(tagIDs))
	}
	if _, err := gone.Exec(ctx); err != nil {
		return fmt.Errorf("take tags off: %w", err)
	}
	if len(tagIDs) == 0 {
		return nil
	}
	_, err := c.w.NewRaw("INSERT INTO ? (?, tag_id) SELECT ?, id FROM tags WHERE id IN (?) ON CONFLICT DO NOTHING",
		bun.Ident(table), bun.Ident(column), id, bun.List(tagIDs)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("put tags on: %w", err)
	}
	return nil
}

// tagsOf finds the tags of many things in one query, in the order of their names; what has none is missing.
// column is the thing's id in table, which is facechat_tags, post_tags or photo_tags.
func (c conn) tagsOf(
	ctx context.Context, table, column string, ids []int64,
) (map[int64][]social.Tag, error) {
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // reading from no map finds nothing, as it should
	}
	var rows []struct {
		tagModel `bun:",extend"`
		OfID     int64
	}
	err := c.r.NewSelect().TableExpr("? AS tie", bun.Ident(table)).Join("JOIN tags AS t ON t.id = tie.tag_id").
		ColumnExpr("tie.? AS of_id, t.id, t.name, t.creator_id", bun.Ident(column)).
		Where("tie.? IN (?)", bun.Ident(column), bun.List(ids)).OrderExpr("t.name").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("find tags: %w", err)
	}
	of := make(map[int64][]social.Tag, len(ids))
	for i := range rows {
		of[rows[i].OfID] = append(of[rows[i].OfID], rows[i].tag())
	}
	return of, nil
}
