package store

import (
	"context"
	"strings"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// What the staff sees: whatever is public, and else what somebody who may see it has reported, until that
// report is dealt with.
const (
	// Who reports a picture saw it in the post that shows it to most people: others with it stay private.
	reportedPosts = "po.id IN (SELECT target_id FROM reports WHERE state = 'open' AND target_kind = 'post') " +
		"OR po.photo_id IN (SELECT target_id FROM reports WHERE state = 'open' AND target_kind = 'photo') " +
		"AND NOT EXISTS (SELECT 1 FROM posts AS wider WHERE wider.photo_id = po.photo_id " +
		"AND (wider.visibility = 'public' AND po.visibility <> 'public' " +
		"OR wider.visibility = 'friends' AND po.visibility = 'private'))"
	reportedComments = "cm.id IN " +
		"(SELECT target_id FROM reports WHERE state = 'open' AND target_kind = 'comment')"

	postForStaff    = "po.visibility = ? OR " + reportedPosts
	commentForStaff = "po.visibility = ? OR " + reportedComments

	// photoForStaff is for the viewer whose id is its first argument.
	photoForStaff = "EXISTS (SELECT 1 FROM users AS st WHERE st.id = ? AND st.role = 'staff' " +
		"AND st.disabled_at IS NULL) AND (EXISTS (SELECT 1 FROM profiles AS sf WHERE sf.picture_id = ph.id) " +
		"OR ph.id IN (SELECT target_id FROM reports WHERE state = 'open' AND target_kind = 'photo') " +
		"OR EXISTS (SELECT 1 FROM posts AS po WHERE po.photo_id = ph.id AND (" + postForStaff + ")))"

	postReports = "(SELECT count(*) FROM reports AS re WHERE re.state = 'open' AND " +
		"(re.target_kind = 'post' AND re.target_id = po.id " +
		"OR re.target_kind = 'photo' AND re.target_id = po.photo_id))"
	commentReports = "(SELECT count(*) FROM reports AS re WHERE re.state = 'open' " +
		"AND re.target_kind = 'comment' AND re.target_id = cm.id)"
	roomReports = "(SELECT count(*) FROM reports AS re WHERE re.state = 'open' AND " +
		"(re.target_kind = 'facechat' AND re.target_id = fc.id OR re.target_kind = 'message' AND re.target_id IN " +
		"(SELECT ms.id FROM chat_messages AS ms WHERE ms.facechat_id = fc.id)))"
	userReports = "(SELECT count(*) FROM reports AS re WHERE re.state = 'open' AND (" +
		"re.target_kind = 'user' AND re.target_id = u.id " +
		"OR re.target_kind = 'post' AND re.target_id IN (SELECT id FROM posts WHERE owner_id = u.id) " +
		"OR re.target_kind = 'comment' AND re.target_id IN (SELECT id FROM comments WHERE author_id = u.id) " +
		"OR re.target_kind = 'photo' AND re.target_id IN (SELECT id FROM photos WHERE owner_id = u.id) " +
		"OR re.target_kind = 'facechat' AND re.target_id IN (SELECT id FROM facechats WHERE host_id = u.id) " +
		"OR re.target_kind = 'message' AND re.target_id IN (SELECT id FROM chat_messages WHERE sender_id = u.id)))"
)

// containing is the condition that a column holds text as it stands, in any case of letters.
func (c conn) containing(column, text string) (condition string, arg string) {
	like := "LIKE"
	if c.pg {
		like = "ILIKE"
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	return column + " " + like + ` ? ESCAPE '\'`, pattern
}

// userCardRow is an account with its counts.
type userCardRow struct {
	userRow
	Posts    int64
	Comments int64
	Sessions int64
	Reports  int64
}

// User is an account with what the staff should know of it.
func (s *Admin) User(ctx context.Context, id int64) (social.UserCard, error) {
	var row userCardRow
	err := (&Users{s.c}).accounts().Where("u.id = ?", id).
		ColumnExpr("(SELECT count(*) FROM posts WHERE owner_id = u.id) AS posts").
		ColumnExpr("(SELECT count(*) FROM comments WHERE author_id = u.id) AS comments").
		ColumnExpr("(SELECT count(*) FROM sessions WHERE user_id = u.id AND ended_at IS NULL "+
			"AND expires_at > ?) AS sessions", s.c.now()).
		ColumnExpr(userReports+" AS reports").Scan(ctx, &row)
	if err != nil {
		return social.UserCard{}, orNotFound(err, social.ErrUserNotFound)
	}
	return social.UserCard{
		User: row.user(), Posts: row.Posts, Comments: row.Comments, Sessions: row.Sessions, Reports: row.Reports,
	}, nil
}

// postCardRow is a post as the staff sees it.
type postCardRow struct {
	ID           int64
	Title        string
	Content      string
	Visibility   social.Visibility
	CommentCount int64
	Reports      int64
	CreatedAt    time.Time
	Owner        personRow `bun:"embed:owner_"`
	Photo        photoRow  `bun:"embed:photo_"`
}

func (r *postCardRow) card() social.PostCard {
	return social.PostCard{
		ID: r.ID, Owner: r.Owner.person(), Title: r.Title, Content: r.Content, Visibility: r.Visibility,
		Comments: r.CommentCount, Reports: r.Reports, Photo: r.Photo.photo(), Created: r.CreatedAt.UTC(),
	}
}

// Posts lists the posts that the staff sees, the newest first.
func (s *Admin) Posts(
	ctx context.Context, f social.PostFilter, page social.Page,
) ([]social.PostCard, string, error) {
	q := s.c.r.NewSelect().TableExpr("posts AS po").
		ColumnExpr("po.id, po.title, po.content, po.visibility, po.comment_count, po.created_at").
		ColumnExpr(postReports + " AS reports")
	if f.Reported {
		q = q.Where(reportedPosts)
	} else {
		q = q.Where(postForStaff, social.VisiblePublic)
	}
	if f.Text != "" {
		q = s.c.matching(q, postSearch(), f.Text)
	}
	if f.OwnerID != 0 {
		q = q.Where("po.owner_id = ?", f.OwnerID)
	}
	rows, next, err := fetch(ctx, withPhoto(withPerson(q, "owner", "po.owner_id"), "photo", "po.photo_id"), page,
		keyset{kind: "admin_posts", column: "po.id"}, func(r *postCardRow) int64 { return r.ID })
	return each(rows, (*postCardRow).card), next, err
}

// commentCardRow is a comment as the staff sees it.
type commentCardRow struct {
	ID        int64
	PostID    int64
	PostTitle string
	Content   string
	Reports   int64
	CreatedAt time.Time
	Author    personRow `bun:"embed:author_"`
}

func (r *commentCardRow) card() social.CommentCard {
	return social.CommentCard{
		ID: r.ID, Author: r.Author.person(), PostID: r.PostID, PostTitle: r.PostTitle, Content: r.Content,
		Reports: r.Reports, Created: r.CreatedAt.UTC(),
	}
}

// Comments lists the comments that the staff sees, the newest first.
func (s *Admin) Comments(
	ctx context.Context, f social.CommentFilter, page social.Page,
) ([]social.CommentCard, string, error) {
	q := s.c.r.NewSelect().TableExpr("comments AS cm").Join("JOIN posts AS po ON po.id = cm.post_id").
		ColumnExpr("cm.id, cm.post_id, cm.content, cm.created_at").
		ColumnExpr("CASE WHEN "+postForStaff+" THEN po.title ELSE '' END AS post_title", social.VisiblePublic).
		ColumnExpr(commentReports + " AS reports").Where("cm.deleted_at IS NULL")
	if f.Reported {
		q = q.Where(reportedComments)
	} else {
		q = q.Where(commentForStaff, social.VisiblePublic)
	}
	if f.Text != "" {
		condition, pattern := s.c.containing("cm.content", f.Text)
		q = q.Where(condition, pattern)
	}
	if f.AuthorID != 0 {
		q = q.Where("cm.author_id = ?", f.AuthorID)
	}
	if f.PostID != 0 {
		q = q.Where("cm.post_id = ?", f.PostID)
	}
	rows, next, err := fetch(ctx, withPerson(q, "author", "cm.author_id"), page,
		keyset{kind: "admin_comments", column: "cm.id"}, func(r *commentCardRow) int64 { return r.ID })
	return each(rows, (*commentCardRow).card), next, err
}

// roomCardRow is a live room as the staff sees it.
type roomCardRow struct {
	ID         int64
	Title      string
	Visibility social.Visibility
	Reports    int64
	CreatedAt  time.Time
	UsedAt     time.Time
	Host       personRow `bun:"embed:host_"`
}

func (r *roomCardRow) card() social.RoomCard {
	out := social.RoomCard{
		ID: r.ID, Host: r.Host.person(), Visibility: r.Visibility, Reports: r.Reports,
		Created: r.CreatedAt.UTC(), Used: r.UsedAt.UTC(),
	}
	if r.Visibility == social.VisiblePublic || r.Reports > 0 {
		out.Title = r.Title
	}
	return out
}

// Rooms lists the live rooms, the newest first.
func (s *Admin) Rooms(ctx context.Context, page social.Page) ([]social.RoomCard, string, error) {
	q := s.c.r.NewSelect().TableExpr("facechats AS fc").
		ColumnExpr("fc.id, fc.title, fc.visibility, fc.created_at, fc.used_at").
		ColumnExpr(roomReports+" AS reports").Where("fc.state <> ?", social.StateEnded)
	rows, next, err := fetch(ctx, withPerson(q, "host", "fc.host_id"), page,
		keyset{kind: "admin_rooms", column: "fc.id"}, func(r *roomCardRow) int64 { return r.ID })
	return each(rows, (*roomCardRow).card), next, err
}
