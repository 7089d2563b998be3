package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Profiles are what others see of the accounts.
type Profiles struct{ c conn }

type profileModel struct {
	bun.BaseModel `bun:"table:profiles,alias:f"`

	UserID    int64 `bun:",pk"`
	Nickname  string
	Bio       string
	PictureID *int64
	Bigrams   string
	UpdatedAt time.Time
}

func profileSearch() searchable { return searchable{table: "profiles", alias: "f", key: "user_id"} }

// profileViewRow is a profile with its counts.
type profileViewRow struct {
	Bio       string
	CreatedAt time.Time
	Posts     int64
	Friends   int64
	Followers int64
	Following int64
	Person    personRow `bun:"embed:person_"`
}

// View is a profile as viewer sees it, in two queries. Who is disabled, or blocks the viewer, or is blocked
// by them, is not found.
func (s *Profiles) View(ctx context.Context, viewer, id int64) (social.ProfileView, error) {
	posts := s.c.r.NewSelect().TableExpr("posts AS po").ColumnExpr("count(*)").Where("po.owner_id = u.id")
	posts = s.c.visibleTo(posts, viewer, owned{owner: "po.owner_id", level: "po.visibility"})
	q := s.c.r.NewSelect().TableExpr("users AS u").Join("JOIN profiles AS f ON f.user_id = u.id").
		ColumnExpr("f.bio, u.created_at").
		ColumnExpr("(?) AS posts", posts).
		ColumnExpr("(SELECT count(*) FROM friendships WHERE low_id = u.id) + "+
			"(SELECT count(*) FROM friendships WHERE high_id = u.id) AS friends").
		ColumnExpr("(SELECT count(*) FROM follows WHERE followed_id = u.id) AS followers").
		ColumnExpr("(SELECT count(*) FROM follows WHERE follower_id = u.id) AS following").
		Where("u.id = ?", id)
	q = s.c.notHidden(withPerson(q, "person", "u.id"), viewer, "u.id")
	var row profileViewRow
	if err := q.Scan(ctx, &row); err != nil {
		return social.ProfileView{}, orNotFound(err, social.ErrUserNotFound)
	}
	relation, err := s.Relation(ctx, viewer, id)
	return social.ProfileView{
		Profile: social.Profile{Person: row.Person.person(), Bio: row.Bio}, Joined: row.CreatedAt.UTC(),
		Posts: row.Posts, Friends: row.Friends, Followers: row.Followers, Following: row.Following,
		Relation: relation,
	}, err
}

// Relation is how viewer stands to another person; strangers where one of them does not exist.
func (s *Profiles) Relation(ctx context.Context, viewer, other int64) (r social.Relation, err error) {
	if viewer == 0 || viewer == other {
		return social.Relation{Self: viewer != 0}, nil
	}
	low, high := social.Pair(viewer, other)
	const (
		request = "COALESCE((SELECT id FROM friend_requests WHERE from_id = ? AND to_id = ? " +
			"AND state = 'pending'), 0)"
		block = "EXISTS (SELECT 1 FROM blocks WHERE blocker_id = ? AND blocked_id = ?)"
	)
	var row struct {
		Friend, Following, FollowedBy, Blocking, BlockedBy bool
		Sent, Received                                     int64
	}
	err = s.c.r.NewSelect().
		ColumnExpr("EXISTS (SELECT 1 FROM friendships WHERE low_id = ? AND high_id = ?) AS friend", low, high).
		ColumnExpr("EXISTS (SELECT 1 FROM follows WHERE follower_id = ? AND followed_id = ?) AS following",
			viewer, other).
		ColumnExpr("EXISTS (SELECT 1 FROM follows WHERE follower_id = ? AND followed_id = ?) AS followed_by",
			other, viewer).
		ColumnExpr(block+" AS blocking", viewer, other).
		ColumnExpr(block+" AS blocked_by", other, viewer).
		ColumnExpr(request+" AS sent", viewer, other).
		ColumnExpr(request+" AS received", other, viewer).
		Scan(ctx, &row)
	if err != nil {
		return r, fmt.Errorf("find relation: %w", err)
	}
	return social.Relation{
		Friend: row.Friend, Following: row.Following, FollowedBy: row.FollowedBy, Blocking: row.Blocking,
		BlockedBy: row.BlockedBy, Sent: row.Sent, Received: row.Received,
	}, nil
}

// Update changes a person's own profile. A picture must be one of their own that was made for this: else
// social.ErrPhotoNotFound. The picture that it replaces goes, unless a post shows it.
func (s *Profiles) Update(ctx context.Context, id int64, change social.ProfileChange) error {
	if err := change.Clean(); err != nil {
		return err
	}
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		q := c.w.NewUpdate().Model((*profileModel)(nil)).Set("updated_at = ?", c.now()).Where("user_id = ?", id)
		if change.Nickname != nil {
			var name string
			err := c.w.NewSelect().Model((*userModel)(nil)).Column("username").Where("id = ?", id).Scan(ctx, &name)
			if err != nil {
				return orNotFound(err, social.ErrUserNotFound)
			}
			q = q.Set("nickname = ?", *change.Nickname).Set("bigrams = ?", social.Bigrams(name, *change.Nickname))
		}
		if change.Bio != nil {
			q = q.Set("bio = ?", *change.Bio)
		}
		if change.PictureID != nil {
			if err := c.wear(ctx, id, *change.PictureID); err != nil {
				return err
			}
		}
		n, err := affected(q.Exec(ctx))
		if err != nil {
			return fmt.Errorf("change profile: %w", err)
		}
		if n == 0 {
			return social.ErrUserNotFound
		}
		return nil
	})
}

// wear makes a picture the one of somebody's profile, and removes the one before; 0: none. Everybody sees it,
// so it must be one that was made for this.
func (c conn) wear(ctx context.Context, owner, picture int64) error {
	var before profileModel
	q := c.w.NewSelect().Model(&before).Column("user_id", "picture_id").Where("user_id = ?", owner)
	if c.pg {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return orNotFound(err, social.ErrUserNotFound)
	}
	if picture != 0 {
		own, err := c.w.NewSelect().Model((*photoModel)(nil)).
			Where("id = ? AND owner_id = ? AND kind = ?", picture, owner, social.PhotoAvatar).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for picture: %w", err)
		}
		if !own {
			return social.ErrPhotoNotFound
		}
	}
	_, err := c.w.NewUpdate().Model((*profileModel)(nil)).Set("picture_id = ?", orNil(picture)).
		Where("user_id = ?", owner).Exec(ctx)
	if err != nil {
		return fmt.Errorf("change picture: %w", err)
	}
	old := value(before.PictureID)
	if old == 0 || old == picture {
		return nil
	}
	if err := c.deletePhoto(ctx, owner, old); err != nil && !errors.Is(err, social.ErrPhotoInUse) {
		return err
	}
	return nil
}

// profileRow is a profile in a list.
type profileRow struct {
	Bio    string
	Person personRow `bun:"embed:person_"`
}

func (r *profileRow) profile() social.Profile {
	return social.Profile{Person: r.Person.person(), Bio: r.Bio}
}

// Search finds people by parts of username and nickname, the newest first.
func (s *Profiles) Search(
	ctx context.Context, viewer int64, text string, page social.Page,
) ([]social.Profile, string, error) {
	q := withPerson(s.c.r.NewSelect().TableExpr("profiles AS f").ColumnExpr("f.bio"), "person", "f.user_id")
	q = s.c.notHidden(s.c.matching(q, profileSearch(), text), viewer, "f.user_id")
	rows, next, err := fetch(ctx, q, page, keyset{kind: "people", column: "f.user_id"},
		func(r *profileRow) int64 { return value(r.Person.ID) })
	return each(rows, (*profileRow).profile), next, err
}

// People finds persons by their ids, in one query. Ids that nobody has are missing in the result.
func (s *Profiles) People(ctx context.Context, ids ...int64) (map[int64]social.Person, error) {
	people := make(map[int64]social.Person, len(ids))
	if len(ids) == 0 {
		return people, nil
	}
	var rows []profileRow
	q := withPerson(s.c.r.NewSelect().TableExpr("profiles AS f").ColumnExpr("f.bio"), "person", "f.user_id")
	if err := q.Where("f.user_id IN (?)", bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	for i := range rows {
		p := rows[i].Person.person()
		people[p.ID] = p
	}
	return people, nil
}
