package handler_test

// ringCells are about rings.
func ringCells() []matrixRow {
	// rung makes a room of somebody's, from which they ring another one.
	rung := func(from, to caller, action string) func(*world) shot {
		return func(w *world) shot {
			path, _ := w.roomOf(w.as(from))
			w.as(from).ring(w.t, path, w.as(to))
			return shot{path: path + "ring/" + action + "/"}
		}
	}
	const mine = "owner 200, others 404 ring_not_found"
	return []matrixRow{
		{
			id: "ring", want: "owner 201, friend 422 not_with_yourself, others 404 room_not_found", once: true,
			make: func(w *world) shot {
				path, _ := w.roomOf(w.as(owner))
				return shot{path: path + "ring/", body: `{"user":` + jsonNumber(w.as(friend).id) + `}`}
			},
		},
		{id: "acceptRing", want: mine, once: true, make: rung(friend, owner, "accept")},
		{id: "declineRing", want: mine, once: true, make: rung(friend, owner, "decline")},
		{id: "cancelRing", want: mine, once: true, make: rung(owner, friend, "cancel")},
	}
}
