package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// postRow is a post with its owner, its photo, and what of it is the viewer's.
type postRow struct {
	ID            int64
	Title         string
	Content       string
	Visibility    social.Visibility
	ViewCount     int64
	LikeCount     int64
	FavoriteCount int64
	CommentCount  int64
	LikeID        int64
	FavoriteID    int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Tags          packedTags
	Person        personRow `bun:"embed:person_"`
	Photo         photoRow  `bun:"embed:photo_"`
}

func (r *postRow) post() social.Post {
	return social.Post{
		ID: r.ID, Owner: r.Person.person(), Photo: r.Photo.photo(), Title: r.Title, Content: r.Content,
		Visibility: r.Visibility, Tags: r.Tags.tags(), ViewCount: r.ViewCount, LikeCount: r.LikeCount, FavoriteCount: r.FavoriteCount,
		CommentCount: r.CommentCount, LikeID: r.LikeID, FavoriteID: r.FavoriteID,
		Created: r.CreatedAt.UTC(), Updated: r.UpdatedAt.UTC(),
	}
}

// seenBy selects the postRows that viewer may see, who is given as visibleAs wants it.
func (s *Posts) seenBy(viewer any) *bun.SelectQuery {
	q := s.c.r.NewSelect().TableExpr("posts AS po").
		ColumnExpr("po.id, po.title, po.content, po.visibility, po.view_count, po.like_count").
		ColumnExpr("po.favorite_count, po.comment_count, po.created_at, po.updated_at").
		ColumnExpr("? AS tags", packTags("post_tags", "post_id", "po.id"))
	if viewer == nil {
		q = q.ColumnExpr("0 AS like_id, 0 AS favorite_id")
	} else {
		q = q.ColumnExpr("COALESCE(li.id, 0) AS like_id, COALESCE(fa.id, 0) AS favorite_id").
			Join("LEFT JOIN likes AS li ON li.post_id = po.id AND li.user_id = ?", viewer).
			Join("LEFT JOIN favorites AS fa ON fa.post_id = po.id AND fa.user_id = ?", viewer)
	}
	q = withPhoto(withPerson(q, "person", "po.owner_id"), "photo", "po.photo_id")
	return s.c.visibleAs(q, viewer, postOwned())
}

// postList is a list of posts that is asked for so often that its query is prepared. $1 is the key that the
// page begins after, $2 how many rows it may have, $3 the viewer, $4 of what the list is.
type postList struct {
	keyset
	narrow func(*bun.SelectQuery) *bun.SelectQuery // nil: all posts
	key    func(*postRow) int64
}

func postID(r *postRow) int64 { return r.ID }

func mainFeed() postList {
	return postList{keyset: keyset{kind: "feed", column: "po.id"}, key: postID}
}

func feedOf() postList {
	return postList{
		keyset: keyset{kind: "feed_of", column: "po.id"}, key: postID,
		narrow: func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("po.owner_id = $4") },
	}
}

func favorites() postList {
	return postList{
		keyset: keyset{kind: "favorites", column: "mine.id"},
		key:    func(r *postRow) int64 { return r.FavoriteID },
		narrow: func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Join("JOIN favorites AS mine ON mine.post_id = po.id").Where("mine.user_id = $3")
		},
	}
}

// build is the list's query for somebody with or without an account.
func (s *Posts) build(l postList, known bool) *bun.SelectQuery {
	var viewer any
	if known {
		viewer = bun.Safe("$3")
	}
	q := s.seenBy(viewer)
	if l.narrow != nil {
		q = l.narrow(q)
	}
	// Without the sums SQLite looks at the values to plan by them, and so plans anew for every page. bun's Limit
	// takes numbers only; the order is the last clause before it.
	return q.Where("? < $1 + 0", bun.Safe(l.column)).OrderExpr("? DESC LIMIT $2 + 0", bun.Safe(l.column))
}

// Feed is the posts that viewer may see, the newest first.
func (s *Posts) Feed(ctx context.Context, viewer int64, page social.Page) ([]social.Post, string, error) {
	return s.list(ctx, mainFeed(), viewer, 0, page)
}

// ByUser is Feed with one person's posts only; social.ErrUserNotFound where viewer does not see the person at
// all.
func (s *Posts) ByUser(
	ctx context.Context, viewer, user int64, page social.Page,
) (posts []social.Post, next string, err error) {
	posts, next, err = s.list(ctx, feedOf(), viewer, user, page)
	if err == nil && len(posts) == 0 { // whose posts one sees, one sees, too
		err = s.c.sees(ctx, viewer, user)
	}
	return posts, next, err
}

// Favorites is what a user keeps, what they chose last first. Posts that they may not see any more are left
// out, and come back when they may.
func (s *Posts) Favorites(
	ctx context.Context, user int64, page social.Page,
) ([]social.Post, string, error) {
	return s.list(ctx, favorites(), user, 0, page)
}

func (s *Posts) list(
	ctx context.Context, l postList, viewer, of int64, page social.Page,
) (posts []social.Post, next string, err error) {
	after, name := int64(math.MaxInt64), "posts "+l.kind
	if page.Cursor != "" {
		at, err := social.DecodeCursor(l.kind, page.Cursor, 1)
		if err != nil {
			return nil, "", err
		}
		after = at[0]
	}
	if viewer != 0 {
		name += " known"
	}
	size := page.Size()
	rows, err := s.c.ask(ctx, name, func() *bun.SelectQuery { return s.build(l, viewer != 0) },
		after, size+1, viewer, of)
	if err != nil {
		return nil, "", fmt.Errorf("list %s: %w", l.kind, err)
	}
	all := make([]postRow, 0, size+1)
	if err := s.c.reader.ScanRows(ctx, rows, &all); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", l.kind, err)
	}
	if len(all) > size {
		all = all[:size]
		next = social.EncodeCursor(l.kind, l.key(&all[size-1]))
	}
	return s.finish(all), next, nil
}

// finish turns rows into posts, with the looks that are not written yet.
func (s *Posts) finish(rows []postRow) []social.Post {
	posts := each(rows, (*postRow).post)
	s.c.views.count(posts)
	return posts
}

// ByID finds a post that viewer may see; else social.ErrPostNotFound.
func (s *Posts) ByID(ctx context.Context, viewer, id int64) (social.Post, error) {
	var row postRow
	err := s.seenBy(orNobody(viewer)).Where("po.id = ?", id).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return social.Post{}, social.ErrPostNotFound
	}
	if err != nil {
		return social.Post{}, fmt.Errorf("find post: %w", err)
	}
	return s.finish([]postRow{row})[0], nil
}

// PhotoFilter says which posts are searched by the names of their photos.
type PhotoFilter struct {
	Name string // a part of the photo's name
	User int64  // whose posts; 0: everybody's
}

// ByPhoto is Feed, or ByUser, with the posts whose photo has a part of that name.
func (s *Posts) ByPhoto(
	ctx context.Context, viewer int64, f PhotoFilter, page social.Page,
) (posts []social.Post, next string, err error) {
	named := s.c.r.NewSelect().TableExpr("photos AS ph").ColumnExpr("ph.id")
	named = s.c.matching(named, searchable{table: "photos", alias: "ph", key: "id"}, f.Name)
	q, kind := s.seenBy(orNobody(viewer)).Where("po.photo_id IN (?)", named), "feed_photo"
	if f.User != 0 {
		q, kind = q.Where("po.owner_id = ?", f.User), "feed_photo_of"
	}
	posts, next, err = s.find(ctx, q, kind, page)
	if err == nil && len(posts) == 0 && f.User != 0 {
		err = s.c.sees(ctx, viewer, f.User)
	}
	return posts, next, err
}

// Search finds posts by parts of title, text and tags, the newest first.
func (s *Posts) Search(
	ctx context.Context, viewer int64, text string, page social.Page,
) ([]social.Post, string, error) {
	return s.find(ctx, s.c.matching(s.seenBy(orNobody(viewer)), postSearch(), text), "posts", page)
}

func (s *Posts) find(
	ctx context.Context, q *bun.SelectQuery, kind string, page social.Page,
) ([]social.Post, string, error) {
	rows, next, err := fetch(ctx, q, page, keyset{kind: kind, column: "po.id"}, postID)
	return s.finish(rows), next, err
}
