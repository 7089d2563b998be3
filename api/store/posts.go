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

// Posts are the posts. Their counters are kept by the schema's triggers, but for the views.
type Posts struct{ c conn }

type postModel struct {
	bun.BaseModel `bun:"table:posts,alias:po"`

	ID         int64 `bun:",pk,autoincrement"`
	OwnerID    int64
	PhotoID    *int64
	Title      string
	Content    string
	Visibility social.Visibility
	Bigrams    string
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

func postSearch() searchable { return searchable{table: "posts", alias: "po", key: "id"} }

// postOwned is what visibleTo wants to know of posts.
func postOwned() owned { return owned{owner: "po.owner_id", level: "po.visibility"} }

// Create makes a post. It fails with what Clean says, or with social.ErrPhotoNotFound where the photo is not
// a screenshot or an upload of the owner's.
func (s *Posts) Create(ctx context.Context, n social.NewPost) (id int64, err error) {
	if err := n.Clean(); err != nil {
		return 0, err
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.forPost(ctx, n.OwnerID, n.PhotoID); err != nil {
			return err
		}
		now := c.now()
		m := postModel{
			OwnerID: n.OwnerID, PhotoID: &n.PhotoID, Title: n.Title, Content: n.Content, Visibility: n.Visibility,
			Bigrams: postBigrams(n.Title, n.Content, n.Tags), CreatedAt: now, UpdatedAt: now,
		}
		if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
			if dangling(err) {
				return social.ErrUserNotFound // the account was deleted meanwhile
			}
			return fmt.Errorf("add post: %w", err)
		}
		id = m.ID
		return c.tagPost(ctx, n.OwnerID, id, n.Tags)
	})
	return id, err
}

// forPost reports social.ErrPhotoNotFound where a photo is none that its owner can make a post of. The photo
// stays until the transaction ends.
func (c conn) forPost(ctx context.Context, owner, photo int64) error {
	q := c.w.NewSelect().Model((*photoModel)(nil)).Column("id").Where("id = ? AND owner_id = ?", photo, owner).
		Where("kind IN (?, ?)", social.PhotoScreenshot, social.PhotoUpload)
	if c.pg {
		q = q.For("KEY SHARE")
	}
	var found int64
	if err := q.Scan(ctx, &found); err != nil {
		return orNotFound(err, social.ErrPhotoNotFound)
	}
	return nil
}

// tagPost makes the tags of a post these.
func (c conn) tagPost(ctx context.Context, owner, post int64, names []string) error {
	var ids []int64
	if len(names) > 0 {
		var err error
		if ids, err = c.tagIDs(ctx, names, owner); err != nil {
			return err
		}
	}
	return c.setTags(ctx, "post_tags", "post_id", post, ids)
}

// postBigrams is what a post is found by.
func postBigrams(title, content string, tags []string) string {
	return social.Bigrams(append([]string{title, content}, tags...)...)
}

// Update changes an owner's post; social.ErrPostNotFound where it is another's, or is not there.
func (s *Posts) Update(ctx context.Context, owner, id int64, change social.PostChange) error {
	if err := change.Clean(); err != nil {
		return err
	}
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		var m postModel
		q := c.w.NewSelect().Model(&m).Where("id = ? AND owner_id = ?", id, owner)
		if c.pg {
			q = q.For("NO KEY UPDATE")
		}
		if err := q.Scan(ctx); err != nil {
			return orNotFound(err, social.ErrPostNotFound)
		}
		if change.PhotoID != nil {
			if err := c.forPost(ctx, owner, *change.PhotoID); err != nil {
				return err
			}
			m.PhotoID = change.PhotoID
		}
		set(&m.Title, change.Title)
		set(&m.Content, change.Content)
		set(&m.Visibility, change.Visibility)
		tags, err := c.changeTags(ctx, &m, change.Tags)
		if err != nil {
			return err
		}
		m.Bigrams, m.UpdatedAt = postBigrams(m.Title, m.Content, tags), c.now()
		_, err = c.w.NewUpdate().Model(&m).WherePK().
			Column("photo_id", "title", "content", "visibility", "bigrams", "updated_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("change post: %w", err)
		}
		return nil
	})
}

// changeTags gives a post the names as tags, unless there are none to give, and returns those that it has.
func (c conn) changeTags(ctx context.Context, m *postModel, names *[]string) ([]string, error) {
	if names != nil {
		return *names, c.tagPost(ctx, m.OwnerID, m.ID, *names)
	}
	of, err := c.tagsOf(ctx, "post_tags", "post_id", []int64{m.ID})
	if err != nil {
		return nil, err
	}
	return each(of[m.ID], func(t *social.Tag) string { return t.Name }), nil
}

// set puts what to points to into at; nil changes nothing.
func set[T any](at, to *T) {
	if to != nil {
		*at = *to
	}
}

// Delete removes an owner's post with its comments, likes and favourites; social.ErrPostNotFound where it is
// another's. With photo, the picture goes as well, unless another post or the owner's profile shows it.
func (s *Posts) Delete(ctx context.Context, owner, id int64, photo bool) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		var shown *int64
		err := c.w.NewDelete().Model((*postModel)(nil)).Where("id = ? AND owner_id = ?", id, owner).
			Returning("photo_id").Scan(ctx, &shown)
		if err != nil {
			return orNotFound(err, social.ErrPostNotFound)
		}
		if !photo || shown == nil {
			return nil
		}
		return c.dropPicture(ctx, *shown, func(q *bun.DeleteQuery) *bun.DeleteQuery {
			return q.Where("NOT EXISTS (SELECT 1 FROM profiles AS f WHERE f.picture_id = ph.id)")
		})
	})
}

// dropPicture deletes the picture of a post that is gone, unless another post shows it, under a condition.
func (c conn) dropPicture(
	ctx context.Context, id int64, condition func(*bun.DeleteQuery) *bun.DeleteQuery,
) error {
	q := c.w.NewSelect().Model((*photoModel)(nil)).Column("id").Where("id = ?", id)
	if c.pg {
		q = q.For("UPDATE") // a post that is being made with it comes first, or not at all
	}
	if err := q.Scan(ctx, &id); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil // deleted meanwhile
		}
		return fmt.Errorf("lock photo of post: %w", err)
	}
	_, err := c.w.NewDelete().Model((*photoModel)(nil)).Where("ph.id = ?", id).
		Where("NOT EXISTS (SELECT 1 FROM posts AS po WHERE po.photo_id = ph.id)").Apply(condition).Exec(ctx)
	if err != nil {
		return fmt.Errorf("delete photo of post: %w", err)
	}
	return nil
}

// Seen counts a look at a post by somebody who is not its owner. It is written a moment later, with others.
func (s *Posts) Seen(id int64) { s.c.views.add(id) }
