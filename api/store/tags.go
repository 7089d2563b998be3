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
	_, err := c.w.NewRaw("INSERT INTO ? (?, tag_id) SELECT ?, id FROM tags WHERE id IN (?) "+
		"ON CONFLICT DO NOTHING", bun.Ident(table), bun.Ident(column), id, bun.List(tagIDs)).Exec(ctx)
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

// Create makes a tag, for everybody to see; fresh is false where it was there to see before. It fails with
// social.ErrTagInvalid.
func (s *Tags) Create(ctx context.Context, creator int64, name string) (id int64, fresh bool, err error) {
	if name, err = social.CleanTag(name); err != nil {
		return 0, false, err
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		ids, err := c.tagIDs(ctx, []string{name}, creator)
		if err != nil {
			return err
		}
		id = ids[0]
		// Of those who make it at once, one gets to list it.
		n, err := affected(c.w.NewUpdate().Model((*tagModel)(nil)).Set("listed = TRUE").
			Where("id = ? AND NOT listed", id).Exec(ctx))
		if err != nil {
			return fmt.Errorf("list tag: %w", err)
		}
		fresh = n > 0
		return nil
	})
	return id, fresh, err
}

// Delete takes a tag away from everything that has it. Its creator may while nobody else uses it: else
// social.ErrTagInUse. The staff may always, and what it does is kept in the audit. A tag that the user does
// not see is social.ErrTagNotFound, another one's social.ErrTagNotYours.
func (s *Tags) Delete(ctx context.Context, user int64, staff bool, id int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		var tag struct{ CreatorID *int64 }
		q := c.seenTags(user).ColumnExpr("t.creator_id").Where("t.id = ?", id)
		if c.pg {
			q = q.For("UPDATE OF t") // nobody puts it to use from now on
		}
		if err := q.Scan(ctx, &tag); err != nil {
			return orNotFound(err, social.ErrTagNotFound)
		}
		var refusal error = social.ErrTagNotYours
		if value(tag.CreatorID) == user {
			refusal = c.onlyTheirs(ctx, user, id)
		}
		if !staff && refusal != nil {
			return refusal
		}
		if err := c.dropTag(ctx, id); err != nil || refusal == nil {
			return err
		}
		return (&Audit{c}).Add(ctx, social.NewAuditEntry{
			ActorID: user, Action: social.ActRemoveTag, Kind: social.TargetTag, TargetID: id,
		})
	})
}

// onlyTheirs reports social.ErrTagInUse where something of somebody else's has a tag.
func (c conn) onlyTheirs(ctx context.Context, user, tag int64) error {
	for _, q := range []*bun.SelectQuery{
		c.w.NewSelect().TableExpr("post_tags AS tie").Join("JOIN posts AS x ON x.id = tie.post_id").
			Where("x.owner_id <> ?", user),
		c.w.NewSelect().TableExpr("photo_tags AS tie").Join("JOIN photos AS x ON x.id = tie.photo_id").
			Where("x.owner_id <> ?", user),
		c.w.NewSelect().TableExpr("facechat_tags AS tie").Join("JOIN facechats AS x ON x.id = tie.facechat_id").
			Where("x.host_id IS NULL OR x.host_id <> ?", user),
	} {
		used, err := q.ColumnExpr("1").Where("tie.tag_id = ?", tag).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for use of tag: %w", err)
		}
		if used {
			return social.ErrTagInUse
		}
	}
	return nil
}

// dropTag deletes a tag, and makes what had it be found by it no more.
func (c conn) dropTag(ctx context.Context, id int64) error {
	var photos, posts []int64
	err := c.w.NewSelect().TableExpr("photo_tags").ColumnExpr("photo_id").Where("tag_id = ?", id).
		Scan(ctx, &photos)
	if err == nil {
		err = c.w.NewSelect().TableExpr("post_tags").ColumnExpr("post_id").Where("tag_id = ?", id).
			Scan(ctx, &posts)
	}
	if err != nil {
		return fmt.Errorf("find use of tag: %w", err)
	}
	if _, err := c.w.NewDelete().Model((*tagModel)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("delete tag: %w", err)
	}
	for some := range slices.Chunk(photos, chunk) {
		if err := c.refreshPhotos(ctx, some...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(posts, chunk) {
		if err := c.refreshPosts(ctx, some...); err != nil {
			return err
		}
	}
	return nil
}

// unlistedTags are the tags that somebody made by using them. Nobody puts them to use, nor makes them be
// listed, until the transaction ends.
func (c conn) unlistedTags(ctx context.Context, creator int64) (ids []int64, err error) {
	q := c.w.NewSelect().Model((*tagModel)(nil)).Column("id").Where("creator_id = ? AND NOT listed", creator).
		Order("id")
	if c.pg {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("find tags of user: %w", err)
	}
	return ids, nil
}

// forgetTags deletes those of the tags that nothing has.
func (c conn) forgetTags(ctx context.Context, ids []int64) error {
	for some := range slices.Chunk(ids, chunk) {
		q := c.w.NewDelete().Model((*tagModel)(nil)).Where("id IN (?)", bun.List(some))
		for _, table := range []string{"post_tags", "photo_tags", "facechat_tags"} {
			q = q.Where("NOT EXISTS (SELECT 1 FROM ? AS tie WHERE tie.tag_id = t.id)", bun.Ident(table))
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("forget tags: %w", err)
		}
	}
	return nil
}
