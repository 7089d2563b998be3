package api

// faceChatRows are the rooms.
func (s *server) faceChatRows() []row {
	f := s.cfg.FaceChats
	return []row{
		on(f.Open, operation{
			method: "POST", path: "/api/facechats/instant/", id: "openRoom", access: Public, status: 201,
			errors: []int{403, 422, 503}, summary: "Open a room for anyone who has the link", limit: s.creates,
		}),
		on(f.ICE, operation{
			method: "GET", path: "/api/facechats/ice/", id: "iceServers", access: TicketPublic, status: 200,
			summary: "List the servers that help through a NAT", limit: s.joins,
		}),
		on(f.ByLink, operation{
			method: "GET", path: "/api/facechats/by-link/{slug}/", id: "roomByLink", access: Public, status: 200,
			errors: []int{404}, summary: "Show a room by its link",
		}),
		on(f.Join, operation{
			method: "POST", path: "/api/facechats/by-link/{slug}/join/", id: "joinByLink", access: Public, status: 200,
			errors: []int{403, 404, 409, 422}, summary: "Reserve a seat and get the ticket for it", limit: s.joins,
		}),
		on(f.Exit, operation{
			method: "POST", path: "/api/facechats/{id}/exit/", id: "exitRoom", access: Ticket, status: 204,
			errors: []int{403}, summary: "Give your seat up",
		}),
		on(f.Demo, operation{
			method: "POST", path: "/api/facechats/{id}/demo/", id: "startDemo", access: Ticket, status: 202,
			errors: []int{403, 409}, summary: "Let the demo partner come in", limit: s.joins,
		}),
	}
}
