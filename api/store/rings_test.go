package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// Whatever many do at once, one ring at a time rings a person, and a person rings one other.
func TestRingsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		callee := person(t, db, "callee")
		callers := people(t, db, "p", 8)
		rooms := map[int64]int64{}
		for _, id := range callers {
			befriend(t, db, id, callee)
			rooms[id] = roomOf(t, db, id, "link")
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		states := map[social.RingState]int{}
		for _, id := range callers {
			for range 2 { // from two pages each
				wg.Go(func() {
					rung, err := db.Rings.Start(t.Context(), social.NewRing{
						RoomID: rooms[id], CallerID: id, CalleeID: callee,
					})
					if errors.Is(err, social.ErrAlreadyRinging) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					rings, err := db.Rings.ByIDs(t.Context(), rung.RingID)
					if err != nil || len(rings) != 1 || (rung.NotificationID != 0) != (rings[0].State == "busy") {
						t.Error(rings, rung, err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					states[rings[0].State]++
				})
			}
		}
		wg.Wait()
		require.Equal(t, 1, states[social.RingRinging], states)
		require.Len(t, states, 2, states)
		require.Equal(t, int64(1), count(t, db, "rings WHERE state = 'ringing'"))
		live, err := db.Rings.Live(t.Context())
		require.NoError(t, err)
		require.Len(t, live, 1)
		require.False(t, live[0].Due)
		require.False(t, live[0].Broken)
		require.Error(t, db.Exec(t.Context(), "INSERT INTO rings (facechat_id, caller_id, callee_id, created_at, "+
			"expires_at) SELECT facechat_id, caller_id, ?, created_at, expires_at FROM rings WHERE state = 'ringing'",
			callers[0]+callers[1]-live[0].CallerID), "one that a person rings")
	})
}

// The end of the time and the answer: one of them counts.
func TestMissAndAcceptRace(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			var mu sync.Mutex
			var late time.Duration
			db := storetest.OpenConfig(t, store.Config{URL: storetest.URL(t, kind), Now: func() time.Time {
				mu.Lock()
				defer mu.Unlock()
				return time.Now().Add(late)
			}})
			ada, bob := person(t, db, "ada"), person(t, db, "bob")
			befriend(t, db, ada, bob)
			room := roomOf(t, db, ada, "link")
			rung, err := db.Rings.Start(t.Context(), social.NewRing{RoomID: room, CallerID: ada, CalleeID: bob})
			require.NoError(t, err)
			_, done, err := db.Rings.Miss(t.Context(), rung.RingID)
			require.NoError(t, err)
			require.False(t, done, "it is not due")
			mu.Lock()
			late = social.RingFor
			mu.Unlock()
			live, err := db.Rings.Live(t.Context())
			require.NoError(t, err)
			require.True(t, live[0].Due)
			mine, err := db.Rings.Of(t.Context(), bob)
			require.NoError(t, err)
			require.Empty(t, mine, "it is over, whether or not somebody has looked")
			_, err = db.Rings.Accept(t.Context(), bob, room)
			require.ErrorIs(t, err, social.ErrRingOver)
			var wg sync.WaitGroup
			told := make(chan int64, 10)
			for range cap(told) {
				wg.Go(func() {
					id, done, err := db.Rings.Miss(t.Context(), rung.RingID)
					if err != nil {
						t.Error(err)
					}
					if done {
						told <- id
					}
				})
			}
			wg.Wait()
			require.Len(t, told, 1)
			require.NotZero(t, <-told)
			require.Equal(t, int64(1), count(t, db, "notifications WHERE kind = 'missed_call'"))
			stopped, err := db.Rings.Stop(t.Context(), rung.RingID)
			require.NoError(t, err)
			require.False(t, stopped, "it is over already")
		})
	}
}

func TestLiveSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		one, two, three := begin(t, db, ada, "1"), begin(t, db, ada, "2"), begin(t, db, bob, "3")
		require.NoError(t, db.Sessions.End(t.Context(), ada, two, social.EndLogout))
		ask := func() map[int64]bool {
			live, err := db.Sessions.Live(t.Context(), []int64{one, two, three, 999})
			require.NoError(t, err)
			return live
		}
		require.Len(t, storetest.Queries(db, func() {
			require.Equal(t, map[int64]bool{one: true, three: true}, ask())
		}), 1)
		storetest.Disable(t, db, bob)
		_, err := db.Users.Delete(t.Context(), ada)
		require.NoError(t, err)
		require.Empty(t, ask())
		live, err := db.Sessions.Live(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, live)
	})
}

// A room that ends while somebody rings into it is not found, and gets nobody invited.
func TestRoomEndsWhileRinging(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		befriend(t, db, ada, bob)
		for name, end := range map[string]func(room int64) error{
			"ended":   func(room int64) error { _, err := db.FaceChats.End(t.Context(), room); return err },
			"deleted": func(room int64) error { _, err := db.FaceChats.Delete(t.Context(), ada, room); return err },
		} {
			room := roomOf(t, db, ada, "link")
			ended := make(chan error, 1)
			var once sync.Once
			stop := db.Watch(func(query string) {
				if strings.HasPrefix(query, "SELECT") && strings.Contains(query, "facechats") {
					once.Do(func() {
						go func() { ended <- end(room) }()
						time.Sleep(50 * time.Millisecond) // enough, unless it has to wait
					})
				}
			})
			_, err := db.Rings.Start(t.Context(), social.NewRing{RoomID: room, CallerID: ada, CalleeID: bob})
			stop()
			require.NoError(t, err, name)
			require.NoError(t, <-ended, name)
			require.Zero(t, count(t, db, "rings WHERE state = 'ringing'"), name)
			require.Zero(t, count(t, db, "facechat_invites"), name)
		}
	})
}

// Nobody comes into a room of a disabled host, so nobody is rung into it, and it is not told of.
func TestRingIntoRoomOfDisabledHost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		host, ada, bob := person(t, db, "host"), person(t, db, "ada"), person(t, db, "bob")
		befriend(t, db, ada, bob)
		room := hosted(t, db, social.NewFaceChat{HostID: host, Invite: []int64{ada}})
		storetest.Disable(t, db, host)
		for _, inside := range []bool{false, true} {
			_, err := db.Rings.Start(t.Context(), social.NewRing{
				RoomID: room.ID, CallerID: ada, CalleeID: bob, Inside: inside,
			})
			require.ErrorIs(t, err, social.ErrRoomNotFound)
		}
		require.Zero(t, count(t, db, "facechat_invites WHERE user_id = ?", bob))
	})
}
