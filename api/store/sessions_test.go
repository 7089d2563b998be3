package store_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// begin makes a session with a token and returns its id.
func begin(t testing.TB, db *store.DB, user int64, token string) int64 {
	t.Helper()
	s, err := db.Sessions.Create(t.Context(), social.NewSession{
		UserID: user, UserAgent: "test", Address: "192.0.2.1", TokenHash: []byte(token),
		Expires: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	return s.ID
}

// rotate exchanges a token.
func rotate(t testing.TB, db *store.DB, old, fresh string, grace time.Duration) social.Rotated {
	t.Helper()
	r, err := db.Sessions.Rotate(t.Context(), social.Rotation{
		OldHash: []byte(old), NewHash: []byte(fresh), Expires: time.Now().Add(time.Hour), Grace: grace,
	})
	require.NoError(t, err)
	return r
}

func TestRotation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		user := person(t, db, "ada")
		id := begin(t, db, user, "one")
		other := begin(t, db, user, "elsewhere")
		want := social.Rotated{State: social.RotationOK, SessionID: id, UserID: user, Role: social.RoleUser}
		require.Equal(t, want, rotate(t, db, "one", "two", 0))
		require.Equal(t, want, rotate(t, db, "two", "three", 0))
		want.State = social.RotationReused
		require.Equal(t, want, rotate(t, db, "one", "evil", 0), "a token of long ago")
		want.State = social.RotationEnded
		require.Equal(t, want, rotate(t, db, "three", "four", 0), "the good token went with the family")
		require.Equal(t, social.Rotated{State: social.RotationUnknown}, rotate(t, db, "evil", "x", 0))
		require.Equal(t, social.RotationOK, rotate(t, db, "elsewhere", "y", 0).State, "other sessions go on")

		state, err := db.Sessions.State(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, social.SessionState{UserID: user, Role: social.RoleUser}, state)
		s, err := db.Sessions.ByToken(t.Context(), []byte("two"))
		require.NoError(t, err)
		require.Equal(t, social.EndReuse, s.EndReason)
		live, _, err := db.Sessions.List(t.Context(), user, social.Page{})
		require.NoError(t, err)
		require.Len(t, live, 1)
		require.Equal(t, other, live[0].ID)
	})
}

func TestRotationGrace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		user := person(t, db, "ada")
		id := begin(t, db, user, "one")
		rotate(t, db, "one", "two", time.Minute)
		require.Equal(t, social.RotationRaced, rotate(t, db, "one", "x", time.Minute).State)
		state, err := db.Sessions.State(t.Context(), id)
		require.NoError(t, err)
		require.True(t, state.Live, "a race ends nothing")
		require.Equal(t, social.RotationOK, rotate(t, db, "two", "three", time.Minute).State)
		require.Equal(t, social.RotationReused, rotate(t, db, "one", "x", time.Minute).State,
			"the successor was used: this is no race of one client")
	})
}

func TestRotationOfOldAndLocked(t *testing.T) {
	now := time.Now()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			db := storetest.OpenConfig(t, store.Config{
				URL: storetest.URL(t, kind), Now: func() time.Time { return now },
			})
			user := person(t, db, "ada")
			id := begin(t, db, user, "one")
			begin(t, db, user, "two")
			storetest.Disable(t, db, user)
			require.Equal(t, social.RotationEnded, rotate(t, db, "two", "x", 0).State)
			require.NoError(t, db.Admin.Enable(t.Context(), social.Act{}, user))
			begin(t, db, user, "three")
			defer func(at time.Time) { now = at }(now)
			now = now.Add(2 * time.Hour)
			require.Equal(t, social.RotationExpired, rotate(t, db, "three", "x", 0).State)
			n, err := db.Sessions.Sweep(t.Context(), now)
			require.NoError(t, err)
			require.Equal(t, int64(3), n)
			require.Zero(t, count(t, db, "refresh_tokens"))
			_, err = db.Sessions.State(t.Context(), id)
			require.ErrorIs(t, err, social.ErrSessionNotFound)
			_, err = db.Sessions.ByToken(t.Context(), []byte("one"))
			require.ErrorIs(t, err, social.ErrSessionNotFound)
		})
	}
}

func TestRotationRace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		user := person(t, db, "ada")
		begin(t, db, user, "one")
		var mu sync.Mutex
		states := map[social.RotationState]int{}
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				r, err := db.Sessions.Rotate(t.Context(), social.Rotation{
					OldHash: []byte("one"), NewHash: fmt.Appendf(nil, "new%d", i), Expires: time.Now().Add(time.Hour),
					Grace: time.Minute,
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				states[r.State]++
			})
		}
		wg.Wait()
		require.Equal(t, map[social.RotationState]int{social.RotationOK: 1, social.RotationRaced: 19}, states)
		require.Equal(t, int64(2), count(t, db, "refresh_tokens"))
	})
}

func TestEndSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		a, b, c := begin(t, db, ada, "a"), begin(t, db, ada, "b"), begin(t, db, ada, "c")
		his := begin(t, db, bob, "d")
		require.ErrorIs(t, db.Sessions.End(t.Context(), ada, his, social.EndRevoked), social.ErrSessionNotFound)
		require.NoError(t, db.Sessions.End(t.Context(), ada, a, social.EndLogout))
		require.ErrorIs(t, db.Sessions.End(t.Context(), ada, a, social.EndLogout), social.ErrSessionNotFound)
		n, err := db.Sessions.EndAll(t.Context(), ada, b, social.EndPassword)
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		for id, live := range map[int64]bool{a: false, b: true, c: false, his: true} {
			state, err := db.Sessions.State(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, live, state.Live)
		}
		_, err = db.Sessions.Create(t.Context(), social.NewSession{UserID: 99, TokenHash: []byte("x")})
		require.ErrorIs(t, err, social.ErrUserNotFound)
		storetest.Disable(t, db, bob)
		_, err = db.Sessions.Create(t.Context(), social.NewSession{UserID: bob, TokenHash: []byte("x")})
		require.ErrorIs(t, err, social.ErrUserNotFound, "a disabled account gets no session")
	})
}

func TestSessionListQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, many := person(t, db, "one"), person(t, db, "many")
		begin(t, db, one, "first")
		for i := range 50 {
			begin(t, db, many, string(bytes.Repeat([]byte{'x'}, i+1)))
		}
		list := func(user int64) func() int {
			return func() int {
				all, _, err := db.Sessions.List(t.Context(), user, social.Page{Limit: 50})
				require.NoError(t, err)
				return len(all)
			}
		}
		sameQueries(t, db, list(one), list(many))
	})
}
