package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// keeping runs test with a keeper on a clock of its own.
func keeping(t *testing.T, limit int, test func(t *testing.T, k *store.RoomKeeper, w *world)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			w := &world{busy: map[int64]bool{}}
			w.now.Store(moment().UnixMicro())
			w.db = storetest.OpenConfig(t, store.Config{
				URL: storetest.URL(t, kind), Now: func() time.Time { return time.UnixMicro(w.now.Load()) },
			})
			k, err := w.db.KeepRooms(store.RoomKeeperConfig{
				Max: limit, Idle: time.Hour, Busy: func(id int64) bool { return w.busy[id] },
			})
			require.NoError(t, err)
			test(t, k, w)
		})
	}
}

// world is what a keeper lives in.
type world struct {
	db   *store.DB
	now  atomic.Int64 // microseconds
	busy map[int64]bool
}

func (w *world) later(d time.Duration) { w.now.Add(d.Microseconds()) }

// there tells whether a room can be found by its link.
func (w *world) there(t *testing.T, room social.FaceChat) bool {
	t.Helper()
	_, err := w.db.FaceChats.BySlug(t.Context(), 0, room.Slug)
	if err != nil {
		require.ErrorIs(t, err, social.ErrRoomNotFound)
	}
	return err == nil
}

func TestIdleRoomsEnd(t *testing.T) {
	keeping(t, 10, func(t *testing.T, k *store.RoomKeeper, w *world) {
		ada := person(t, w.db, "ada")
		own := hosted(t, w.db, social.NewFaceChat{HostID: ada})
		empty, err := k.Open(t.Context(), " title ")
		require.NoError(t, err)
		require.Equal(t, "title", empty.Title)
		require.True(t, empty.AllowGuests)
		taken, err := k.Open(t.Context(), "")
		require.NoError(t, err)
		entered, err := k.Open(t.Context(), "")
		require.NoError(t, err)
		w.busy[taken.ID] = true
		_, err = w.db.Participants.Record(t.Context(), []social.RoomEvent{
			{Kind: social.RoomJoined, RoomID: taken.ID, Seat: "a", UserID: ada, At: moment()},
		})
		require.NoError(t, err)

		w.later(50 * time.Minute)
		_, err = w.db.FaceChats.Enter(t.Context(), 0, entered.ID)
		require.NoError(t, err)
		require.NoError(t, k.Look(t.Context()))
		require.Equal(t, int64(4), k.Len())
		w.later(30 * time.Minute)
		require.NoError(t, k.Look(t.Context()))
		require.False(t, w.there(t, empty), "nobody used it")
		require.True(t, w.there(t, taken), "somebody is in it")
		require.True(t, w.there(t, entered))
		require.True(t, w.there(t, own), "a host's room stays")
		require.Equal(t, int64(3), k.Len())
		n, err := w.db.Int(t.Context(), "SELECT count(*) FROM facechats")
		require.NoError(t, err)
		require.Equal(t, int64(3), n, "what is in nobody's past is gone")

		// A link works for a while after a long call, and then the room stays in the past only.
		w.busy[taken.ID] = false
		w.later(45 * time.Minute)
		require.NoError(t, k.Look(t.Context()))
		require.True(t, w.there(t, taken))
		w.later(20 * time.Minute)
		require.NoError(t, k.Look(t.Context()))
		require.False(t, w.there(t, taken))
		past, _, err := w.db.Participants.History(t.Context(), ada, social.Page{})
		require.NoError(t, err)
		require.Len(t, past, 1, "the end that nobody told was noticed")
		require.Equal(t, taken.ID, past[0].Room.ID)

		// When nobody of them has an account any more, it is gone, too.
		_, err = w.db.Users.Delete(t.Context(), ada)
		require.NoError(t, err)
		n, err = w.db.Int(t.Context(), "SELECT count(*) FROM facechats WHERE id = ?", taken.ID)
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestFullHouse(t *testing.T) {
	keeping(t, 2, func(t *testing.T, k *store.RoomKeeper, w *world) {
		ada := person(t, w.db, "ada")
		a, err := k.Open(t.Context(), "")
		require.NoError(t, err)
		_, err = k.Open(t.Context(), "")
		require.NoError(t, err)
		w.busy[a.ID] = true
		_, err = k.Open(t.Context(), "")
		require.ErrorIs(t, err, social.ErrTooManyRooms)
		hosted(t, w.db, social.NewFaceChat{HostID: ada}) // counts for itself
		w.later(2 * time.Hour)
		time.Sleep(time.Second) // a full house is looked through once in a second
		_, err = k.Open(t.Context(), "")
		require.NoError(t, err, "the idle one made place")
		_, err = k.Open(t.Context(), "")
		require.ErrorIs(t, err, social.ErrTooManyRooms, "the busy one did not")
		_, err = k.Open(t.Context(), "\x00")
		require.ErrorIs(t, err, social.ErrTitleInvalid)
	})
}

func TestNeverMoreRoomsThanAllowed(t *testing.T) {
	keeping(t, 5, func(t *testing.T, k *store.RoomKeeper, w *world) {
		var made atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := k.Open(t.Context(), ""); err == nil {
					made.Add(1)
				}
			})
		}
		wg.Wait()
		n, err := w.db.Int(t.Context(), "SELECT count(*) FROM facechats")
		require.NoError(t, err)
		require.Equal(t, int64(5), n)
		require.Equal(t, int64(5), made.Load())
	})
}

func TestRoomKeeperConfigIsChecked(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	busy := func(int64) bool { return false }
	for _, cfg := range []store.RoomKeeperConfig{
		{Max: 0, Idle: time.Hour, Busy: busy}, {Max: 1, Busy: busy}, {Max: 1, Idle: time.Hour},
	} {
		_, err := db.KeepRooms(cfg)
		require.Error(t, err)
	}
}

// Who came in is not yet written down when the host ends the room: it is in their past all the same.
func TestARoomThatEndsAtOnceKeepsItsPast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada := person(t, db, "ada")
		room, _, err := db.FaceChats.Create(ctx, social.NewFaceChat{HostID: ada, Title: "short"})
		require.NoError(t, err)
		_, err = db.FaceChats.Enter(ctx, ada, room.ID)
		require.NoError(t, err)
		_, err = db.FaceChats.Delete(ctx, ada, room.ID)
		require.NoError(t, err)
		now := time.Now()
		lost, err := db.Participants.Record(ctx, []social.RoomEvent{
			{Kind: social.RoomJoined, RoomID: room.ID, Seat: "s", UserID: ada, Name: "ada", At: now},
			{Kind: social.RoomLeft, RoomID: room.ID, Seat: "s", UserID: ada, Name: "ada", At: now},
		})
		require.NoError(t, err)
		require.Zero(t, lost)
		past, _, err := db.Participants.History(ctx, ada, social.Page{})
		require.NoError(t, err)
		require.Len(t, past, 1)
	})
}
