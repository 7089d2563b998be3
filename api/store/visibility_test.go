package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// TestVisibility holds the condition in SQL against the rule in Go, for every kind of viewer and visibility.
func TestVisibility(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		owner := person(t, db, "owner")
		viewers := map[string]int64{"anonymous": 0, "owner": owner}
		for _, name := range []string{"stranger", "friend", "follower", "asked", "blocking", "blocked"} {
			viewers[name] = person(t, db, name)
		}
		befriend(t, db, owner, viewers["friend"])
		_, err := db.Follows.Add(t.Context(), viewers["follower"], owner)
		require.NoError(t, err)
		_, err = db.Friends.Ask(t.Context(), owner, viewers["asked"])
		require.NoError(t, err)
		_, err = db.Blocks.Add(t.Context(), viewers["blocking"], owner)
		require.NoError(t, err)
		_, err = db.Blocks.Add(t.Context(), owner, viewers["blocked"])
		require.NoError(t, err)
		// A friendship beside a block does not happen, but if it did, the block would win.
		low, high := social.Pair(owner, viewers["blocked"])
		insert(t, db, "INSERT INTO friendships (low_id, high_id, created_at) VALUES (?, ?, ?)", low, high, moment())

		for _, v := range []social.Visibility{social.VisiblePublic, social.VisibleFriends, social.VisiblePrivate} {
			post := postOf(t, db, owner, v)
			for name, viewer := range viewers {
				relation, err := db.Profiles.Relation(t.Context(), viewer, owner)
				require.NoError(t, err)
				seen, err := db.Sees(t.Context(), viewer, post)
				require.NoError(t, err)
				require.Equal(t, social.MaySee(v, relation), seen, "%s by %s", v, name)
			}
		}
		post := postOf(t, db, owner, social.VisiblePublic)
		storetest.Disable(t, db, owner)
		for name, viewer := range viewers {
			seen, err := db.Sees(t.Context(), viewer, post)
			require.NoError(t, err)
			require.False(t, seen, "of a disabled account, by %s", name)
		}
	})
}

// TestVisibilityOfNobodys looks at a room that no account owns.
func TestVisibilityOfNobodys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		_, err := db.Blocks.Add(t.Context(), ada, bob)
		require.NoError(t, err)
		room := insert(t, db, "INSERT INTO facechats (slug, visibility, created_at, updated_at, used_at) "+
			"VALUES ('x', 'public', ?, ?, ?)", moment(), moment(), moment())
		for _, viewer := range []int64{0, ada} {
			seen, err := db.SeesRoom(t.Context(), viewer, room)
			require.NoError(t, err)
			require.True(t, seen)
		}
	})
}
