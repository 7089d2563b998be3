package handler_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// What takes the right to come in away from somebody who is on the way takes the seat as well.
func TestJoiningWhileTheDoorIsShut(t *testing.T) {
	for name, c := range map[string]struct {
		shut func(t *testing.T, r *rig, host, comer *user, room hostedRoom)
		want int
		code string
	}{
		"disabled": {func(t *testing.T, r *rig, _, comer *user, _ hostedRoom) {
			storetest.Disable(t, r.db, comer.id)
			r.sfu.Hang(handler.UserKey(comer.id))
		}, 401, "session_ended"},
		"deleted": {func(t *testing.T, r *rig, _, comer *user, _ hostedRoom) {
			_, err := r.db.Users.Delete(t.Context(), comer.id)
			require.NoError(t, err)
			r.sfu.Hang(handler.UserKey(comer.id))
		}, 401, "session_ended"},
		"blocked by the host": {func(_ *testing.T, _ *rig, host, comer *user, _ hostedRoom) {
			host.ok(204, "POST", comer.path("/api/accounts/block/"), "")
		}, 404, "room_not_found"},
		"host disabled": {func(t *testing.T, r *rig, host, _ *user, _ hostedRoom) {
			storetest.Disable(t, r.db, host.id)
			r.sfu.Hang(handler.UserKey(host.id))
		}, 404, "room_not_found"},
		"paused": {func(_ *testing.T, _ *rig, host, _ *user, room hostedRoom) {
			host.ok(200, "PUT", room.path(""), `{"state":"paused"}`)
		}, 409, "room_paused"},
		"ended": {func(_ *testing.T, _ *rig, host, _ *user, room hostedRoom) {
			host.ok(204, "DELETE", room.path(""), "")
		}, 404, "room_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, r *rig) {
				host, comer := r.user("host"), r.user("comer")
				room := host.opens(t, `{"visibility":"public"}`)
				for _, path := range []string{room.path("join/"), roomsPath + "by-link/" + room.Slug + "/join/"} {
					if name != "blocked by the host" && path != room.path("join/") {
						continue // once is enough
					}
					var shut atomic.Bool
					stop := r.db.Watch(func(query string) {
						if strings.HasPrefix(query, "SELECT") && strings.Contains(query, "FROM facechats AS fc") &&
							shut.CompareAndSwap(false, true) {
							c.shut(t, r, host, comer, room)
						}
					})
					a := comer.do("POST", path, `{}`)
					stop()
					require.True(t, shut.Load())
					r.refused(a, c.want, c.code)
					require.Zero(t, r.sfu.Present(room.ID))
					host.do("DELETE", comer.path("/api/accounts/block/"), "")
				}
			})
		})
	}
}

// A block ends what the two are in together, and what a ticket would still open.
func TestBlockingSomebodyInARoom(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		const public = `{"visibility":"public"}`
		adas, bobs := ada.opens(t, public), bob.opens(t, public)
		eves, apart := eve.opens(t, public), eve.opens(t, public)
		in := map[*user][]hostedRoom{ada: {bobs, eves}, bob: {adas, eves, apart}, eve: {adas, bobs}}
		for who, rooms := range in {
			for _, room := range rooms {
				who.ok(200, "POST", room.path("join/"), "")
			}
		}
		inside := func(who *user) []int64 {
			rooms := r.sfu.RoomsOf(handler.UserKey(who.id))
			slices.Sort(rooms)
			return rooms
		}
		ada.ok(204, "POST", bob.path("/api/accounts/block/"), "")
		require.Equal(t, []int64{eves.ID}, inside(ada), "not with the other as a host")
		require.Equal(t, []int64{apart.ID}, inside(bob), "nor where the one who blocks is, or is the host")
		require.Equal(t, []int64{adas.ID, bobs.ID}, inside(eve))
		ada.ok(200, "POST", adas.path("join/"), "")
	})
}
