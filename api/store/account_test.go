package store_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// lived gives ada a life, some of it with bob, and returns a post of bob's and a room of hers that he was in.
func lived(t testing.TB, db *store.DB, ada, bob int64) (post, room int64) {
	t.Helper()
	befriend(t, db, ada, bob)
	begin(t, db, ada, "token")
	_, err := db.Consents.Set(t.Context(), ada, social.Consent{Version: 1, Mood: true})
	require.NoError(t, err)
	_, err = db.Follows.Add(t.Context(), ada, bob)
	require.NoError(t, err)
	post = postOf(t, db, bob, "public")
	like(t, db, "likes", post, ada)
	like(t, db, "likes", post, bob)
	like(t, db, "favorites", post, ada)
	root := commentOf(t, db, post, ada, 0)
	commentOf(t, db, post, bob, root)
	commentOf(t, db, post, ada, commentOf(t, db, post, ada, 0))
	own := postOf(t, db, ada, "private")
	like(t, db, "likes", own, bob)
	photoOf(t, db, ada, "ada/1")
	room = roomOf(t, db, ada, "public")
	enter(t, db, room, ada, 1)
	enter(t, db, room, bob, 2)
	messageOf(t, db, room, ada)
	messageOf(t, db, room, bob)
	alone := roomOf(t, db, ada, "public")
	enter(t, db, alone, ada, 1)
	_, err = db.Reports.Add(t.Context(), social.NewReport{
		ReporterID: ada, Kind: social.TargetPost, TargetID: post, Reason: "spam",
	})
	require.NoError(t, err)
	require.NoError(t, db.Audit.Add(t.Context(), social.NewAuditEntry{ActorID: ada, Action: "test"}))
	return post, room
}

func TestDeleteAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post, room := lived(t, db, ada, bob)
		done, err := db.Users.Delete(t.Context(), ada)
		require.NoError(t, err)
		require.Len(t, done.RoomIDs, 2)
		for _, table := range []string{
			"friendships", "friend_requests", "follows", "sessions", "refresh_tokens", "consents", "favorites",
			"photos", "notifications", "profiles WHERE user_id <> 2", "posts WHERE owner_id <> 2",
			"chat_messages WHERE sender_id <> 2",
			"facechats WHERE title <> '' OR content <> '' OR state <> 'ended' OR host_id IS NOT NULL",
		} {
			require.Zero(t, count(t, db, table), table)
		}
		require.Equal(t, int64(1), count(t, db, "likes"), "bob's own like stays")
		require.Equal(t, int64(1), count(t, db, "posts WHERE id = ? AND like_count = 1 AND favorite_count = 0 "+
			"AND comment_count = 1", post), "the counters follow")
		require.Equal(t, int64(1), count(t, db, "comments WHERE author_id = ?", bob), "his reply stays")
		require.Equal(t, int64(1), count(t, db, "comments WHERE author_id IS NULL AND content = ''"))
		require.Equal(t, int64(2), count(t, db, "comments"))
		require.Equal(t, int64(1), count(t, db, "facechats WHERE id = ?", room), "it is his past, too")
		require.Equal(t, int64(1), count(t, db, "facechats"))
		require.Equal(t, int64(2), count(t, db, "facechat_participants WHERE facechat_id = ?", room))
		require.Equal(t, int64(1), count(t, db, "chat_messages"))
		require.Equal(t, int64(1), count(t, db, "blob_orphans WHERE blob = 'ada/1'"), "bytes to be removed")
		require.Equal(t, int64(1), count(t, db, "reports WHERE reporter_id IS NULL"))
		require.Equal(t, int64(1), count(t, db, "audit WHERE actor_id IS NULL AND actor_name = 'ada'"))
		_, err = db.Users.Delete(t.Context(), ada)
		require.ErrorIs(t, err, social.ErrUserNotFound)
		require.NotEqual(t, ada, person(t, db, "ada"), "an id is never given again")
	})
}

func TestCountersCannotDrift(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post, other := postOf(t, db, ada, "public"), postOf(t, db, ada, "public")
		like(t, db, "likes", post, bob)
		require.Error(t, db.Exec(t.Context(), "INSERT INTO likes (post_id, user_id, created_at) "+
			"VALUES (?, ?, ?)", post, bob, moment()), "one like a person")
		like(t, db, "favorites", post, bob)
		root := commentOf(t, db, post, bob, 0)
		reply := commentOf(t, db, post, ada, root)
		require.Error(t, db.Exec(t.Context(), "INSERT INTO comments (post_id, author_id, parent_id, content, "+
			"created_at, updated_at) VALUES (?, ?, ?, 'x', ?, ?)", other, ada, root, moment(), moment()),
			"a reply is under the same post")
		counters := func(likes, favorites, comments int64) {
			t.Helper()
			require.Equal(t, int64(1), count(t, db, "posts WHERE id = ? AND like_count = ? AND favorite_count = ? "+
				"AND comment_count = ?", post, likes, favorites, comments))
		}
		counters(1, 1, 2)
		const empty = "UPDATE comments SET author_id = NULL, content = '', deleted_at = ? WHERE id = ?"
		require.NoError(t, db.Exec(t.Context(), empty, moment(), root))
		counters(1, 1, 1)
		require.NoError(t, db.Exec(t.Context(), "DELETE FROM comments WHERE id = ?", reply))
		counters(1, 1, 0)
		require.NoError(t, db.Exec(t.Context(), "DELETE FROM comments WHERE id = ?", root))
		counters(1, 1, 0)
		_, err := db.Users.Delete(t.Context(), bob)
		require.NoError(t, err)
		counters(0, 0, 0)
	})
}

func TestExport(t *testing.T) {
	var all []string
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		lived(t, db, ada, bob)
		export, err := db.Users.Export(t.Context(), ada)
		require.NoError(t, err)
		for kind, rows := range map[string]int{
			"account": 1, "profile": 1, "sessions": 1, "consents": 1, "friends": 1, "friend_requests": 1,
			"following": 1, "followers": 0, "blocks": 0, "rooms": 2, "calls": 2, "rings": 0, "messages": 1,
			"photos": 1, "posts": 1,
			"comments": 3, "likes": 1, "favorites": 1, "tags": 0, "notifications": 1, "reports": 1,
		} {
			require.Len(t, export[kind], rows, kind)
			require.NotNil(t, export[kind], kind)
		}
		require.Equal(t, "bob", export["friends"][0]["username"])
		for _, rows := range export {
			for _, row := range rows {
				for column := range row {
					if column == "slug" || len(column) > 3 && column[len(column)-3:] == "_at" {
						delete(row, column) // differ from run to run
					}
				}
			}
		}
		text, err := json.Marshal(export)
		require.NoError(t, err)
		require.NotContains(t, string(text), "hash of", "no secrets")
		all = append(all, string(text))
		_, err = db.Users.Export(t.Context(), 99)
		require.ErrorIs(t, err, social.ErrUserNotFound)
	})
	require.Len(t, all, 2)
	require.JSONEq(t, all[0], all[1], "both databases give the same")
}
