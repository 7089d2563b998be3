package handler_test

// roomWith opens a room in which a guest holds a seat, and returns its path and the guest's ticket.
func (w *world) roomWith() (slug, path, ticket string) {
	w.t.Helper()
	slug, path = w.open()
	ticket, _ = w.join(w.person(), slug, "Gast").json(w.t)["ticket"].(string)
	return slug, path, ticket
}

// roomCells are about rooms.
func roomCells() []matrixRow {
	const base = "/api/facechats"
	seat := func(what string) func(*world) shot {
		return func(w *world) shot {
			_, path, ticket := w.roomWith()
			return shot{path: path + what, ticket: ticket}
		}
	}
	// friends' is a room of the owner's for friends.
	friends := func(what, body string) func(*world) shot {
		return func(w *world) shot {
			return shot{path: w.as(owner).opens(w.t, `{"title":"a","visibility":"friends"}`).path(what), body: body}
		}
	}
	const mine = "guest users 204, otherGuest 403 ticket_of_other_room"
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
		{id: "editRoom", want: "owner 200, friend 403 not_the_host, others 404 room_not_found",
			make: friends("", `{"title":"b","content":"c","state":"paused","tags":["b"]}`)},
		{id: "deleteRoom", once: true, want: "owner 204, friend 403 not_the_host, others 404 room_not_found",
			make: friends("", "")},
		{id: "joinRoom", want: "owner friend 200, others 404 room_not_found", make: friends("join/", "")},
		{id: "listMessages", want: "owner 200, friend 403 not_a_member, others 404 room_not_found",
			make: friends("messages/", "")},
		{id: "listPastCalls", want: "users 200", make: at(base + "/history/")},
		{id: "roomByLink", want: "others 200", make: func(w *world) shot {
			slug, _, _ := w.roomWith()
			return shot{path: base + "/by-link/" + slug + "/"}
		}},
		{id: "joinByLink", want: "others 200", make: func(w *world) shot {
			slug, _, _ := w.roomWith()
			return shot{path: base + "/by-link/" + slug + "/join/", body: `{"display_name":"Gast"}`}
		}},
		{id: "exitRoom", want: mine, by: guest, make: seat("/exit/")},
		{id: "startDemo", once: true, want: "guest 202, otherGuest 403 ticket_of_other_room", by: guest,
			make: seat("/demo/")},
	}
}
