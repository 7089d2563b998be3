package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// PhotoTags are the tags that people put on their pictures. A picture is found by them as by its name.
type PhotoTags struct{ c conn }

type photoTagModel struct {
	bun.BaseModel `bun:"table:photo_tags,alias:pt"`

	ID        int64 `bun:",pk,autoincrement"`
	PhotoID   int64
	TagID     int64
	CreatedAt time.Time
}

// photoTagRow is a tag on a picture, with its name.
type photoTagRow struct {
	ID        int64
	PhotoID   int64
	TagID     int64
	CreatedAt time.Time
	Name      string
	CreatorID *int64
}

func (r *photoTagRow) photoTag() social.PhotoTag {
	return social.PhotoTag{
		ID: r.ID, PhotoID: r.PhotoID, Created: r.CreatedAt.UTC(),
		Tag: social.Tag{ID: r.TagID, Name: r.Name, CreatorID: value(r.CreatorID)},
	}
}

func (c conn) photoTags() *bun.SelectQuery {
	return c.r.NewSelect().TableExpr("photo_tags AS pt").Join("JOIN tags AS t ON t.id = pt.tag_id").
		ColumnExpr("pt.id, pt.photo_id, pt.tag_id, pt.created_at, t.name, t.creator_id")
}

// Add puts a tag on an owner's picture; fresh is false where it was there before. It fails with
// social.ErrPhotoNotFound, ErrTagNotFound (for an id), ErrTagInvalid (for a name) or ErrTooManyTags.
func (s *PhotoTags) Add(
	ctx context.Context, owner, photo int64, ref social.TagRef,
) (tag social.PhotoTag, fresh bool, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.lockPhoto(ctx, owner, photo); err != nil {
			return err
		}
		id, err := c.tagOf(ctx, owner, ref)
		if err != nil {
			return err
		}
		if fresh, err = c.putOn(ctx, photo, id); err != nil {
			return err
		}
		var row photoTagRow
		if err := c.photoTags().Where("pt.photo_id = ? AND pt.tag_id = ?", photo, id).Scan(ctx, &row); err != nil {
			return fmt.Errorf("find tag on photo: %w", err)
		}
		tag = row.photoTag()
		return nil
	})
	return tag, fresh, err
}

// lockPhoto reports social.ErrPhotoNotFound where a picture is not the owner's. Nobody else changes its tags
// until the transaction ends.
func (c conn) lockPhoto(ctx context.Context, owner, photo int64) error {
	q := c.w.NewSelect().Model((*photoModel)(nil)).Column("id").Where("id = ? AND owner_id = ?", photo, owner)
	if c.pg {
		q = q.For("NO KEY UPDATE")
	}
	var found int64
	return orNotFound(q.Scan(ctx, &found), social.ErrPhotoNotFound)
}

// tagOf finds the tag that somebody means, and makes it where they give a name that none has.
func (c conn) tagOf(ctx context.Context, user int64, ref social.TagRef) (id int64, err error) {
	if ref.ID == 0 {
		name, err := social.CleanTag(ref.Name)
		if err != nil {
			return 0, err
		}
		ids, err := c.tagIDs(ctx, []string{name}, user)
		if err != nil {
			return 0, err
		}
		return ids[0], nil
	}
	q := c.seenTags(user).ColumnExpr("t.id").Where("t.id = ?", ref.ID)
	if c.pg {
		q = q.For("KEY SHARE OF t")
	}
	err = q.Scan(ctx, &id)
	return id, orNotFound(err, social.ErrTagNotFound)
}

// putOn puts a tag on a picture that is locked, and tells whether it was not there before.
func (c conn) putOn(ctx context.Context, photo, tag int64) (bool, error) {
	var have []int64
	err := c.w.NewSelect().Model((*photoTagModel)(nil)).Column("tag_id").Where("photo_id = ?", photo).
		Scan(ctx, &have)
	if err != nil {
		return false, fmt.Errorf("find tags on photo: %w", err)
	}
	if slices.Contains(have, tag) {
		return false, nil
	}
	if len(have) >= social.MaxTags {
		return false, social.ErrTooManyTags
	}
	m := photoTagModel{PhotoID: photo, TagID: tag, CreatedAt: c.now()}
	if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		return false, fmt.Errorf("put tag on photo: %w", err)
	}
	return true, c.refreshPhotos(ctx, photo)
}

// List is the tags on an owner's picture, in the order in which they were put there; social.ErrPhotoNotFound
// where the picture is not theirs.
func (s *PhotoTags) List(
	ctx context.Context, owner, photo int64, page social.Page,
) ([]social.PhotoTag, string, error) {
	own, err := s.c.r.NewSelect().Model((*photoModel)(nil)).Where("id = ? AND owner_id = ?", photo, owner).
		Exists(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("look for photo: %w", err)
	}
	if !own {
		return nil, "", social.ErrPhotoNotFound
	}
	rows, next, err := fetch(ctx, s.c.photoTags().Where("pt.photo_id = ?", photo), page,
		keyset{kind: "photo_tags", column: "pt.id", oldest: true}, func(r *photoTagRow) int64 { return r.ID })
	return each(rows, (*photoTagRow).photoTag), next, err
}

// Remove takes a tag off an owner's picture; social.ErrPhotoTagNotFound where there is none.
func (s *PhotoTags) Remove(ctx context.Context, owner, id int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		var m photoTagModel
		err := c.w.NewSelect().Model(&m).Where("pt.id = ?", id).Scan(ctx)
		if err != nil {
			return orNotFound(err, social.ErrPhotoTagNotFound)
		}
		if err := c.lockPhoto(ctx, owner, m.PhotoID); err != nil {
			if errors.Is(err, social.ErrPhotoNotFound) {
				return social.ErrPhotoTagNotFound
			}
			return err
		}
		n, err := affected(c.w.NewDelete().Model((*photoTagModel)(nil)).Where("pt.id = ?", id).Exec(ctx))
		if err != nil {
			return fmt.Errorf("take tag off photo: %w", err)
		}
		if n == 0 {
			return social.ErrPhotoTagNotFound
		}
		return c.refreshPhotos(ctx, m.PhotoID)
	})
}

// chunk is how many rows are looked at in one query where there may be any number.
const chunk = 200

// photoBigrams is what a picture is found by.
func photoBigrams(name string, tagNames ...string) string {
	return social.Bigrams(append([]string{name}, tagNames...)...)
}

// refreshPhotos makes pictures be found by their names and tags as these are now.
func (c conn) refreshPhotos(ctx context.Context, ids ...int64) error {
	var rows []photoModel
	q := c.w.NewSelect().Model(&rows).Column("id", "name").Where("id IN (?)", bun.List(ids)).Order("id")
	if c.pg {
		q = q.For("NO KEY UPDATE") // what is read stays so until it is written
	}
	if err := q.Scan(ctx); err != nil {
		return fmt.Errorf("find photos: %w", err)
	}
	of, err := c.tagsOf(ctx, "photo_tags", "photo_id", ids)
	if err != nil {
		return err
	}
	for i := range rows {
		names := each(of[rows[i].ID], func(t *social.Tag) string { return t.Name })
		if err := c.setBigrams(ctx, "photos", rows[i].ID, photoBigrams(rows[i].Name, names...)); err != nil {
			return err
		}
	}
	return nil
}

// refreshPosts is refreshPhotos for posts.
func (c conn) refreshPosts(ctx context.Context, ids ...int64) error {
	var rows []postModel
	q := c.w.NewSelect().Model(&rows).Column("id", "title", "content").Where("id IN (?)", bun.List(ids)).
		Order("id")
	if c.pg {
		q = q.For("NO KEY UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return fmt.Errorf("find posts: %w", err)
	}
	of, err := c.tagsOf(ctx, "post_tags", "post_id", ids)
	if err != nil {
		return err
	}
	for i := range rows {
		names := each(of[rows[i].ID], func(t *social.Tag) string { return t.Name })
		err := c.setBigrams(ctx, "posts", rows[i].ID, postBigrams(rows[i].Title, rows[i].Content, names))
		if err != nil {
			return err
		}
	}
	return nil
}

func (c conn) setBigrams(ctx context.Context, table string, id int64, bigrams string) error {
	_, err := c.w.NewUpdate().TableExpr("?", bun.Ident(table)).Set("bigrams = ?", bigrams).Where("id = ?", id).
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("index %s: %w", table, err)
	}
	return nil
}
