package handler_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

func TestInstantRoom(t *testing.T) {
	r := newRig(t)
	a := r.do(r.person(), "POST", "/api/facechats/instant/", `{"title":" 저녁 "}`)
	require.Equal(t, 201, a.status, a.body)
	room := a.json(t)
	slug, _ := room["slug"].(string)
	require.True(t, social.ValidSlug(slug))
	require.Equal(t, "/api/facechats/by-link/"+slug+"/", a.header.Get("Location"))
	delete(room, "slug")
	require.NotEmpty(t, room["created"])
	delete(room, "created")
	require.Equal(t, map[string]any{
		"id": 1.0, "url": "/r/" + slug, "title": "저녁", "state": "live", "max": 2.0, "present": 0.0,
		"allow_guests": true, "content": "", "mine": false, "visibility": "link", "tags": []any{},
		"view_count": 0.0,
		"filters": map[string]any{
			"modes": []any{"off", "blur"}, "moods": []any{"happy"}, "mood_enabled": true, "consent_version": 1.0,
			"pictures": []any{map[string]any{
				"id": "p", "name": map[string]any{"ko": "가", "en": "a"}, "colours": []any{"#102030"},
			}},
		},
	}, room)

	// The slash is optional, and so is the body.
	require.Equal(t, 201, r.do(r.person(), "POST", "/api/facechats/instant", "").status)
	require.Equal(t, 2, r.countRooms())
	found := r.do(r.person(), "GET", "/api/facechats/by-link/"+slug, "")
	require.Equal(t, 200, found.status)
	require.Equal(t, "저녁", found.json(t)["title"])
}

func TestInstantRefusals(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"title too long":    {`{"title":"` + strings.Repeat("a", 101) + `"}`, 422, "title_invalid"},
		"title of controls": {`{"title":"a\u0000b"}`, 422, "title_invalid"},
		"wrong type":        {`{"title":5}`, 422, "validation_failed"},
		"unknown field":     {`{"titel":"x"}`, 422, "validation_failed"},
		"not json":          {`{`, 400, "bad_request"},
		"a list":            {`[]`, 422, "validation_failed"},
		"too large":         {`{"title":"` + strings.Repeat("a", 5000) + `"}`, 413, "body_too_large"},
	} {
		t.Run(name, func(*testing.T) {
			r.refused(r.do(r.person(), "POST", "/api/facechats/instant/", c.body), c.status, c.code)
		})
	}
	form := r.do(r.person(), "POST", "/api/facechats/instant/", "a=b", "Content-Type", "multipart/form-data")
	r.refused(form, 415, "unsupported_media_type")
	require.Zero(t, r.countRooms(), "nothing was created")

	for range 3 {
		r.open()
	}
	r.refused(r.do(r.person(), "POST", "/api/facechats/instant/", "{}"), 503, "too_many_rooms")

	off := newRig(t, func(f *handler.FaceChats) { f.Instant = false })
	off.refused(off.do(off.person(), "POST", "/api/facechats/instant/", "{}"), 403, "instant_rooms_off")
	require.Zero(t, off.countRooms())
}

func TestJoin(t *testing.T) {
	r := newRig(t)
	slug, _ := r.open()
	ada := r.person()
	a := r.join(ada, slug, " Ada ")
	require.Equal(t, 200, a.status, a.body)
	var entry handler.Entry
	require.NoError(t, json.Unmarshal([]byte(a.body), &entry))
	require.Equal(t, "/ws/call/", entry.SocketURL)
	require.Equal(t, "seat-Ada", entry.ParticipantID)
	require.Equal(t, 1, entry.Room.Present)
	require.Equal(t, []string{"turn:h:3478"}, entry.ICEServers[0].URLs)
	require.WithinDuration(t, time.Now().Add(time.Minute), entry.ExpiresAt, 5*time.Second)
	ticket, err := r.tickets.Verify(entry.Ticket)
	require.NoError(t, err)
	require.Equal(t, "Ada", ticket.Name)
	require.Equal(t, slug, ticket.Slug)
	require.Equal(t, entry.ParticipantID, ticket.Seat)
	require.Equal(t, entry.Room.ID, ticket.RoomID)

	cookie := (&http.Response{Header: a.header}).Cookies()[0]
	require.Equal(t, "ppenter_guest", cookie.Name)
	require.True(t, cookie.HttpOnly)
	require.NotContains(t, a.body, cookie.Value, "the cookie's value never shows in a body")

	// The same person again has the same seat; another has another; the third is refused.
	require.Equal(t, "seat-Ada", r.join(ada, slug, "Ada").json(t)["participant_id"])
	require.Equal(t, "seat-Bo", r.join(r.person(), slug, "Bo").json(t)["participant_id"])
	third := r.person()
	r.refused(r.join(third, slug, "Cy"), 409, "room_full")
	require.Equal(t, 2, r.sfu.Present(1))
	require.NotContains(t, r.log.String(), entry.Ticket)
	require.NotContains(t, r.log.String(), slug)
}

func TestJoinRefusals(t *testing.T) {
	r := newRig(t)
	slug, _ := r.open()
	path := "/api/facechats/by-link/" + slug + "/join/"
	elsewhere := "/api/facechats/by-link/" + social.NewSlug() + "/join/"
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
	}{
		"no such room":  {elsewhere, `{"display_name":"a"}`, 404, "room_not_found"},
		"no slug":       {"/api/facechats/by-link/x/join/", `{"display_name":"a"}`, 404, "room_not_found"},
		"empty name":    {path, `{"display_name":"  "}`, 422, "display_name_invalid"},
		"long name":     {path, `{"display_name":"` + strings.Repeat("김", 41) + `"}`, 422, "display_name_invalid"},
		"no name":       {path, `{}`, 422, "display_name_invalid"},
		"no body":       {path, ``, 400, "bad_request"},
		"broken":        {path, `{"display_name":"a"`, 400, "bad_request"},
		"number":        {path, `{"display_name":7}`, 422, "validation_failed"},
		"unknown field": {path, `{"display_name":"a","admin":true}`, 422, "validation_failed"},
	} {
		t.Run(name, func(t *testing.T) {
			a := r.do(r.person(), "POST", c.path, c.body)
			r.refused(a, c.status, c.code)
			require.Empty(t, a.header.Get("Set-Cookie"))
		})
	}
	require.Zero(t, r.sfu.Present(1), "no seat was taken")
	r.refused(r.do(r.person(), "GET", "/api/facechats/by-link/"+social.NewSlug()+"/", ""), 404, "room_not_found")
}

func TestJoinNeedsAnOpenDoor(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		room := ada.opens(t, `{"title":"closed"}`)
		r.refused(r.join(r.person(), room.Slug, "Gast"), 403, "guests_not_allowed")
		require.Zero(t, r.sfu.Present(room.ID))
		ada.ok(200, "PUT", room.path(""), `{"allow_guests":true}`)
		require.Equal(t, 200, r.join(r.person(), room.Slug, "Gast").status)
		ada.ok(204, "DELETE", room.path(""), "")
		r.refused(r.join(r.person(), room.Slug, "Gast"), 404, "room_not_found")
		require.Zero(t, r.sfu.Present(room.ID), "and who was inside is out")
	})
}

// TestInternalTextStaysInside: what the database says is for the log.
func TestInternalTextStaysInside(t *testing.T) {
	r := newRig(t)
	slug, _ := r.open()
	require.NoError(t, r.db.Close())
	a := r.join(r.person(), slug, "Ada")
	r.refused(a, 500, "internal")
	require.NotContains(t, a.body, "database", "internal text stays inside")
	require.Contains(t, r.log.String(), "database is closed")
	require.Contains(t, r.log.String(), a.header.Get("X-Request-Id"))
	require.Zero(t, r.sfu.Present(1))
}

func TestJoinByAccount(t *testing.T) {
	r := newRig(t)
	slug, _ := r.open()
	path := "/api/facechats/by-link/" + slug + "/join/"
	ada := r.user("ada")
	a := ada.ok(200, "POST", path, `{"display_name":"somebody else"}`)
	require.Empty(t, a.header.Values("Set-Cookie"), "an account needs no guest's cookie")
	token, _ := a.json(t)["ticket"].(string)
	ticket, err := r.tickets.Verify(token)
	require.NoError(t, err)
	require.Equal(t, handler.UserKey(ada.id), ticket.Key)
	require.Equal(t, "ADA", ticket.Name, "the nickname, not what the request says")
	again := r.login("ada").ok(200, "POST", path, `{}`)
	require.Equal(t, a.json(t)["participant_id"], again.json(t)["participant_id"], "the same seat")
	require.Equal(t, 1, r.sfu.Present(1))
	require.Equal(t, 200, r.join(r.person(), slug, "Bo").status)
}

func TestExitAndDemo(t *testing.T) {
	r := newRig(t)
	slug, room := r.open()
	_, otherRoom := r.open()
	ada := r.person()
	ticket, _ := r.join(ada, slug, "Ada").json(t)["ticket"].(string)
	bearer := []string{"Authorization", "Bearer " + ticket}

	for path, codes := range map[string][]string{
		"/exit/": {"login_required", "token_invalid", "token_invalid"}, // with an account one can leave, too
		"/demo/": {"ticket_missing", "ticket_missing", "ticket_invalid"},
	} {
		a := r.do(ada, "POST", room+path, "")
		r.refused(a, 401, codes[0])
		require.Equal(t, "Bearer", a.header.Get("WWW-Authenticate"))
		r.refused(r.do(ada, "POST", room+path, "", "Authorization", "Basic "+ticket), 401, codes[1])
		r.refused(r.do(ada, "POST", room+path, "", "Authorization", "Bearer x.y.z"), 401, codes[2])
		r.refused(r.do(ada, "POST", otherRoom+path, "", bearer...), 403, "ticket_of_other_room")
		r.refused(r.do(ada, "POST", "/api/facechats/x"+path, "", bearer...), 422, "validation_failed")
		r.refused(r.do(ada, "POST", "/api/facechats/0"+path, "", bearer...), 422, "validation_failed")
	}
	require.Equal(t, 1, r.sfu.Present(1), "nobody left and nobody came")

	a := r.do(ada, "POST", room+"/demo/", "", bearer...)
	require.Equal(t, 202, a.status, a.body)
	require.Empty(t, a.body)
	r.refused(r.do(ada, "POST", room+"/demo/", "", bearer...), 409, "room_full")
	require.Equal(t, 1, r.sfu.demos)
	r.sfu.noDem = true
	r.refused(r.do(ada, "POST", room+"/demo/", "", bearer...), 403, "demo_off")

	a = r.do(ada, "POST", room+"/exit", "", bearer...)
	require.Equal(t, 204, a.status, a.body)
	require.Empty(t, a.body)
	require.Equal(t, 204, r.do(ada, "POST", room+"/exit/", "", bearer...).status, "leaving twice is fine")
	require.Equal(t, 1, r.sfu.Present(1), "the demo partner is the SFU's to send away")
	r.refused(r.do(ada, "POST", room+"/demo/", "", bearer...), 409, "not_in_room")
}

func TestICEServers(t *testing.T) {
	r := newRig(t)
	a := r.do(r.person(), "GET", "/api/facechats/ice/", "")
	require.Equal(t, 200, a.status)
	require.JSONEq(t, `{"ice_servers":[]}`, a.body, "a stranger is told of no relay")
	require.Empty(t, a.header.Get("Set-Cookie"))

	slug, _ := r.open()
	ticket, _ := r.join(r.person(), slug, "Ada").json(t)["ticket"].(string)
	a = r.do(r.person(), "GET", "/api/facechats/ice/", "", "Authorization", "Bearer "+ticket)
	servers, _ := a.json(t)["ice_servers"].([]any)
	require.Len(t, servers, 1)
	a = r.do(r.person(), "GET", "/api/facechats/ice/", "", "Authorization", "Bearer x")
	r.refused(a, 401, "ticket_invalid")
	eve := r.user("eve")
	require.Contains(t, eve.ok(200, "GET", "/api/facechats/ice/", "").body, handler.UserKey(eve.id))
}

func TestFaceChatsMustBeWhole(t *testing.T) {
	require.Error(t, new(handler.FaceChats).Check())
	_, known := handler.ProblemOf(errors.New("x"))
	require.False(t, known)
	p, known := handler.ProblemOf(auth.ErrTicketExpired)
	require.True(t, known)
	require.Equal(t, social.CodeTicketExpired, p.Code)
	require.False(t, bytes.Contains([]byte(p.Detail), []byte("token")))
}
