package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// seedBatch is how many rows are written at once.
const seedBatch = 200

// seeder writes a Seed inside one transaction.
type seeder struct {
	c    conn
	seed *Seed
	told func(rows int)
	done int

	// What is added to a place in a list to make it an id.
	people, photos, posts, comments, requests, rooms int64
	tags                                             []int64 // the id of each tag
}

func (s *seeder) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		s.writePeople, s.writeTags, s.writePhotos, s.writeProfiles, s.writeGraph, s.writePosts, s.writePostTags,
		s.writeReactions, s.writeComments, s.writeRooms, s.writeNotifications,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// write adds n rows to a table, whose values row gives in the order of the columns.
func (s *seeder) write(ctx context.Context, table, columns string, n int, row func(i int) []any) error {
	for from := 0; from < n; from += seedBatch {
		to := min(n, from+seedBatch)
		var q strings.Builder
		var args []any
		q.WriteString("INSERT INTO " + table + " (" + columns + ") VALUES ")
		for i := from; i < to; i++ {
			values := row(i)
			if i > from {
				q.WriteString(", ")
			}
			q.WriteString("(" + strings.Repeat("?, ", len(values)-1) + "?)")
			args = append(args, values...)
		}
		if _, err := s.c.w.NewRaw(q.String(), args...).Exec(ctx); err != nil {
			return fmt.Errorf("add %s: %w", table, err)
		}
		s.done += to - from
		s.told(s.done)
	}
	return nil
}

// reserve takes the next n ids of a table and returns the one before the first.
func (s *seeder) reserve(ctx context.Context, table string, n int) (base int64, err error) {
	if !s.c.pg {
		// Larger ids that are written move SQLite's mark by themselves.
		err = s.c.w.NewRaw("SELECT COALESCE(max(seq), 0) FROM sqlite_sequence WHERE name = ?", table).
			Scan(ctx, &base)
	} else {
		err = s.c.w.NewRaw("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM ?",
			bun.Ident(table+"_id_seq")).Scan(ctx, &base)
		if err == nil && n > 0 {
			_, err = s.c.w.NewRaw("SELECT setval(?, ?)", table+"_id_seq", base+int64(n)).Exec(ctx)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("reserve ids of %s: %w", table, err)
	}
	return base, nil
}

// at is the id of a place; nil for 0.
func at(base int64, place int) *int64 {
	if place == 0 {
		return nil
	}
	id := base + int64(place)
	return &id
}

func (s *seeder) writePeople(ctx context.Context) (err error) {
	all := s.seed.People
	if s.people, err = s.reserve(ctx, "users", len(all)); err != nil {
		return err
	}
	return s.write(ctx, "users", "id, username, email, password, role, created_at, updated_at", len(all),
		func(i int) []any {
			p := &all[i]
			return []any{
				at(s.people, i+1), p.Username, p.Email, s.seed.Password, social.RoleUser, p.Created, p.Created,
			}
		})
}

// writeProfiles comes after the photos, to which profiles refer.
func (s *seeder) writeProfiles(ctx context.Context) error {
	all := s.seed.People
	return s.write(ctx, "profiles", "user_id, nickname, bio, picture_id, bigrams, updated_at", len(all),
		func(i int) []any {
			p := &all[i]
			return []any{
				at(s.people, i+1), p.Nickname, p.Bio, at(s.photos, p.Picture),
				social.Bigrams(p.Username, p.Nickname), p.Created,
			}
		})
}

// writeTags finds out, too, which ids the tags have: some may have been there before.
func (s *seeder) writeTags(ctx context.Context) error {
	all := s.seed.Tags
	if len(all) == 0 {
		return nil
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	_, absent, err := s.c.knownTags(ctx, names)
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(slices.Clone(all), func(t SeedTag) bool {
		return !slices.Contains(absent, t.Name)
	})
	err = s.write(ctx, "tags", "name, creator_id, bigrams, created_at", len(missing), func(i int) []any {
		t := &missing[i]
		return []any{t.Name, at(s.people, t.Creator), social.Bigrams(t.Name), t.Created}
	})
	if err != nil {
		return err
	}
	s.tags, _, err = s.c.knownTags(ctx, names)
	return err
}

func (s *seeder) writePhotos(ctx context.Context) (err error) {
	all := s.seed.Photos
	if s.photos, err = s.reserve(ctx, "photos", len(all)); err != nil {
		return err
	}
	return s.write(ctx, "photos", "id, owner_id, kind, name, alt, blob, content_type, size, width, height, "+
		"blurhash, bigrams, created_at", len(all), func(i int) []any {
		p := &all[i]
		return []any{
			at(s.photos, i+1), at(s.people, p.Owner), p.Kind, p.Name, p.Alt, p.Blob, p.ContentType, p.Size,
			p.Width, p.Height, p.Blurhash, social.Bigrams(p.Name), p.Created,
		}
	})
}

// writeGraph writes who knows whom.
func (s *seeder) writeGraph(ctx context.Context) (err error) {
	asked := s.seed.Requests
	if s.requests, err = s.reserve(ctx, "friend_requests", len(asked)); err != nil {
		return err
	}
	err = s.write(ctx, "friend_requests", "id, from_id, to_id, state, created_at", len(asked),
		func(i int) []any {
			return []any{
				at(s.requests, i+1), at(s.people, asked[i].From), at(s.people, asked[i].To), social.RequestPending,
				asked[i].Created,
			}
		})
	if err != nil {
		return err
	}
	friends := s.seed.Friends
	err = s.write(ctx, "friendships", "low_id, high_id, created_at", len(friends), func(i int) []any {
		low, high := min(friends[i].From, friends[i].To), max(friends[i].From, friends[i].To)
		return []any{at(s.people, low), at(s.people, high), friends[i].Created}
	})
	if err != nil {
		return err
	}
	return s.writeTies(ctx, "follows", "follower_id, followed_id", s.people, s.seed.Follows)
}

// writeTies writes ties of a person to something else, whose ids begin after base.
func (s *seeder) writeTies(ctx context.Context, table, columns string, base int64, all []SeedTie) error {
	return s.write(ctx, table, columns+", created_at", len(all), func(i int) []any {
		return []any{at(s.people, all[i].From), at(base, all[i].To), all[i].Created}
	})
}

func (s *seeder) writePosts(ctx context.Context) (err error) {
	all := s.seed.Posts
	if s.posts, err = s.reserve(ctx, "posts", len(all)); err != nil {
		return err
	}
	return s.write(ctx, "posts", "id, owner_id, photo_id, title, content, visibility, view_count, bigrams, "+
		"created_at, updated_at", len(all), func(i int) []any {
		p := &all[i]
		tags := make([]string, len(p.Tags))
		for n, tag := range p.Tags {
			tags[n] = s.seed.Tags[tag-1].Name
		}
		return []any{
			at(s.posts, i+1), at(s.people, p.Owner), at(s.photos, p.Photo), p.Title, p.Content, p.Visibility,
			p.Views, postBigrams(p.Title, p.Content, tags), p.Created, p.Created,
		}
	})
}

func (s *seeder) writePostTags(ctx context.Context) error {
	var pairs [][2]int64
	for i := range s.seed.Posts {
		for _, tag := range s.seed.Posts[i].Tags {
			pairs = append(pairs, [2]int64{s.posts + int64(i+1), s.tags[tag-1]})
		}
	}
	return s.write(ctx, "post_tags", "post_id, tag_id", len(pairs), func(i int) []any {
		return []any{pairs[i][0], pairs[i][1]}
	})
}

func (s *seeder) writeReactions(ctx context.Context) error {
	if err := s.writeTies(ctx, "likes", "user_id, post_id", s.posts, s.seed.Likes); err != nil {
		return err
	}
	return s.writeTies(ctx, "favorites", "user_id, post_id", s.posts, s.seed.Favorites)
}

func (s *seeder) writeComments(ctx context.Context) (err error) {
	all := s.seed.Comments
	if s.comments, err = s.reserve(ctx, "comments", len(all)); err != nil {
		return err
	}
	return s.write(ctx, "comments", "id, post_id, author_id, parent_id, content, created_at, updated_at",
		len(all), func(i int) []any {
			m := &all[i]
			return []any{
				at(s.comments, i+1), at(s.posts, m.Post), at(s.people, m.Author), at(s.comments, m.Parent),
				m.Content, m.Created, m.Created,
			}
		})
}

func (s *seeder) writeRooms(ctx context.Context) (err error) {
	all := s.seed.Rooms
	if s.rooms, err = s.reserve(ctx, "facechats", len(all)); err != nil {
		return err
	}
	err = s.write(ctx, "facechats", "id, slug, title, content, host_id, state, visibility, allow_guests, "+
		"view_count, created_at, updated_at, used_at, finished_at", len(all), func(i int) []any {
		r := &all[i]
		state, used := social.StateLive, r.Created
		var finished *time.Time
		if !r.Ended.IsZero() {
			state, used, finished = social.StateEnded, r.Ended, &r.Ended
		}
		return []any{
			at(s.rooms, i+1), r.Slug, r.Title, r.Content, at(s.people, r.Host), state, r.Visibility, r.AllowGuests,
			r.Views, r.Created, r.Created, used, finished,
		}
	})
	if err != nil {
		return err
	}
	var tags, stays [][]any
	for i := range all {
		for _, tag := range all[i].Tags {
			tags = append(tags, []any{at(s.rooms, i+1), s.tags[tag-1]})
		}
		for n, stay := range all[i].Stays {
			stays = append(stays, []any{
				at(s.rooms, i+1), n + 1, at(s.people, stay.Person), stay.Joined, stay.Left,
			})
		}
	}
	err = s.write(ctx, "facechat_tags", "facechat_id, tag_id", len(tags), func(i int) []any { return tags[i] })
	if err != nil {
		return err
	}
	return s.write(ctx, "facechat_participants", "facechat_id, sequence, user_id, joined_at, left_at",
		len(stays), func(i int) []any { return stays[i] })
}

func (s *seeder) writeNotifications(ctx context.Context) error {
	all := s.seed.Notifications
	return s.write(ctx, "notifications", "user_id, kind, actor_id, request_id, post_id, comment_id, "+
		"facechat_id, created_at, read_at", len(all), func(i int) []any {
		n := &all[i]
		var read *time.Time
		if !n.Read.IsZero() {
			read = &n.Read
		}
		return []any{
			at(s.people, n.Person), n.Kind, at(s.people, n.Actor), at(s.requests, n.Request), at(s.posts, n.Post),
			at(s.comments, n.Comment), at(s.rooms, n.Room), n.Created, read,
		}
	})
}
