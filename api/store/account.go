package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Delete removes an account and its data, in one transaction. What others made stays theirs: a comment under
// which others replied becomes an empty one without an author, and a room of theirs ends and loses its texts,
// but stays in the past of others with an account who were in it. Tags that came with its things go, unless
// others use them. The keys of its pictures wait in the table blob_orphans to be removed.
func (s *Users) Delete(ctx context.Context, id int64) (done social.Deleted, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		// In the order in which who replies to them goes: the post, then the account, which is told.
		if err := c.lockTalk(ctx, id); err != nil {
			return err
		}
		q := c.w.NewSelect().Model((*userModel)(nil)).Column("id").Where("id = ?", id)
		if c.pg {
			q = q.For("UPDATE")
		}
		var found int64
		if err := q.Scan(ctx, &found); err != nil {
			return orNotFound(err, social.ErrUserNotFound)
		}
		if err := c.leaveComments(ctx, id); err != nil {
			return err
		}
		past, err := c.hostless(ctx, id)
		if err != nil {
			return err
		}
		done.RoomIDs, err = c.leaveRooms(ctx, id)
		if err != nil {
			return err
		}
		words, err := c.unlistedTags(ctx, id)
		if err != nil {
			return err
		}
		if _, err := c.w.NewDelete().Model((*userModel)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("delete user: %w", err)
		}
		if err := c.forgetTags(ctx, words); err != nil {
			return err
		}
		return c.forgetRooms(ctx, past) // those that are in nobody's past any more
	})
	return done, err
}

// hostless is the rooms that have no host without a person: their own, and those that they were in and that
// nobody hosts.
func (c conn) hostless(ctx context.Context, person int64) (ids []int64, err error) {
	err = c.w.NewSelect().Model((*facechatModel)(nil)).Column("id").Where("host_id = ?", person).
		WhereOr("host_id IS NULL AND id IN (SELECT facechat_id FROM facechat_participants WHERE user_id = ?)",
			person).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find rooms: %w", err)
	}
	return ids, nil
}

// leaveRooms ends a host's rooms without their texts.
func (c conn) leaveRooms(ctx context.Context, host int64) (live []int64, err error) {
	err = c.w.NewSelect().Model((*facechatModel)(nil)).Column("id").
		Where("host_id = ? AND state <> ?", host, social.StateEnded).Scan(ctx, &live)
	if err != nil {
		return nil, fmt.Errorf("find rooms: %w", err)
	}
	const mine = "facechat_id IN (SELECT id FROM facechats WHERE host_id = ?)"
	for _, q := range []*bun.DeleteQuery{
		c.w.NewDelete().Model((*facechatTagModel)(nil)).Where(mine, host),
		c.w.NewDelete().Model((*facechatInviteModel)(nil)).Where(mine, host),
	} {
		if _, err := q.Exec(ctx); err != nil {
			return nil, fmt.Errorf("empty rooms: %w", err)
		}
	}
	now := c.now()
	_, err = c.w.NewUpdate().Model((*facechatModel)(nil)).Set("title = ''").Set("content = ''").
		Set("state = ?", social.StateEnded).Set("finished_at = COALESCE(finished_at, ?)", now).
		Set("updated_at = ?", now).Set("visibility = ?", social.VisibleLink).Set("allow_guests = FALSE").
		Where("host_id = ?", host).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("end rooms: %w", err)
	}
	return live, nil
}

// exported says which rows are a person's, and which of their columns; `?` is the person's id. Hashes, and
// other people's data beyond their names, are not among them.
func exported() [][2]string {
	return [][2]string{
		{"account", "SELECT id, username, email, role, disabled_at, created_at, updated_at FROM users " +
			"WHERE id = ?0"},
		{"profile", "SELECT nickname, bio, picture_id, updated_at FROM profiles WHERE user_id = ?0"},
		{"sessions", "SELECT id, user_agent, address, created_at, used_at, expires_at, ended_at, end_reason " +
			"FROM sessions WHERE user_id = ?0"},
		{"consents", "SELECT id, version, mood, share, created_at FROM consents WHERE user_id = ?0"},
		{"friends", "SELECT f.id, u.username, f.created_at FROM friendships AS f JOIN users AS u " +
			"ON u.id = CASE WHEN f.low_id = ?0 THEN f.high_id ELSE f.low_id END " +
			"WHERE f.low_id = ?0 OR f.high_id = ?0"},
		{"friend_requests", "SELECT r.id, a.username AS from_username, b.username AS to_username, r.state, " +
			"r.created_at, r.answered_at FROM friend_requests AS r JOIN users AS a ON a.id = r.from_id " +
			"JOIN users AS b ON b.id = r.to_id WHERE r.from_id = ?0 OR r.to_id = ?0"},
		{"following", "SELECT f.id, u.username, f.created_at FROM follows AS f JOIN users AS u " +
			"ON u.id = f.followed_id WHERE f.follower_id = ?0"},
		{"followers", "SELECT f.id, u.username, f.created_at FROM follows AS f JOIN users AS u " +
			"ON u.id = f.follower_id WHERE f.followed_id = ?0"},
		{"blocks", "SELECT b.id, u.username, b.created_at FROM blocks AS b JOIN users AS u " +
			"ON u.id = b.blocked_id WHERE b.blocker_id = ?0"},
		{"rooms", "SELECT id, slug, title, content, state, visibility, allow_guests, view_count, created_at, " +
			"finished_at FROM facechats WHERE host_id = ?0"},
		{"calls", "SELECT id, facechat_id, joined_at, left_at FROM facechat_participants WHERE user_id = ?0"},
		{"rings", "SELECT r.id, r.facechat_id, a.username AS caller, b.username AS callee, r.state, " +
			"r.created_at, r.ended_at FROM rings AS r JOIN users AS a ON a.id = r.caller_id JOIN users AS b " +
			"ON b.id = r.callee_id WHERE r.caller_id = ?0 OR r.callee_id = ?0"},
		{"messages", "SELECT id, facechat_id, content, created_at FROM chat_messages WHERE sender_id = ?0"},
		{"photos", "SELECT id, facechat_id, kind, name, alt, content_type, size, width, height, created_at " +
			"FROM photos WHERE owner_id = ?0"},
		{"posts", "SELECT id, photo_id, title, content, visibility, view_count, like_count, favorite_count, " +
			"comment_count, created_at, updated_at FROM posts WHERE owner_id = ?0"},
		{"comments", "SELECT id, post_id, parent_id, content, created_at, updated_at FROM comments " +
			"WHERE author_id = ?0"},
		{"likes", "SELECT id, post_id, created_at FROM likes WHERE user_id = ?0"},
		{"favorites", "SELECT id, post_id, created_at FROM favorites WHERE user_id = ?0"},
		{"tags", "SELECT id, name, created_at FROM tags WHERE creator_id = ?0"},
		{"notifications", "SELECT n.id, n.kind, u.username AS actor, n.post_id, n.comment_id, n.facechat_id, " +
			"n.created_at, n.read_at FROM notifications AS n LEFT JOIN users AS u ON u.id = n.actor_id " +
			"WHERE n.user_id = ?0"},
		{"reports", "SELECT id, target_kind, target_id, reason, content, state, created_at, resolved_at " +
			"FROM reports WHERE reporter_id = ?0"},
	}
}

// Export is all that is kept of a person, for themselves; the rows of each kind stand in the order in which
// they were made. It is as all was at one moment.
func (s *Users) Export(ctx context.Context, id int64) (social.Export, error) {
	all := social.Export{}
	err := s.c.atOnce(ctx, func(ctx context.Context, db bun.IDB) error {
		for _, e := range exported() {
			var rows []map[string]any
			if err := db.NewRaw(e[1]+" ORDER BY 1", id).Scan(ctx, &rows); err != nil {
				return fmt.Errorf("export %s: %w", e[0], err)
			}
			for _, row := range rows {
				for column, v := range row {
					row[column] = plain(column, v)
				}
			}
			all[e[0]] = append([]map[string]any{}, rows...)
		}
		if len(all["account"]) == 0 {
			return social.ErrUserNotFound
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// atOnce runs fn on what reads as the database stood at one moment.
func (c conn) atOnce(ctx context.Context, fn func(ctx context.Context, db bun.IDB) error) error {
	if c.tx {
		return fn(ctx, c.r)
	}
	var opts *sql.TxOptions // SQLite reads like that anyway
	if c.pg {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return c.reader.RunInTx(ctx, opts, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, tx) })
}

// plain makes what the drivers give for one thing the same: text as string, times in UTC, truth as truth.
func plain(column string, v any) any {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case time.Time:
		return v.UTC()
	case int64:
		if column == "mood" || column == "share" || column == "allow_guests" {
			return v != 0
		}
	}
	return v
}
