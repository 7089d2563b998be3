package handler_test

import (
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// roomWith opens a room in which a guest holds a seat, and returns its path and the guest's ticket.
func (w *world) roomWith() (slug, path, ticket string) {
	w.t.Helper()
	slug, path = w.open()
	ticket, _ = w.join(w.person(), slug, "Gast").json(w.t)["ticket"].(string)
	return slug, path, ticket
}

// called is a call of two people that is over, with a word of each.
func (w *world) called(room int64, people ...*user) {
	w.t.Helper()
	at := time.Now().Add(-time.Hour)
	for _, kind := range []social.RoomEventKind{social.RoomJoined, social.RoomSaid, social.RoomLeft} {
		for _, u := range people {
			at = at.Add(time.Second)
			w.happened(social.RoomEvent{
				Kind: kind, RoomID: room, Seat: u.name, UserID: u.id, Name: u.name, At: at, Text: "Hello",
			})
		}
	}
}

// hosted is about a room of the owner's of that visibility.
func hosted(visibility, what, body string) func(*world) shot {
	return func(w *world) shot {
		room := w.as(owner).opens(w.t, `{"title":"a","visibility":"`+visibility+`"}`)
		return shot{path: room.path(what), body: body}
	}
}

// byLink is about a room of the owner's without guests, by its link.
func byLink(what, body string) func(*world) shot {
	return func(w *world) shot {
		room := w.as(owner).opens(w.t, `{"title":"a","allow_guests":false}`)
		return shot{path: roomsPath + "by-link/" + room.Slug + "/" + what, body: body}
	}
}

// roomCells are about rooms.
func roomCells() []matrixRow {
	const base = "/api/facechats"
	// friends' is a room of the owner's for friends.
	friends := func(what, body string) func(*world) shot {
		return func(w *world) shot {
			return shot{path: w.as(owner).opens(w.t, `{"title":"a","visibility":"friends"}`).path(what), body: body}
		}
	}
	return []matrixRow{
		{id: "openRoom", want: "others 201", make: with(base+"/instant/", `{"title":"Hello"}`)},
		{id: "iceServers", want: "others 200", make: at(base + "/ice/"), by: anonymous},
		{id: "listRooms", want: "others 200", make: func(w *world) shot {
			w.as(owner).opens(w.t, `{"visibility":"public"}`)
			w.as(owner).opens(w.t, `{"visibility":"link"}`)
			return shot{path: base + "/"}
		}},
		{id: "createRoom", want: "users 201", make: with(base+"/create_facechat/", `{"title":"Hello",`+
			`"content":"About","tags":["a"],"visibility":"public","allow_guests":true,"invite":[]}`)},
		{id: "room", want: "owner friend 200, others 404 room_not_found", make: friends("", "")},
		{
			id: "editRoom", want: "owner 200, friend 403 not_the_host, others 404 room_not_found",
			make: friends("", `{"title":"b","content":"c","state":"paused","tags":["b"]}`),
		},
		{
			id: "deleteRoom", once: true, want: "owner 204, friend 403 not_the_host, others 404 room_not_found",
			make: friends("", ""),
		},
		{id: "joinRoom", want: "owner friend 200, others 404 room_not_found", make: friends("join/", "")},
		{
			id: "listMessages", want: "owner 200 #2, friend 403 not_a_member, others 404 room_not_found",
			make: func(w *world) shot {
				room := w.as(owner).opens(w.t, `{"visibility":"friends"}`)
				w.called(room.ID, w.as(owner), w.user("other"))
				return shot{path: room.path("messages/")}
			},
		},
		{
			id: "takeScreenshot", want: "owner friend 201, blocked 404 room_not_found, others 409 not_in_room",
			make: func(w *world) shot {
				room := w.as(owner).opens(w.t, `{"visibility":"public"}`)
				for _, who := range []caller{owner, friend} {
					w.as(who).ok(200, "POST", room.path("join/"), "{}")
				}
				return shot{
					path: room.path("screenshots/"),
					body: `{"layout":"both","filtered":true,"names":true,"language":"en"}`,
				}
			},
		},
		{id: "listPastCalls", want: "owner 200 #2, users 200 #0", make: func(w *world) shot {
			for _, name := range []string{"one", "two"} {
				w.called(w.as(owner).opens(w.t, `{}`).ID, w.as(owner), w.user(name))
			}
			return shot{path: base + "/history/"}
		}},
	}
}

// doorCells are about how one comes into rooms, and out of them.
func doorCells() []matrixRow {
	const base = "/api/facechats"
	seat := func(what string) func(*world) shot {
		return func(w *world) shot {
			_, path, ticket := w.roomWith()
			return shot{path: path + what, ticket: ticket}
		}
	}
	const mine = "guest users 204, otherGuest 403 ticket_of_other_room"
	return []matrixRow{
		{
			id: "room", about: "public", want: "blocked 404 room_not_found, others 200",
			make: hosted("public", "", ""),
		},
		{id: "room", about: "by link", want: "owner 200, others 404 room_not_found", make: hosted("link", "", "")},
		{
			id: "joinRoom", about: "public", want: "blocked 404 room_not_found, users 200",
			make: hosted("public", "join/", ""),
		},
		{
			id: "joinRoom", about: "by link", want: "owner 200, others 404 room_not_found",
			make: hosted("link", "join/", ""),
		},
		{
			id: "editRoom", about: "by link", want: "owner 200, others 404 room_not_found",
			make: hosted("link", "", `{"title":"b"}`),
		},
		{
			id: "deleteRoom", about: "public", once: true,
			want: "owner 204, blocked 404 room_not_found, others 403 not_the_host", make: hosted("public", "", ""),
		},
		{
			id: "roomByLink", about: "somebody's", want: "blocked 404 room_not_found, others 200",
			make: byLink("", ""),
		},
		{
			id: "joinByLink", about: "without guests", make: byLink("join/", `{"display_name":"Gast"}`),
			want: "anonymous guests 403 guests_not_allowed, blocked 404 room_not_found, others 200",
		},
		{id: "roomByLink", want: "others 200", make: func(w *world) shot {
			slug, _, _ := w.roomWith()
			return shot{path: base + "/by-link/" + slug + "/"}
		}},
		{id: "joinByLink", want: "others 200", make: func(w *world) shot {
			slug, _, _ := w.roomWith()
			return shot{path: base + "/by-link/" + slug + "/join/", body: `{"display_name":"Gast"}`}
		}},
		{id: "exitRoom", want: mine, by: guest, make: seat("/exit/")},
		{
			id: "startDemo", once: true, want: "guest 202, otherGuest 403 ticket_of_other_room", by: guest,
			make: seat("/demo/"),
		},
	}
}
