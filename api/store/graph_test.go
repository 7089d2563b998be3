package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestFollow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		told, err := db.Follows.Add(t.Context(), ada, bob)
		require.NoError(t, err)
		require.NotZero(t, told)
		told, err = db.Follows.Add(t.Context(), ada, bob)
		require.NoError(t, err)
		require.Zero(t, told, "following again does nothing")
		_, err = db.Follows.Add(t.Context(), eve, bob)
		require.NoError(t, err)
		require.NoError(t, db.Follows.Remove(t.Context(), ada, bob))
		require.NoError(t, db.Follows.Remove(t.Context(), ada, bob))
		told, err = db.Follows.Add(t.Context(), ada, bob)
		require.NoError(t, err)
		require.Zero(t, told, "and again is not told again")
		require.Equal(t, []social.NotificationKind{social.NotifyFollow, social.NotifyFollow}, kinds(t, db, bob))

		list, _, err := db.Follows.Followers(t.Context(), 0, bob, social.Page{})
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "ada", list[0].Person.Username, "the newest first")
		list, _, err = db.Follows.Following(t.Context(), 0, ada, social.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, bob, list[0].Person.ID)
		view, err := db.Profiles.View(t.Context(), ada, bob)
		require.NoError(t, err)
		require.Equal(t, int64(2), view.Followers)
		require.Equal(t, social.Relation{Following: true}, view.Relation)

		storetest.Disable(t, db, eve)
		list, _, err = db.Follows.Followers(t.Context(), 0, bob, social.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1, "who is disabled is in no list")
		_, _, err = db.Follows.Followers(t.Context(), 0, eve, social.Page{})
		require.ErrorIs(t, err, social.ErrUserNotFound)
		_, err = db.Follows.Add(t.Context(), ada, ada)
		require.ErrorIs(t, err, social.ErrSelf)
	})
}

func TestBlock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		befriend(t, db, ada, bob)
		befriend(t, db, eve, bob)
		_, err := db.Follows.Add(t.Context(), ada, bob)
		require.NoError(t, err)
		_, err = db.Follows.Add(t.Context(), bob, ada)
		require.NoError(t, err)
		room := roomOf(t, db, ada, "link")
		require.NoError(t, db.Exec(t.Context(), "INSERT INTO facechat_invites VALUES (?, ?, ?)", room, bob,
			moment()))
		require.NoError(t, db.Exec(t.Context(), "INSERT INTO rings (facechat_id, caller_id, callee_id, "+
			"created_at, expires_at) VALUES (?, ?, ?, ?, ?)", room, ada, bob, moment(), moment()))

		rings, err := db.Blocks.Add(t.Context(), bob, ada)
		require.NoError(t, err)
		require.Len(t, rings, 1)
		require.Equal(t, int64(1), count(t, db, "rings WHERE state = 'cancelled'"))
		require.Equal(t, int64(1), count(t, db, "friendships"), "eve's is left alone")
		require.Zero(t, count(t, db, "follows"))
		require.Zero(t, count(t, db, "facechat_invites"))
		require.Empty(t, kinds(t, db, ada))
		rings, err = db.Blocks.Add(t.Context(), bob, ada)
		require.NoError(t, err, "blocking again is no mistake")
		require.Empty(t, rings)

		for a, b := range map[int64]int64{ada: bob, bob: ada} {
			_, err = db.Profiles.View(t.Context(), a, b)
			require.ErrorIs(t, err, social.ErrUserNotFound, "both are hidden from each other")
			_, _, err = db.Follows.Following(t.Context(), a, b, social.Page{})
			require.ErrorIs(t, err, social.ErrUserNotFound)
			found, _, err := db.Profiles.Search(t.Context(), a, []string{"", "ada", "bob"}[b], social.Page{})
			require.NoError(t, err)
			require.Empty(t, found)
			blocked, err := db.Blocks.Between(t.Context(), a, b)
			require.NoError(t, err)
			require.True(t, blocked)
		}
		_, err = db.Friends.Ask(t.Context(), ada, bob)
		require.ErrorIs(t, err, social.ErrUserNotFound, "who is blocked learns nothing")
		_, err = db.Friends.Ask(t.Context(), bob, ada)
		require.ErrorIs(t, err, social.ErrBlocking)
		told, err := db.Notifications.Add(t.Context(), social.NewNotification{
			UserID: bob, ActorID: ada, Kind: social.NotifyLike,
		})
		require.NoError(t, err)
		require.Zero(t, told)

		list, _, err := db.Blocks.List(t.Context(), bob, social.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "ada", list[0].Person.Username)
		list, _, err = db.Blocks.List(t.Context(), ada, social.Page{})
		require.NoError(t, err)
		require.Empty(t, list)
		require.NoError(t, db.Blocks.Remove(t.Context(), ada, bob), "that was not hers")
		require.Equal(t, int64(1), count(t, db, "blocks"))
		require.NoError(t, db.Blocks.Remove(t.Context(), bob, ada))
		_, err = db.Friends.Ask(t.Context(), ada, bob)
		require.NoError(t, err)
		_, err = db.Blocks.Add(t.Context(), ada, 99)
		require.ErrorIs(t, err, social.ErrUserNotFound)
		_, err = db.Blocks.Add(t.Context(), ada, ada)
		require.ErrorIs(t, err, social.ErrSelf)
	})
}

func TestPendingRequestEndsByBlock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		asked, err := db.Friends.Ask(t.Context(), ada, bob)
		require.NoError(t, err)
		_, err = db.Blocks.Add(t.Context(), bob, ada)
		require.NoError(t, err)
		_, err = db.Friends.Accept(t.Context(), bob, asked.RequestID)
		require.ErrorIs(t, err, social.ErrRequestNotFound)
		require.Empty(t, kinds(t, db, bob))
	})
}

func TestGraphListQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, many, star := person(t, db, "one"), person(t, db, "many"), person(t, db, "star")
		_, err := db.Follows.Add(t.Context(), one, star)
		require.NoError(t, err)
		_, err = db.Follows.Add(t.Context(), star, one)
		require.NoError(t, err)
		for _, id := range people(t, db, "p", 50) {
			_, err := db.Follows.Add(t.Context(), id, many)
			require.NoError(t, err)
			_, err = db.Follows.Add(t.Context(), many, id)
			require.NoError(t, err)
		}
		page := social.Page{Limit: 50}
		for _, list := range []func(user int64) int{
			func(user int64) int {
				all, _, err := db.Follows.Followers(t.Context(), star, user, page)
				require.NoError(t, err)
				return len(all)
			},
			func(user int64) int {
				all, _, err := db.Follows.Following(t.Context(), star, user, page)
				require.NoError(t, err)
				return len(all)
			},
			func(user int64) int { return len(kinds(t, db, user)) },
		} {
			sameQueries(t, db, func() int { return list(one) }, func() int { return list(many) })
		}
		_, err = db.Blocks.Add(t.Context(), one, star)
		require.NoError(t, err)
		for _, id := range people(t, db, "q", 50) {
			_, err := db.Blocks.Add(t.Context(), many, id)
			require.NoError(t, err)
		}
		blocks := func(user int64) func() int {
			return func() int {
				all, _, err := db.Blocks.List(t.Context(), user, page)
				require.NoError(t, err)
				return len(all)
			}
		}
		sameQueries(t, db, blocks(one), blocks(many))
	})
}
