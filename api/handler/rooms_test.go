package handler_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestHostedRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		room := ada.opens(t, `{"title":" 저녁 ","content":"a\nb","tags":["#Go","별"],"visibility":"link",`+
			`"invite":[`+jsonNumber(bob.id)+`]}`)
		require.Equal(t, []string{jsonNumber(bob.id) + " notification invite"}, r.pushed.take())
		require.Equal(t, "저녁", room.Title)
		require.Equal(t, "a\nb", room.Content)
		require.Equal(t, "ada", room.Host.Username)
		require.True(t, room.Mine)
		require.Equal(t, "link", room.Visibility)
		require.False(t, room.AllowGuests)
		require.Equal(t, []string{"go", "별"}, []string{room.Tags[0].Name, room.Tags[1].Name})
		note := bob.ok(200, "GET", "/api/accounts/notifications/", "").items(t)[0]
		require.Equal(t, "invite", note["kind"])
		require.InDelta(t, room.ID, note["facechat_id"], 0)

		require.Equal(t, false, bob.ok(200, "GET", room.path(""), "").json(t)["mine"])
		r.refused(eve.do("GET", room.path(""), ""), 404, "room_not_found")
		r.refused(r.do(http.DefaultClient, "GET", room.path(""), ""), 404, "room_not_found")
		require.Equal(t, room.Slug, eve.ok(200, "GET", roomsPath+"by-link/"+room.Slug, "").json(t)["slug"])

		edited := ada.ok(200, "PUT", room.path(""), `{"title":"late","tags":[],"state":"paused",`+
			`"visibility":"public","allow_guests":true,`+
			`"invite":[`+jsonNumber(bob.id)+`,`+jsonNumber(eve.id)+`]}`).json(t)
		require.Equal(t, []string{jsonNumber(eve.id) + " notification invite"}, r.pushed.take(),
			"bob knows already")
		require.Equal(t, "late", edited["title"])
		require.Equal(t, "a\nb", edited["content"], "what is not named stays")
		require.Equal(t, []any{}, edited["tags"])
		require.Equal(t, "paused", edited["state"])
		require.Equal(t, "public", edited["visibility"])

		create, long, self := roomsPath+"create_facechat/", strings.Repeat("a", 101), jsonNumber(ada.id)
		for name, c := range map[string]struct {
			who          *user
			method, path string
			body         string
			status       int
			code         string
		}{
			"title":          {ada, "PUT", room.path(""), `{"title":"` + long + `"}`, 422, "title_invalid"},
			"content":        {ada, "PUT", room.path(""), `{"content":"\u0000"}`, 422, "room_content_invalid"},
			"tag":            {ada, "PUT", room.path(""), `{"tags":["a b"]}`, 422, "tag_invalid"},
			"ended by state": {ada, "PUT", room.path(""), `{"state":"ended"}`, 422, "validation_failed"},
			"visibility":     {ada, "PUT", room.path(""), `{"visibility":"private"}`, 422, "validation_failed"},
			"host":           {ada, "PUT", room.path(""), `{"host":5}`, 422, "validation_failed"},
			"invite nobody":  {ada, "PUT", room.path(""), `{"title":"x","invite":[99999]}`, 404, "user_not_found"},
			"invite oneself": {ada, "PUT", room.path(""), `{"invite":[` + self + `]}`, 422, "not_with_yourself"},
			"too many": {ada, "POST", create, `{"invite":[` + strings.Repeat("1,", 20) + `2,3,4,5,` +
				`6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]}`, 422, "too_many_invites"},
			"another's":      {bob, "PUT", room.path(""), `{"title":"x"}`, 403, "not_the_host"},
			"end another's":  {bob, "DELETE", room.path(""), "", 403, "not_the_host"},
			"no such room":   {ada, "PUT", roomsPath + "99999/", `{}`, 404, "room_not_found"},
			"no number":      {ada, "GET", roomsPath + "x/", "", 422, "validation_failed"},
			"below one":      {ada, "GET", roomsPath + "-1/", "", 422, "validation_failed"},
			"too large":      {ada, "GET", roomsPath + "9223372036854775808/", "", 422, "validation_failed"},
			"state at birth": {ada, "POST", create, `{"state":"paused"}`, 422, "validation_failed"},
			"no body":        {ada, "POST", create, ``, 400, "bad_request"},
		} {
			t.Run(name, func(*testing.T) { r.refused(c.who.do(c.method, c.path, c.body), c.status, c.code) })
		}
		same := ada.ok(200, "GET", room.path(""), "").json(t)
		delete(same, "view_count")
		delete(edited, "view_count")
		require.Equal(t, edited, same, "nothing changed by that")
		require.Equal(t, 1, r.countRooms())
		require.Empty(t, r.pushed.take())
	})
}

func TestEndOfARoom(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		room := ada.opens(t, `{"title":"a","visibility":"public","allow_guests":true}`)
		bob.ok(200, "POST", room.path("join/"), "")
		require.Equal(t, 200, r.join(r.person(), room.Slug, "Gast").status)
		require.Equal(t, 2, r.sfu.Present(room.ID))
		ada.ok(204, "DELETE", room.path(""), "")
		require.Zero(t, r.sfu.Present(room.ID), "everybody is out")
		r.refused(ada.do("DELETE", room.path(""), ""), 404, "room_not_found")
		r.refused(ada.do("GET", room.path(""), ""), 404, "room_not_found")
		r.refused(bob.do("POST", room.path("join/"), ""), 404, "room_not_found")
		r.refused(r.join(r.person(), room.Slug, "Gast"), 404, "room_not_found")
		require.Empty(t, ada.titles(t, roomsPath))
		require.Zero(t, r.sfu.Present(room.ID))
	})
}

func TestJoinByID(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve, friend := r.user("ada"), r.user("bob"), r.user("eve"), r.user("friend")
		befriend(t, ada, friend)
		room := ada.opens(t, `{"title":"a","visibility":"friends","invite":[`+jsonNumber(bob.id)+`]}`)
		r.refused(eve.do("POST", room.path("join/"), ""), 404, "room_not_found")
		r.refused(r.do(http.DefaultClient, "POST", room.path("join/"), ""), 401, "login_required")
		entry := bob.ok(200, "POST", room.path("join/"), "").json(t)
		token, _ := entry["ticket"].(string)
		ticket, err := r.tickets.Verify(token)
		require.NoError(t, err)
		require.Equal(t, handler.UserKey(bob.id), ticket.Key)
		require.Equal(t, "BOB", ticket.Name)
		require.Equal(t, room.ID, ticket.RoomID)
		require.Equal(t, "/ws/call/", entry["socket_url"])
		require.NotEmpty(t, entry["ice_servers"])
		again := bob.ok(200, "POST", room.path("join/"), "").json(t)
		require.Equal(t, entry["participant_id"], again["participant_id"])
		friend.ok(200, "POST", room.path("join/"), "")
		r.refused(ada.do("POST", room.path("join/"), ""), 409, "room_full")
		require.Equal(t, 2, r.sfu.Present(room.ID), "also the host waits")

		// By account or by ticket: each leaves their own seat.
		eve.ok(204, "POST", room.path("exit/"), "")
		require.Equal(t, 2, r.sfu.Present(room.ID))
		friend.ok(204, "POST", room.path("exit/"), "")
		require.Equal(t, 1, r.sfu.Present(room.ID))
		a := r.do(http.DefaultClient, "POST", room.path("exit/"), "", "Authorization", "Bearer "+token)
		require.Equal(t, 204, a.status)
		require.Zero(t, r.sfu.Present(room.ID))
		bob.ok(204, "POST", roomsPath+"99999/exit/", "")
	})
}

func TestPausedRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		room := ada.opens(t, `{"visibility":"public","allow_guests":true}`)
		guest := r.person()
		require.Equal(t, 200, r.join(guest, room.Slug, "Gast").status)
		require.Equal(t, []string{""}, bob.titles(t, roomsPath))
		ada.ok(200, "PUT", room.path(""), `{"state":"paused"}`)
		require.Equal(t, 1, r.sfu.Present(room.ID), "who is inside stays")
		r.refused(bob.do("POST", room.path("join/"), ""), 409, "room_paused")
		r.refused(r.join(r.person(), room.Slug, "Other"), 409, "room_paused")
		require.Equal(t, 200, r.join(guest, room.Slug, "Gast").status, "and comes back after a lost connection")
		require.Equal(t, "paused", bob.ok(200, "GET", room.path(""), "").json(t)["state"])
		require.Empty(t, bob.titles(t, roomsPath), "a closed door is not shown to all")
		require.Len(t, ada.titles(t, roomsPath), 1)
		ada.ok(200, "PUT", room.path(""), `{"state":"live"}`)
		bob.ok(200, "POST", room.path("join/"), "")
	})
}

func TestWhoBlockEachOtherDoNotMeet(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		own := ada.opens(t, `{"title":"own","visibility":"public","allow_guests":true,`+
			`"invite":[`+jsonNumber(bob.id)+`]}`)
		other := eve.opens(t, `{"title":"other","visibility":"public"}`)
		bob.ok(200, "POST", other.path("join/"), "")
		ada.ok(204, "POST", bob.path("/api/accounts/block/"), "")

		// Not in a room of the one, nor where the other sits, whoever blocks.
		r.refused(bob.do("GET", own.path(""), ""), 404, "room_not_found")
		r.refused(bob.do("POST", own.path("join/"), ""), 404, "room_not_found")
		r.refused(bob.do("POST", roomsPath+"by-link/"+own.Slug+"/join/", `{}`), 404, "room_not_found")
		require.Equal(t, []string{"other"}, bob.titles(t, roomsPath))
		r.refused(ada.do("POST", other.path("join/"), ""), 404, "room_not_found")
		require.Equal(t, 1, r.sfu.Present(other.ID), "nobody lost a seat by that")
		bob.ok(204, "POST", other.path("exit/"), "")
		ada.ok(200, "POST", other.path("join/"), "")
		r.refused(bob.do("POST", other.path("join/"), ""), 404, "room_not_found")
		require.Equal(t, 1, r.sfu.Present(other.ID))
		// Without an account everybody is a stranger.
		require.Equal(t, 200, r.join(r.person(), own.Slug, "Bob in disguise").status)

		storetest.Disable(t, r.db, ada.id)
		r.refused(eve.do("GET", own.path(""), ""), 404, "room_not_found")
		r.refused(r.join(r.person(), own.Slug, "Gast"), 404, "room_not_found")
	})
}

func TestRoomList(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		for i := range 5 {
			ada.opens(t, `{"title":"public `+strconv.Itoa(i)+`","visibility":"public",`+
				`"tags":["t`+strconv.Itoa(i%2)+`"]}`)
		}
		ada.opens(t, `{"title":"link","tags":["t0"]}`)
		bob.opens(t, `{"title":"mine","invite":[`+jsonNumber(ada.id)+`]}`)
		require.Len(t, r.do(http.DefaultClient, "GET", roomsPath, "").items(t), 5)
		want := []string{"public 4", "public 3", "public 2", "public 1", "public 0"}
		require.Equal(t, append(want, "mine"), bob.titles(t, roomsPath))
		require.Equal(t, append(want, "link", "mine"), ada.titles(t, roomsPath))
		require.Equal(t, []string{"mine"}, bob.titles(t, roomsPath+"?mine=true"))
		require.Equal(t, []string{"public 3", "public 1"}, bob.titles(t, roomsPath+"?tag=%23T1"))
		require.Equal(t, []string{"link", "public 4", "public 2", "public 0"},
			ada.titles(t, roomsPath+"?tag=t0&mine=true"))

		var seen []string
		for path := roomsPath + "?limit=2"; path != ""; {
			a := ada.ok(200, "GET", path, "")
			for _, item := range a.items(t) {
				seen = append(seen, item["title"].(string))
				require.NotContains(t, item, "filters", "a list is short")
			}
			path = linkNext(t, a)
		}
		require.Equal(t, append(want, "link", "mine"), seen)
		r.refused(ada.do("GET", roomsPath+"?tag=a%20b", ""), 422, "tag_invalid")
		r.refused(ada.do("GET", roomsPath+"?cursor=AAAA", ""), 400, "cursor_invalid")
		r.refused(ada.do("GET", roomsPath+"?mine=perhaps", ""), 422, "validation_failed")
	})
}

func TestLooksAreCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		room := ada.opens(t, `{"visibility":"public"}`)
		ada.ok(200, "GET", room.path(""), "")
		bob.ok(200, "GET", room.path(""), "")
		r.do(r.person(), "GET", roomsPath+"by-link/"+room.Slug+"/", "")
		require.Eventually(t, func() bool {
			return ada.ok(200, "GET", room.path(""), "").json(t)["view_count"] == 2.0
		}, 10*time.Second, 50*time.Millisecond, "the host's own looks do not count")
	})
}

// past makes a call of two people that lasted 90 s, with a line by each.
func (r *rig) past(room int64, a, b *user) {
	r.t.Helper()
	began := time.Now().Add(-time.Hour)
	event := func(kind social.RoomEventKind, who *user, after time.Duration, text string) social.RoomEvent {
		return social.RoomEvent{
			Kind: kind, RoomID: room, Seat: who.name, UserID: who.id, Name: who.name, At: began.Add(after), Text: text,
		}
	}
	r.happened(
		event(social.RoomJoined, a, 0, ""), event(social.RoomJoined, b, 10*time.Second, ""),
		event(social.RoomSaid, a, 20*time.Second, "by "+a.name),
		event(social.RoomSaid, b, 30*time.Second, "by "+b.name),
		event(social.RoomLeft, a, 90*time.Second, ""), event(social.RoomLeft, b, 90*time.Second, ""),
	)
}

func TestPastCalls(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		room := ada.opens(t, `{"title":"evening","visibility":"public"}`)
		r.past(room.ID, ada, bob)
		history := roomsPath + "history/"
		items := ada.ok(200, "GET", history, "").items(t)
		require.Len(t, items, 1)
		require.Equal(t, "call", items[0]["kind"])
		require.InDelta(t, 90, items[0]["seconds"], 0)
		require.Equal(t, map[string]any{"id": float64(room.ID), "title": "evening", "url": "/r/" + room.Slug},
			items[0]["room"])
		with := items[0]["with"].([]any)[0].(map[string]any)
		require.Equal(t, "BOB", with["name"])
		require.Equal(t, "bob", with["person"].(map[string]any)["username"])
		require.InDelta(t, 80, bob.ok(200, "GET", history, "").items(t)[0]["seconds"], 0)
		require.Empty(t, eve.ok(200, "GET", history, "").items(t))

		lines := bob.ok(200, "GET", room.path("messages/"), "").items(t)
		require.Len(t, lines, 2)
		require.Equal(t, "by bob", lines[0]["text"], "the newest first")
		require.Equal(t, true, lines[0]["mine"])
		require.Equal(t, "ADA", lines[1]["name"])
		require.Equal(t, "ada", lines[1]["from"].(map[string]any)["username"])
		r.refused(eve.do("GET", room.path("messages/"), ""), 403, "not_a_member")
		r.refused(r.do(http.DefaultClient, "GET", room.path("messages/"), ""), 401, "login_required")

		ada.ok(204, "DELETE", room.path(""), "")
		gone := bob.ok(200, "GET", history, "").items(t)[0]
		require.Equal(t, map[string]any{"id": float64(room.ID), "title": "evening", "url": ""}, gone["room"])
		require.Len(t, bob.ok(200, "GET", room.path("messages/"), "").items(t), 2)
		r.refused(eve.do("GET", room.path("messages/"), ""), 404, "room_not_found")

		// Who blocks is not read any more; who is gone is nobody.
		bob.ok(204, "POST", ada.path("/api/accounts/block/"), "")
		require.Len(t, bob.ok(200, "GET", room.path("messages/"), "").items(t), 1)
		require.Equal(t, []any{}, bob.ok(200, "GET", history, "").items(t)[0]["with"])
		r.refused(bob.do("GET", history+"?cursor=AAAA", ""), 400, "cursor_invalid")
	})
}

// A list costs as many queries with many rows as with one.
func TestListsOfRoomsCostTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, friend := r.user("ada"), r.user("bob"), r.user("friend")
		befriend(t, ada, friend)
		first := ada.opens(t, `{"visibility":"public","tags":["a"]}`)
		grow := func(n int) {
			for range n {
				bob.opens(t, `{"visibility":"public","tags":["a","b"],"invite":[`+jsonNumber(ada.id)+`]}`)
				bob.opens(t, `{"invite":[`+jsonNumber(ada.id)+`]}`)
				friend.opens(t, `{"visibility":"friends","tags":["c"]}`)
				ada.opens(t, `{"tags":["d"]}`)
				r.past(first.ID, ada, bob)
			}
		}
		r.costsTheSame(t, ada, grow, map[string]int{
			roomsPath + "?limit=50": 2, roomsPath + "?mine=true": 2, roomsPath + "history/": 2,
			first.path("messages/"): 2,
		})
	})
}
