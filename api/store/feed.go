package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// seenBy selects the posts that viewer may see, who is given as visibleAs wants it, as readPost reads them.
func (s *Posts) seenBy(viewer any) *bun.SelectQuery {
	q := s.c.r.NewSelect().TableExpr("posts AS po").
		Join("JOIN users AS u ON u.id = po.owner_id").
		Join("LEFT JOIN profiles AS f ON f.user_id = po.owner_id").
		Join("LEFT JOIN photos AS face ON face.id = f.picture_id").
		Join("LEFT JOIN photos AS ph ON ph.id = po.photo_id").
		ColumnExpr("po.id, po.title, po.content, po.visibility, po.view_count, po.like_count").
		ColumnExpr("po.favorite_count, po.comment_count").
		ColumnExpr("?, ?", s.c.moment("po.created_at"), s.c.moment("po.updated_at")).
		ColumnExpr("?", packTags("post_tags", "post_id", "po.id")).
		ColumnExpr("u.id, u.username, f.nickname, face.id, face.blurhash").
		ColumnExpr("ph.id, ph.facechat_id, ph.kind, ph.name, ph.alt, ph.width, ph.height, ph.blurhash").
		ColumnExpr("?", s.c.moment("ph.created_at"))
	if viewer == nil {
		q = q.ColumnExpr("0, 0")
	} else {
		q = q.ColumnExpr("COALESCE(li.id, 0), COALESCE(fa.id, 0)").
			Join("LEFT JOIN likes AS li ON li.post_id = po.id AND li.user_id = ?", viewer).
			Join("LEFT JOIN favorites AS fa ON fa.post_id = po.id AND fa.user_id = ?", viewer)
	}
	return s.c.visibleAs(q, viewer, postOwned())
}

// readPost reads a row of seenBy.
func readPost(c *cells) social.Post {
	p := social.Post{
		ID: c.number(), Title: c.text(), Content: c.text(), Visibility: social.Visibility(c.text()),
		ViewCount: c.number(), LikeCount: c.number(), FavoriteCount: c.number(), CommentCount: c.number(),
		Created: c.moment(), Updated: c.moment(), Tags: unpackTags(c.text()),
		Owner: social.Person{
			ID: c.number(), Username: c.text(), Nickname: c.text(),
			Picture: social.Picture{PhotoID: c.number(), Blurhash: c.text()},
		},
		Photo: social.Photo{
			ID: c.number(), FaceChatID: c.number(), Kind: social.PhotoKind(c.text()), Name: c.text(), Alt: c.text(),
			Width: int(c.number()), Height: int(c.number()), Blurhash: c.text(), Created: c.moment(),
		},
		LikeID: c.number(), FavoriteID: c.number(),
	}
	if p.Photo.ID != 0 {
		p.Photo.OwnerID = p.Owner.ID
	}
	return p
}

// postList is a list of posts that is asked for so often that its query is prepared. $1 is the key that the
// page begins after, $2 how many rows it may have, $3 the viewer, $4 of what the list is.
type postList struct {
	keyset
	narrow func(*bun.SelectQuery) *bun.SelectQuery // nil: all posts
	key    func(*social.Post) int64
}

func postID(p *social.Post) int64 { return p.ID }

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
		key:    func(p *social.Post) int64 { return p.FavoriteID },
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
	after, err := l.after(page)
	if err != nil {
		return nil, "", err
	}
	name := "posts " + l.kind
	if viewer != 0 {
		name += " known"
	}
	rows, err := s.c.ask(ctx, name, func() *bun.SelectQuery { return s.build(l, viewer != 0) },
		after, page.Size()+1, viewer, of)
	if err != nil {
		return nil, "", fmt.Errorf("list %s: %w", l.kind, err)
	}
	return s.page(rows, l, page)
}

// after is the key that a page begins after.
func (l *postList) after(page social.Page) (int64, error) {
	if page.Cursor == "" {
		return math.MaxInt64, nil
	}
	at, err := social.DecodeCursor(l.kind, page.Cursor, 1)
	if err != nil {
		return 0, err
	}
	return at[0], nil
}

// page reads a page of a list from its rows, of which there may be one more.
func (s *Posts) page(
	rows *sql.Rows, l postList, page social.Page,
) (posts []social.Post, next string, err error) {
	size := page.Size()
	posts = make([]social.Post, 0, size+1)
	err = readAll(rows, func(c *cells) { posts = append(posts, readPost(c)) })
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", l.kind, err)
	}
	if len(posts) > size {
		posts = posts[:size]
		next = social.EncodeCursor(l.kind, l.key(&posts[size-1]))
	}
	s.c.views.count(posts)
	return posts, next, nil
}

// ByID finds a post that viewer may see; else social.ErrPostNotFound.
func (s *Posts) ByID(ctx context.Context, viewer, id int64) (social.Post, error) {
	q := s.seenBy(orNobody(viewer)).Where("po.id = ?", id)
	posts, _, err := s.found(ctx, q, postList{keyset: keyset{kind: "post"}, key: postID}, social.Page{})
	if err != nil {
		return social.Post{}, err
	}
	if len(posts) == 0 {
		return social.Post{}, social.ErrPostNotFound
	}
	return posts[0], nil
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

// find is a page of a list whose query is another one each time.
func (s *Posts) find(
	ctx context.Context, q *bun.SelectQuery, kind string, page social.Page,
) ([]social.Post, string, error) {
	l := postList{keyset: keyset{kind: kind, column: "po.id"}, key: postID}
	after, err := l.after(page)
	if err != nil {
		return nil, "", err
	}
	return s.found(ctx, q.Where("po.id < ?", after).OrderExpr("po.id DESC").Limit(page.Size()+1), l, page)
}

func (s *Posts) found(
	ctx context.Context, q *bun.SelectQuery, l postList, page social.Page,
) ([]social.Post, string, error) {
	rows, err := s.c.once(ctx, q)
	if err != nil {
		return nil, "", fmt.Errorf("find %s: %w", l.kind, err)
	}
	return s.page(rows, l, page)
}
