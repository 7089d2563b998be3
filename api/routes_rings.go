package api

// ringRows are the calls that wait for an answer.
func (s *server) ringRows() []row {
	const base = "/api/facechats/{id}/ring/"
	r := s.cfg.Rings
	return []row{
		on(r.Start, operation{
			method: "POST", path: base, id: "ring", access: User, status: 201,
			errors: []int{403, 404, 409, 422}, summary: "Ring a friend, who is invited into the room by that",
			limit: s.joins,
		}),
		on(r.Accept, operation{
			method: "POST", path: base + "accept/", id: "acceptRing", access: User, status: 200,
			errors: []int{404, 409}, summary: "Say yes to who rings you",
		}),
		on(r.Decline, operation{
			method: "POST", path: base + "decline/", id: "declineRing", access: User, status: 200,
			errors: []int{404, 409}, summary: "Say no to who rings you",
		}),
		on(r.Cancel, operation{
			method: "POST", path: base + "cancel/", id: "cancelRing", access: User, status: 200,
			errors: []int{404, 409}, summary: "Stop ringing somebody",
		}),
	}
}
