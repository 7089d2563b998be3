package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// befriend makes two people friends.
func befriend(t testing.TB, db *store.DB, a, b int64) {
	t.Helper()
	_, err := db.Friends.Ask(t.Context(), a, b)
	require.NoError(t, err)
	asked, err := db.Friends.Ask(t.Context(), b, a)
	require.NoError(t, err)
	require.NotZero(t, asked.FriendshipID)
}

// kinds are what a person was told, the newest first.
func kinds(t testing.TB, db *store.DB, user int64) []social.NotificationKind {
	t.Helper()
	all, _, err := db.Notifications.List(t.Context(), user, false, social.Page{Limit: 50})
	require.NoError(t, err)
	var out []social.NotificationKind
	for _, n := range all {
		out = append(out, n.Kind)
	}
	return out
}

func TestFriendRequestIsAccepted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		asked, err := db.Friends.Ask(t.Context(), ada, bob)
		require.NoError(t, err)
		require.Zero(t, asked.FriendshipID)
		require.NotZero(t, asked.NotificationID)
		_, err = db.Friends.Ask(t.Context(), ada, bob)
		require.ErrorIs(t, err, social.ErrRequestExists)

		in, _, err := db.Friends.Requests(t.Context(), bob, social.Incoming, social.Page{})
		require.NoError(t, err)
		require.Len(t, in, 1)
		require.Equal(t, "ada", in[0].From.Username)
		require.Equal(t, "bob", in[0].To.Username)
		out, _, err := db.Friends.Requests(t.Context(), ada, social.Outgoing, social.Page{})
		require.NoError(t, err)
		require.Equal(t, in, out)

		for _, who := range []int64{ada, eve} {
			_, err = db.Friends.Accept(t.Context(), who, asked.RequestID)
			require.ErrorIs(t, err, social.ErrRequestNotFound, "only its receiver accepts")
			require.ErrorIs(t, db.Friends.Reject(t.Context(), who, asked.RequestID), social.ErrRequestNotFound)
		}
		require.ErrorIs(t, db.Friends.Cancel(t.Context(), bob, asked.RequestID), social.ErrRequestNotFound)
		_, err = db.Friends.Request(t.Context(), eve, asked.RequestID)
		require.ErrorIs(t, err, social.ErrRequestNotFound, "it is none of her business")

		accepted, err := db.Friends.Accept(t.Context(), bob, asked.RequestID)
		require.NoError(t, err)
		require.NotZero(t, accepted.FriendshipID)
		_, err = db.Friends.Accept(t.Context(), bob, asked.RequestID)
		require.ErrorIs(t, err, social.ErrRequestNotFound, "it was answered")
		_, err = db.Friends.Ask(t.Context(), ada, bob)
		require.ErrorIs(t, err, social.ErrAlreadyFriends)
		require.Equal(t, []social.NotificationKind{social.NotifyFriendAccepted}, kinds(t, db, ada))
		require.Empty(t, kinds(t, db, bob), "what was asked has been answered")
		r, err := db.Friends.Request(t.Context(), ada, asked.RequestID)
		require.NoError(t, err)
		require.Equal(t, social.RequestAccepted, r.State)
		require.False(t, r.Answered.IsZero())

		for a, b := range map[int64]int64{ada: bob, bob: ada} {
			list, next, err := db.Friends.List(t.Context(), a, social.Page{})
			require.NoError(t, err)
			require.Empty(t, next)
			require.Len(t, list, 1)
			require.Equal(t, b, list[0].Friend.ID)
		}
		require.NoError(t, db.Friends.Remove(t.Context(), bob, ada))
		require.ErrorIs(t, db.Friends.Remove(t.Context(), ada, bob), social.ErrNotFriends)
		_, err = db.Friends.Ask(t.Context(), ada, bob)
		require.NoError(t, err, "one may ask again")
	})
}

func TestFriendRequestIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		asked, err := db.Friends.Ask(t.Context(), ada, bob)
		require.NoError(t, err)
		require.NoError(t, db.Friends.Reject(t.Context(), bob, asked.RequestID))
		require.Empty(t, kinds(t, db, ada), "a no is not told")
		again, err := db.Friends.Ask(t.Context(), ada, bob)
		require.NoError(t, err)
		require.NoError(t, db.Friends.Cancel(t.Context(), ada, again.RequestID))
		require.Empty(t, kinds(t, db, bob))
		in, _, err := db.Friends.Requests(t.Context(), bob, social.Incoming, social.Page{})
		require.NoError(t, err)
		require.Empty(t, in)
		require.Zero(t, count(t, db, "friendships"))

		_, err = db.Friends.Ask(t.Context(), ada, ada)
		require.ErrorIs(t, err, social.ErrSelf)
		for _, id := range []int64{0, -1, 99, 1 << 62} {
			_, err = db.Friends.Ask(t.Context(), ada, id)
			require.ErrorIs(t, err, social.ErrUserNotFound)
		}
		storetest.Disable(t, db, bob)
		_, err = db.Friends.Ask(t.Context(), ada, bob)
		require.ErrorIs(t, err, social.ErrUserNotFound)
	})
}

// TestCrossingRequests lets two people ask each other at once, many times over: one friendship comes of it.
func TestCrossingRequests(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := people(t, db, "p", 10)
		for i := 0; i+1 < len(ids); i += 2 {
			var wg sync.WaitGroup
			for n := range 10 {
				from, to := ids[i], ids[i+1]
				if n%2 == 1 {
					from, to = to, from
				}
				wg.Go(func() {
					_, err := db.Friends.Ask(t.Context(), from, to)
					if err != nil && !errors.Is(err, social.ErrRequestExists) && !errors.Is(err, social.ErrAlreadyFriends) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		require.Equal(t, int64(len(ids)/2), count(t, db, "friendships"))
		require.Equal(t, int64(len(ids)/2), count(t, db, "friend_requests WHERE state = 'accepted'"))
		require.Equal(t, int64(len(ids)/2), count(t, db, "friend_requests"))
	})
}

// TestAcceptRaces lets a request be accepted, rejected and cancelled at once, while its receiver blocks.
func TestAcceptRaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := people(t, db, "p", 20)
		for i := 0; i+1 < len(ids); i += 2 {
			ada, bob := ids[i], ids[i+1]
			asked, err := db.Friends.Ask(t.Context(), ada, bob)
			require.NoError(t, err)
			var wg sync.WaitGroup
			for _, act := range []func() error{
				func() error { _, err := db.Friends.Accept(t.Context(), bob, asked.RequestID); return err },
				func() error { _, err := db.Friends.Accept(t.Context(), bob, asked.RequestID); return err },
				func() error { return db.Friends.Reject(t.Context(), bob, asked.RequestID) },
				func() error { return db.Friends.Cancel(t.Context(), ada, asked.RequestID) },
				func() error { _, err := db.Blocks.Add(t.Context(), ada, bob); return err },
				func() error { _, err := db.Follows.Add(t.Context(), bob, ada); return err },
			} {
				wg.Go(func() {
					var refused *social.Error
					if err := act(); err != nil && !errors.As(err, &refused) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		require.Zero(t, count(t, db, "friendships"), "whoever came first, the block ended it")
		require.Zero(t, count(t, db, "follows"))
		require.Zero(t, count(t, db, "friend_requests WHERE state = 'pending'"))
	})
}

func TestFriendListQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, many := person(t, db, "one"), person(t, db, "many")
		befriend(t, db, one, many)
		_, err := db.Friends.Ask(t.Context(), one, person(t, db, "other"))
		require.NoError(t, err)
		for _, id := range people(t, db, "friend", 49) {
			befriend(t, db, id, many)
		}
		for _, id := range people(t, db, "asked", 50) {
			_, err := db.Friends.Ask(t.Context(), many, id)
			require.NoError(t, err)
		}
		friends := func(user int64) func() int {
			return func() int {
				all, _, err := db.Friends.List(t.Context(), user, social.Page{Limit: 50})
				require.NoError(t, err)
				return len(all)
			}
		}
		sameQueries(t, db, friends(one), friends(many))
		requests := func(user int64) func() int {
			return func() int {
				all, _, err := db.Friends.Requests(t.Context(), user, social.Outgoing, social.Page{Limit: 50})
				require.NoError(t, err)
				return len(all)
			}
		}
		sameQueries(t, db, requests(one), requests(many))
	})
}
