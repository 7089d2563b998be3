package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// call makes events of one room, second by second.
type call struct {
	room   int64
	events []social.RoomEvent
}

func (c *call) add(kind social.RoomEventKind, e social.RoomEvent) {
	e.Kind, e.RoomID, e.At = kind, c.room, moment().Add(time.Duration(len(c.events))*time.Second)
	c.events = append(c.events, e)
}

func (c *call) joins(seat string, user int64, guest string) {
	e := social.RoomEvent{Seat: seat, UserID: user, Name: guest}
	if user == 0 {
		e.GuestKey = "guest:" + guest
	}
	c.add(social.RoomJoined, e)
}

func (c *call) leaves(seat string) { c.add(social.RoomLeft, social.RoomEvent{Seat: seat}) }

func (c *call) says(user int64, guest, text string) {
	c.add(social.RoomSaid, social.RoomEvent{UserID: user, Name: guest, Text: text, ClientID: "1"})
}

func (c *call) record(t testing.TB, db *store.DB) {
	t.Helper()
	lost, err := db.Participants.Record(t.Context(), c.events)
	require.NoError(t, err)
	require.Zero(t, lost)
}

// said is what a viewer may read in a room, the newest first.
func said(t testing.TB, db *store.DB, viewer, room int64) []string {
	t.Helper()
	rows, _, err := db.Messages.List(t.Context(), viewer, room, social.Page{Limit: 50})
	require.NoError(t, err)
	texts := []string{}
	for _, m := range rows {
		texts = append(texts, m.Text)
	}
	return texts
}

// instant opens a room that nobody hosts.
func instant(t testing.TB, db *store.DB) int64 {
	t.Helper()
	return hosted(t, db, social.NewFaceChat{AllowGuests: true}).ID
}

func TestHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, foe := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "foe")
		room := hosted(t, db, social.NewFaceChat{Title: "evening", HostID: ada})
		c := call{room: room.ID}
		c.joins("s1", ada, "")
		c.joins("s2", bob, "")
		c.leaves("s2")
		c.joins("s3", bob, "") // again: named once
		c.leaves("s3")
		c.joins("s4", 0, "Guest")
		c.leaves("s4")
		c.joins("s5", foe, "")
		c.leaves("s5")
		c.leaves("s1")
		c.leaves("s1") // told twice
		c.leaves("nobody's")
		c.record(t, db)
		_, err := db.Blocks.Add(t.Context(), foe, ada)
		require.NoError(t, err)
		ring := func(caller, callee int64, state string, after time.Duration) {
			insert(t, db, "INSERT INTO rings (facechat_id, caller_id, callee_id, state, created_at, expires_at, "+
				"ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)", room.ID, caller, callee, state, moment(), moment(),
				moment().Add(after))
		}
		ring(bob, ada, "missed", time.Hour)
		ring(ada, bob, "declined", 2*time.Hour)
		ring(ada, bob, "accepted", 3*time.Hour)
		ring(foe, ada, "missed", 4*time.Hour)

		all, next, err := db.Participants.History(t.Context(), ada, social.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, all, 3)
		require.Equal(t, social.PastDeclined, all[0].Kind)
		require.True(t, all[0].Outgoing)
		require.Equal(t, bob, all[0].With[0].Person.ID)
		require.Equal(t, social.PastMissed, all[1].Kind)
		require.False(t, all[1].Outgoing)
		long := all[2]
		require.Equal(t, social.PastCall, long.Kind)
		require.Equal(t, "evening", long.Room.Title)
		require.Equal(t, 9*time.Second, long.Ended.Sub(long.Began))
		require.Equal(t, moment(), long.Began)
		require.Len(t, long.With, 2, "who is hidden is not named")
		require.Equal(t, bob, long.With[0].Person.ID)
		require.Equal(t, social.PastPerson{Name: "Guest"}, long.With[1])

		bobs, _, err := db.Participants.History(t.Context(), bob, social.Page{})
		require.NoError(t, err)
		require.Len(t, bobs, 4)
		require.Equal(t, moment().Add(3*time.Second), bobs[2].Began)

		// It stays when the room ends, and page by page it is the same.
		_, err = db.FaceChats.Delete(t.Context(), ada, room.ID)
		require.NoError(t, err)
		var paged []social.Past
		for page := (social.Page{Limit: 1}); ; {
			part, next, err := db.Participants.History(t.Context(), bob, page)
			require.NoError(t, err)
			paged = append(paged, part...)
			if page.Cursor = next; next == "" {
				break
			}
		}
		require.Len(t, paged, 4)
		for i := range paged {
			require.Equal(t, social.StateEnded, paged[i].Room.State)
			paged[i].Room.State = social.StateLive
		}
		require.Equal(t, bobs, paged)
		for _, keys := range [][]int64{{1}, {-1 << 63, 1, 1}, {1<<63 - 1, 1, 1}} {
			forged := social.Page{Cursor: social.EncodeCursor("history", keys...)}
			_, _, err = db.Participants.History(t.Context(), bob, forged)
			require.ErrorIs(t, err, social.ErrCursor)
		}
		for _, keys := range [][]int64{{0, 1<<63 - 1, -1 << 63}, {moment().UnixMicro(), -1 << 63, 1}} {
			forged := social.Page{Cursor: social.EncodeCursor("history", keys...)}
			_, _, err = db.Participants.History(t.Context(), bob, forged)
			require.NoError(t, err)
		}

		// Who is gone is nobody.
		_, err = db.Users.Delete(t.Context(), bob)
		require.NoError(t, err)
		all, _, err = db.Participants.History(t.Context(), ada, social.Page{})
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Contains(t, all[0].With, social.PastPerson{})
	})
}

func TestMessagesAreForMembers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve, stranger := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve"),
			person(t, db, "stranger")
		room := hosted(t, db, social.NewFaceChat{HostID: ada, Visibility: social.VisiblePublic}).ID
		c := call{room: room}
		c.joins("g", 0, "Guest")
		c.says(0, "Guest", "before anybody")
		c.joins("b", bob, "")
		c.says(0, "Guest", "to bob")
		c.says(bob, "BOB", "from bob")
		c.leaves("b")
		c.joins("e", eve, "")
		c.says(eve, "EVE", "from eve")
		c.leaves("e")
		c.record(t, db)

		require.Equal(t, []string{"from eve", "from bob", "to bob", "before anybody"}, said(t, db, ada, room))
		require.Equal(t, []string{"from bob", "to bob"}, said(t, db, bob, room), "only while inside")
		require.Equal(t, []string{"from eve"}, said(t, db, eve, room))
		rows, next, err := db.Messages.List(t.Context(), ada, room, social.Page{Limit: 3})
		require.NoError(t, err)
		require.NotEmpty(t, next)
		require.Equal(t, eve, rows[0].Sender.ID)
		require.Empty(t, rows[0].Name)
		require.Zero(t, rows[2].Sender.ID)
		require.Equal(t, "Guest", rows[2].Name)

		_, _, err = db.Messages.List(t.Context(), stranger, room, social.Page{})
		require.ErrorIs(t, err, social.ErrNotMember)
		private := hosted(t, db, social.NewFaceChat{HostID: ada}).ID
		_, _, err = db.Messages.List(t.Context(), stranger, private, social.Page{})
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		_, _, err = db.Messages.List(t.Context(), stranger, 99999, social.Page{})
		require.ErrorIs(t, err, social.ErrRoomNotFound)

		_, err = db.Blocks.Add(t.Context(), eve, ada)
		require.NoError(t, err)
		require.Equal(t, []string{"from bob", "to bob", "before anybody"}, said(t, db, ada, room))
		_, err = db.FaceChats.End(t.Context(), room)
		require.NoError(t, err)
		require.Len(t, said(t, db, bob, room), 2, "the end of the room does not end what was said")
		_, err = db.Users.Delete(t.Context(), bob)
		require.NoError(t, err)
		require.Equal(t, []string{"to bob", "before anybody"}, said(t, db, ada, room))
	})
}

func TestWhatNobodyMayReadIsNotKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		room := instant(t, db)
		c := call{room: room}
		c.joins("a", 0, "A")
		c.joins("b", 0, "B")
		c.says(0, "A", "two guests")
		c.leaves("b")
		c.joins("c", ada, "")
		c.says(0, "A", "with ada")
		c.leaves("c")
		c.says(0, "A", "alone")
		c.leaves("a")
		c.record(t, db)
		require.Equal(t, []string{"with ada"}, said(t, db, ada, room))
		n, err := db.Int(t.Context(), "SELECT count(*) FROM chat_messages")
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		n, err = db.Int(t.Context(), "SELECT count(*) FROM facechat_participants WHERE guest_key <> ''")
		require.NoError(t, err)
		require.Zero(t, n, "a guest's key goes when they do")
	})
}

func TestRecordBearsWhatIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, gone := person(t, db, "ada"), person(t, db, "gone")
		room := hosted(t, db, social.NewFaceChat{HostID: ada})
		_, err := db.Users.Delete(t.Context(), gone)
		require.NoError(t, err)
		c := call{room: room.ID}
		c.joins("x", gone, "")
		c.says(gone, "GONE", "their words are gone, too")
		c.joins("y", ada, "")
		c.says(ada, "ADA", "kept")
		c.add(social.RoomEventKind("odd"), social.RoomEvent{})
		nowhere := call{room: 99999}
		nowhere.joins("z", ada, "")
		nowhere.says(ada, "ADA", "nowhere")
		c.events = append(c.events, nowhere.events...)
		c.record(t, db)
		require.Equal(t, []string{"kept"}, said(t, db, ada, room.ID))
		n, err := db.Int(t.Context(), "SELECT count(*) FROM facechat_participants")
		require.NoError(t, err)
		require.Equal(t, int64(2), n)

		// One that cannot be written does not take the others with it.
		c = call{room: room.ID}
		c.says(ada, "ADA", "first")
		c.says(ada, "ADA", "broken")
		c.events[1].At = time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC) // PostgreSQL knows no such year
		c.says(ada, "ADA", "last")
		lost, err := db.Participants.Record(t.Context(), c.events)
		if db.Dialect() == "postgres" {
			require.Error(t, err)
			require.Equal(t, 1, lost)
			require.Equal(t, []string{"last", "first", "kept"}, said(t, db, ada, room.ID))
		} else {
			require.NoError(t, err)
		}
	})
}

func TestOneSeatAPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		room := hosted(t, db, social.NewFaceChat{HostID: ada}).ID
		c := call{room: room}
		c.joins("s1", ada, "")
		c.joins("s2", ada, "") // that they left s1 got lost
		c.joins("s3", 0, "G")
		c.joins("s4", 0, "G")
		c.record(t, db)
		for query, want := range map[string]int64{
			"SELECT count(*) FROM facechat_participants":                       4,
			"SELECT count(*) FROM facechat_participants WHERE left_at IS NULL": 2,
			"SELECT max(sequence) FROM facechat_participants":                  4,
		} {
			n, err := db.Int(t.Context(), query)
			require.NoError(t, err)
			require.Equal(t, want, n, query)
		}
		closed, err := db.Participants.CloseOpen(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(2), closed, "after a crash nobody is inside")
		past, _, err := db.Participants.History(t.Context(), ada, social.Page{})
		require.NoError(t, err)
		require.Len(t, past, 2)
		require.False(t, past[0].Ended.Before(past[0].Began))
	})
}
