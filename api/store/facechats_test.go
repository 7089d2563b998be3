package store_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// hosted opens a room.
func hosted(t testing.TB, db *store.DB, n social.NewFaceChat) social.FaceChat {
	t.Helper()
	room, _, err := db.FaceChats.Create(t.Context(), n)
	require.NoError(t, err)
	return room
}

func TestRoomIsCreated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		room, told, err := db.FaceChats.Create(t.Context(), social.NewFaceChat{
			Title: " 저녁 통화 ", Content: "a\r\nb", HostID: ada, Tags: []string{"#Go", "별"},
			Invite: []int64{eve, bob, bob},
		})
		require.NoError(t, err)
		require.Equal(t, "저녁 통화", room.Title)
		require.Equal(t, "a\nb", room.Content)
		require.Equal(t, ada, room.Host.ID)
		require.Equal(t, social.StateLive, room.State)
		require.Equal(t, social.VisibleLink, room.Visibility)
		require.True(t, social.ValidSlug(room.Slug))
		require.Equal(t, []string{"go", "별"}, []string{room.Tags[0].Name, room.Tags[1].Name})
		require.Len(t, told, 2)
		for _, x := range told {
			n, found, err := db.Notifications.ByID(t.Context(), x.UserID, x.NotificationID)
			require.NoError(t, err)
			require.True(t, found)
			require.Equal(t, social.NotifyInvite, n.Kind)
			require.Equal(t, room.ID, n.FaceChatID)
			require.Equal(t, ada, n.Actor.ID)
		}
		for _, viewer := range []int64{ada, bob, eve} {
			got, err := db.FaceChats.ByID(t.Context(), viewer, room.ID)
			require.NoError(t, err)
			require.Equal(t, room, got)
		}
		told, err = db.FaceChats.Invite(t.Context(), ada, room.ID, []int64{bob})
		require.NoError(t, err)
		require.Empty(t, told, "nobody is told twice")
	})
}

func TestRoomRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve, off := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve"), person(t, db, "off")
		_, err := db.Blocks.Add(t.Context(), bob, ada)
		require.NoError(t, err)
		_, err = db.Blocks.Add(t.Context(), ada, eve)
		require.NoError(t, err)
		storetest.Disable(t, db, off)
		many := make([]int64, social.MaxInvites+1)
		for i := range many {
			many[i] = int64(1000 + i)
		}
		for name, c := range map[string]struct {
			n    social.NewFaceChat
			want error
		}{
			"title":         {social.NewFaceChat{Title: "\x00"}, social.ErrTitleInvalid},
			"content":       {social.NewFaceChat{Content: "\xff"}, social.ErrRoomContent},
			"visibility":    {social.NewFaceChat{Visibility: social.VisiblePrivate}, social.ErrRoomVisibility},
			"tag":           {social.NewFaceChat{Tags: []string{"a b"}}, social.ErrTagInvalid},
			"too many":      {social.NewFaceChat{Invite: many}, social.ErrTooManyInvites},
			"nobody":        {social.NewFaceChat{Invite: []int64{99999}}, social.ErrUserNotFound},
			"oneself":       {social.NewFaceChat{Invite: []int64{ada}}, social.ErrSelf},
			"who blocks":    {social.NewFaceChat{Invite: []int64{bob}}, social.ErrUserNotFound},
			"whom I block":  {social.NewFaceChat{Invite: []int64{eve}}, social.ErrBlocking},
			"disabled":      {social.NewFaceChat{Invite: []int64{off}}, social.ErrUserNotFound},
			"host is gone":  {social.NewFaceChat{HostID: 99999}, social.ErrUserNotFound},
			"one of them":   {social.NewFaceChat{Invite: []int64{off, bob}}, social.ErrUserNotFound},
			"one is nobody": {social.NewFaceChat{Invite: []int64{-1}}, social.ErrUserNotFound},
		} {
			if c.n.HostID == 0 {
				c.n.HostID = ada
			}
			_, _, err := db.FaceChats.Create(t.Context(), c.n)
			require.ErrorIs(t, err, c.want, name)
		}
		for _, table := range []string{"facechats", "facechat_invites", "notifications", "tags"} {
			n, err := db.Int(t.Context(), "SELECT count(*) FROM "+table)
			require.NoError(t, err)
			require.Zero(t, n, table)
		}
	})
}

// TestWhoMayEnter holds the condition in SQL against the rule in Go, for every kind of viewer and visibility.
func TestWhoMayEnter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		host := person(t, db, "host")
		viewers := map[string]int64{"anonymous": 0, "host": host}
		for _, name := range []string{"stranger", "friend", "invited", "wasin", "blocking", "blocked"} {
			viewers[name] = person(t, db, name)
		}
		befriend(t, db, host, viewers["friend"])
		for _, v := range []social.Visibility{social.VisiblePublic, social.VisibleFriends, social.VisibleLink} {
			room := roomOf(t, db, host, v)
			slug, err := db.FaceChats.ByID(t.Context(), host, room)
			require.NoError(t, err)
			_, err = db.FaceChats.Invite(t.Context(), host, room, []int64{viewers["invited"]})
			require.NoError(t, err)
			for i, name := range []string{"wasin", "blocking", "blocked"} {
				enter(t, db, room, viewers[name], i+1)
			}
			_, err = db.Blocks.Add(t.Context(), viewers["blocking"], host)
			require.NoError(t, err)
			_, err = db.Blocks.Add(t.Context(), host, viewers["blocked"])
			require.NoError(t, err)
			for name, viewer := range viewers {
				relation, err := db.Profiles.Relation(t.Context(), viewer, host)
				require.NoError(t, err)
				want := social.MayEnter(v, social.Standing{
					Relation: relation, Invited: name == "invited",
					WasIn: name == "wasin" || name == "blocking" || name == "blocked",
				})
				_, err = db.FaceChats.ByID(t.Context(), viewer, room)
				_, byLink := db.FaceChats.BySlug(t.Context(), viewer, slug.Slug)
				require.Equal(t, want, err == nil, "%s by %s: %v", v, name, err)
				require.Equal(t, !relation.Hidden(), byLink == nil, "link of %s by %s: %v", v, name, byLink)
				if !want {
					require.ErrorIs(t, err, social.ErrRoomNotFound)
				}
			}
		}
		public := roomOf(t, db, host, social.VisiblePublic)
		storetest.Disable(t, db, host)
		for _, viewer := range viewers {
			_, err := db.FaceChats.ByID(t.Context(), viewer, public)
			require.ErrorIs(t, err, social.ErrRoomNotFound, "of a disabled host")
		}
	})
}

func TestRoomIsEdited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		room := hosted(t, db, social.NewFaceChat{
			Title: "a", HostID: ada, Tags: []string{"x", "y"}, Visibility: social.VisiblePublic,
		})
		paused, friends, title, guests := social.StatePaused, social.VisibleFriends, " b ", true
		got, told, err := db.FaceChats.Update(t.Context(), ada, room.ID, social.FaceChatChange{
			Title: &title, State: &paused, Visibility: &friends, AllowGuests: &guests, Tags: &[]string{"z"},
			Invite: []int64{bob},
		})
		require.NoError(t, err)
		require.Len(t, told, 1)
		require.Equal(t, "b", got.Title)
		require.Equal(t, social.StatePaused, got.State)
		require.Equal(t, social.VisibleFriends, got.Visibility)
		require.True(t, got.AllowGuests)
		require.Len(t, got.Tags, 1)
		require.Equal(t, room.Slug, got.Slug)

		ended, nobody := social.StateEnded, social.VisiblePrivate
		_, _, err = db.FaceChats.Update(t.Context(), ada, room.ID, social.FaceChatChange{State: &ended})
		require.ErrorIs(t, err, social.ErrRoomState)
		_, _, err = db.FaceChats.Update(t.Context(), ada, room.ID, social.FaceChatChange{Visibility: &nobody})
		require.ErrorIs(t, err, social.ErrRoomVisibility)
		_, _, err = db.FaceChats.Update(t.Context(), bob, room.ID, social.FaceChatChange{Title: &title})
		require.ErrorIs(t, err, social.ErrNotHost, "who may see it learns whose it is")
		_, _, err = db.FaceChats.Update(t.Context(), eve, room.ID, social.FaceChatChange{Title: &title})
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		_, err = db.FaceChats.Delete(t.Context(), bob, room.ID)
		require.ErrorIs(t, err, social.ErrNotHost)
		_, err = db.FaceChats.Invite(t.Context(), eve, room.ID, []int64{bob})
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		same, err := db.FaceChats.ByID(t.Context(), ada, room.ID)
		require.NoError(t, err)
		require.Equal(t, got, same)
	})
}

func TestRoomEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		n := social.NewFaceChat{
			Title: "a", Content: "text", HostID: ada, Tags: []string{"x"}, Visibility: social.VisiblePublic,
			Invite: []int64{bob},
		}
		room, unused := hosted(t, db, n), hosted(t, db, n)
		enter(t, db, room.ID, bob, 1)
		ring := insert(t, db, "INSERT INTO rings (facechat_id, caller_id, callee_id, created_at, expires_at) "+
			"VALUES (?, ?, ?, ?, ?)", room.ID, ada, bob, moment(), moment())
		rings, err := db.FaceChats.Delete(t.Context(), ada, room.ID)
		require.NoError(t, err)
		require.Equal(t, []int64{ring}, rings)
		_, err = db.FaceChats.Delete(t.Context(), ada, unused.ID)
		require.NoError(t, err)

		for _, viewer := range []int64{0, ada, bob} {
			_, err := db.FaceChats.ByID(t.Context(), viewer, room.ID)
			require.ErrorIs(t, err, social.ErrRoomNotFound)
			_, err = db.FaceChats.BySlug(t.Context(), viewer, room.Slug)
			require.ErrorIs(t, err, social.ErrRoomNotFound)
			rooms, _, err := db.FaceChats.List(t.Context(), viewer, social.RoomFilter{}, social.Page{})
			require.NoError(t, err)
			require.Empty(t, rooms)
		}
		_, err = db.FaceChats.Enter(t.Context(), 0, room.ID)
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		_, err = db.FaceChats.End(t.Context(), room.ID)
		require.ErrorIs(t, err, social.ErrRoomNotFound, "once")
		_, err = db.FaceChats.Delete(t.Context(), ada, room.ID)
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		for query, want := range map[string]int64{
			"SELECT count(*) FROM facechats":                                    1,
			"SELECT count(*) FROM facechats WHERE content = '' AND title = 'a'": 1,
			"SELECT count(*) FROM facechat_tags":                                0,
			"SELECT count(*) FROM facechat_invites":                             0,
			"SELECT count(*) FROM notifications":                                0,
			"SELECT count(*) FROM rings WHERE state = 'cancelled'":              1,
		} {
			got, err := db.Int(t.Context(), query)
			require.NoError(t, err)
			require.Equal(t, want, got, query)
		}
	})
}

func TestRoomsAreListedInGroups(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		me, friend, stranger, foe := person(t, db, "me"), person(t, db, "friend"), person(t, db, "stranger"),
			person(t, db, "foe")
		befriend(t, db, me, friend)
		paused := social.StatePaused
		room := func(title string, host int64, v social.Visibility, invite ...int64) int64 {
			r := hosted(t, db, social.NewFaceChat{Title: title, HostID: host, Visibility: v, Invite: invite})
			return r.ID
		}
		room("friend's", friend, social.VisibleFriends)
		room("friend's, invited", friend, social.VisibleFriends, me)
		room("invited", stranger, social.VisibleLink, me)
		room("own", me, social.VisibleLink)
		closed := room("own, public, paused", me, social.VisiblePublic)
		_, _, err := db.FaceChats.Update(t.Context(), me, closed, social.FaceChatChange{State: &paused})
		require.NoError(t, err)
		room("public", stranger, social.VisiblePublic)
		room("own, public", me, social.VisiblePublic)
		room("public, invited", friend, social.VisiblePublic, me)
		room("stranger's", stranger, social.VisibleFriends)
		room("stranger's link", stranger, social.VisibleLink)
		room("foe's", foe, social.VisiblePublic)
		_, err = db.Blocks.Add(t.Context(), foe, me)
		require.NoError(t, err)
		roomOf(t, db, stranger, social.VisibleLink)

		titles := func(viewer int64, filter social.RoomFilter, limit int) (all []string) {
			t.Helper()
			page := social.Page{Limit: limit}
			for range 50 {
				rooms, next, err := db.FaceChats.List(t.Context(), viewer, filter, page)
				require.NoError(t, err)
				require.LessOrEqual(t, len(rooms), limit)
				for _, r := range rooms {
					all = append(all, r.Title)
				}
				if page.Cursor = next; next == "" {
					return all
				}
			}
			t.Fatal("the list does not end")
			return nil
		}
		want := []string{
			"public, invited", "own, public", "public", "own, public, paused", "own", "invited", "friend's, invited",
			"friend's",
		}
		for _, limit := range []int{1, 2, 3, 50} {
			require.Equal(t, want, titles(me, social.RoomFilter{}, limit), "by %d", limit)
		}
		require.Equal(t, []string{"foe's", "public, invited", "own, public", "public"},
			titles(0, social.RoomFilter{}, 2))
		for _, limit := range []int{1, 50} {
			require.Equal(t, []string{"own, public", "own, public, paused", "own"},
				titles(me, social.RoomFilter{Mine: true}, limit))
		}
		require.Empty(t, titles(0, social.RoomFilter{Mine: true}, 5))

		// A page stays where it is while new rooms come.
		first, next, err := db.FaceChats.List(t.Context(), me, social.RoomFilter{}, social.Page{Limit: 5})
		require.NoError(t, err)
		require.Len(t, first, 5)
		room("newer", stranger, social.VisiblePublic)
		rest := social.Page{Limit: 5, Cursor: next}
		second, _, err := db.FaceChats.List(t.Context(), me, social.RoomFilter{}, rest)
		require.NoError(t, err)
		require.Equal(t, "invited", second[0].Title)
		_, _, err = db.FaceChats.List(t.Context(), me, social.RoomFilter{Mine: true}, social.Page{Cursor: next})
		require.ErrorIs(t, err, social.ErrCursor)
		for _, group := range []int64{-1 << 63, -1, 4, 1<<63 - 1} {
			_, _, err = db.FaceChats.List(t.Context(), me, social.RoomFilter{},
				social.Page{Cursor: social.EncodeCursor("rooms", group, 5)})
			require.ErrorIs(t, err, social.ErrCursor)
		}
	})
}

func TestRoomsByTag(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		for i := range 3 {
			hosted(t, db, social.NewFaceChat{
				Title: strconv.Itoa(i), HostID: ada, Visibility: social.VisiblePublic,
				Tags: []string{"all", "t" + strconv.Itoa(i)},
			})
		}
		for tag, want := range map[string]int{"all": 3, "t1": 1, "none": 0, "": 3} {
			rooms, _, err := db.FaceChats.List(t.Context(), 0, social.RoomFilter{Tag: tag}, social.Page{})
			require.NoError(t, err)
			require.Len(t, rooms, want, tag)
		}
	})
}

func TestLooksAtRoomsAreCounted(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			url := storetest.URL(t, kind)
			db, err := store.Open(t.Context(), store.Config{URL: url})
			require.NoError(t, err)
			host := person(t, db, "host")
			room := roomOf(t, db, host, social.VisiblePublic)
			for range 3 {
				db.FaceChats.Viewed(room)
			}
			require.NoError(t, db.Close(), "what is counted is written at the end")
			db = storetest.OpenConfig(t, store.Config{URL: url})
			got, err := db.FaceChats.ByID(t.Context(), host, room)
			require.NoError(t, err)
			require.Equal(t, int64(3), got.ViewCount)
			used, err := db.Int(t.Context(), "SELECT count(*) FROM facechats WHERE used_at > created_at")
			require.NoError(t, err)
			require.Equal(t, int64(1), used)
		})
	}
}
