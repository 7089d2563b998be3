package handler_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/handler/handlertest"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const roomsPath = "/api/facechats/"

// hostedRoom is a room of somebody's.
type hostedRoom struct{ handler.Room }

// path is the room's, with what follows.
func (h hostedRoom) path(what string) string { return roomsPath + jsonNumber(h.ID) + "/" + what }

// opens makes a room of the user's by a request.
func (u *user) opens(t *testing.T, body string) hostedRoom {
	t.Helper()
	a := u.ok(201, "POST", roomsPath+"create_facechat/", body)
	var room hostedRoom
	require.NoError(t, json.Unmarshal([]byte(a.body), &room.Room))
	require.Equal(t, room.path(""), a.header.Get("Location"))
	return room
}

// titles are the titles of rooms in a list.
func (u *user) titles(t *testing.T, path string) []string {
	t.Helper()
	titles := []string{}
	for _, item := range u.ok(200, "GET", path, "").items(t) {
		titles = append(titles, item["title"].(string))
	}
	return titles
}

// countRooms is how many rooms there are.
func (r *rig) countRooms() int {
	r.t.Helper()
	require.NoError(r.t, r.rooms.Look(r.t.Context()))
	return int(r.rooms.Len())
}

// happened tells the database what happened in a call, as the media server does.
func (r *rig) happened(events ...social.RoomEvent) {
	r.t.Helper()
	_, err := r.db.Participants.Record(r.t.Context(), events)
	require.NoError(r.t, err)
}

// TestFakeSFU holds the fake to what the real one is held to.
func TestFakeSFU(t *testing.T) {
	handlertest.Conforms(t, func(*testing.T) handlertest.SFU {
		f := newFakeSFU()
		f.noDem = true
		return f
	})
}

// costsTheSame asserts that each list makes so many queries, beside the one that finds who asks, with one row
// as well as with many.
func (r *rig) costsTheSame(t *testing.T, who *user, grow func(n int), lists map[string]int) {
	t.Helper()
	for _, n := range []int{1, 7} {
		grow(n)
		for path, want := range lists {
			rows := 0
			all := storetest.Queries(r.db, func() { rows = len(who.ok(200, "GET", path, "").items(t)) })
			require.GreaterOrEqual(t, rows, n, path)
			require.Len(t, all, want+1, "%s: %s", path, strings.Join(all, "\n"))
		}
	}
}
