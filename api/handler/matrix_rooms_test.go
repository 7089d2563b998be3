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
	const mine = "guest 204, otherGuest 403 ticket_of_other_room"
	return []matrixRow{
		{id: "openRoom", want: "others 201", make: with(base+"/instant/", `{"title":"Hello"}`)},
		{id: "iceServers", want: "users 401 ticket_invalid, others 200", make: at(base + "/ice/"), by: anonymous},
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
