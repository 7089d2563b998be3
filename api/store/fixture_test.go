package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// moment is some time.
func moment() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// insert writes a row and returns its id.
func insert(t testing.TB, db *store.DB, query string, args ...any) int64 {
	t.Helper()
	id, err := db.Written(t.Context(), query+" RETURNING id", args...)
	require.NoError(t, err)
	return id
}

func roomOf(t testing.TB, db *store.DB, host int64, visibility social.Visibility) int64 {
	t.Helper()
	return insert(t, db, "INSERT INTO facechats (slug, title, host_id, visibility, created_at, updated_at, "+
		"used_at) VALUES (?, 'room', ?, ?, ?, ?, ?)", social.NewSlug(), host, visibility, moment(), moment(),
		moment())
}

func postOf(t testing.TB, db *store.DB, owner int64, visibility social.Visibility) int64 {
	t.Helper()
	return insert(t, db, "INSERT INTO posts (owner_id, title, visibility, created_at, updated_at) "+
		"VALUES (?, 'post', ?, ?, ?)", owner, visibility, moment(), moment())
}

func photoOf(t testing.TB, db *store.DB, owner int64, blob string) int64 {
	t.Helper()
	return insert(t, db, "INSERT INTO photos (owner_id, blob, content_type, size, width, height, blurhash, "+
		"created_at) VALUES (?, ?, 'image/webp', 1, 2, 3, 'LEHV', ?)", owner, blob, moment())
}

// commentOf writes a comment; parent 0: to the post itself.
func commentOf(t testing.TB, db *store.DB, post, author, parent int64) int64 {
	t.Helper()
	var under *int64
	if parent != 0 {
		under = &parent
	}
	return insert(t, db, "INSERT INTO comments (post_id, author_id, parent_id, content, created_at, "+
		"updated_at) VALUES (?, ?, ?, 'comment', ?, ?)", post, author, under, moment(), moment())
}

func messageOf(t testing.TB, db *store.DB, room, sender int64) int64 {
	t.Helper()
	return insert(t, db, "INSERT INTO chat_messages (facechat_id, sender_id, content, created_at) "+
		"VALUES (?, ?, 'hello', ?)", room, sender, moment())
}

// enter notes that a person is in a room.
func enter(t testing.TB, db *store.DB, room, user int64, sequence int) {
	t.Helper()
	insert(t, db, "INSERT INTO facechat_participants (facechat_id, user_id, sequence, joined_at) "+
		"VALUES (?, ?, ?, ?)", room, user, sequence, moment())
}

// like writes a row of likes or favorites.
func like(t testing.TB, db *store.DB, table string, post, user int64) {
	t.Helper()
	insert(t, db, "INSERT INTO "+table+" (post_id, user_id, created_at) VALUES (?, ?, ?)", post, user, moment())
}
