package api

// faceChatRows are the rooms.
func (s *server) faceChatRows() []row {
	const base = "/api/facechats"
	f := s.cfg.FaceChats
	return []row{
		on(f.List, operation{
			method: "GET", path: base + "/", id: "listRooms", access: Public, status: 200,
			errors: []int{400, 422}, summary: "List the rooms that you may see",
		}),
		on(f.Create, operation{
			method: "POST", path: base + "/create_facechat/", id: "createRoom", access: User, status: 201,
			errors: []int{404, 409, 422}, summary: "Make a room of yours and invite people", limit: s.creates,
		}),
		on(f.Open, operation{
			method: "POST", path: base + "/instant/", id: "openRoom", access: Public, status: 201,
			errors: []int{403, 422, 503}, summary: "Open a room for anyone who has the link", limit: s.creates,
		}),
		on(f.ICE, operation{
			method: "GET", path: base + "/ice/", id: "iceServers", access: TicketPublic, status: 200,
			summary: "List the servers that help through a NAT", limit: s.joins,
		}),
		on(f.History, operation{
			method: "GET", path: base + "/history/", id: "listPastCalls", access: User, status: 200,
			errors: []int{400, 422}, summary: "List your past calls",
		}),
		on(f.ByLink, operation{
			method: "GET", path: base + "/by-link/{slug}/", id: "roomByLink", access: Public, status: 200,
			errors: []int{404}, summary: "Show a room by its link",
		}),
		on(f.JoinByLink, operation{
			method: "POST", path: base + "/by-link/{slug}/join/", id: "joinByLink", access: Public, status: 200,
			errors: []int{403, 404, 409, 422, 503}, summary: "Reserve a seat by the link and get the ticket for it",
			limit: s.joins,
		}),
		on(f.Show, operation{
			method: "GET", path: base + "/{id}/", id: "room", access: Public, status: 200,
			errors: []int{404, 422}, summary: "Show a room",
		}),
		on(f.Edit, operation{
			method: "PUT", path: base + "/{id}/", id: "editRoom", access: User, status: 200,
			errors: []int{403, 404, 409, 422}, summary: "Change your room, close its door, invite more people",
		}),
		on(f.Delete, operation{
			method: "DELETE", path: base + "/{id}/", id: "deleteRoom", access: User, status: 204,
			errors: []int{403, 404, 422}, summary: "End your room and the call in it",
		}),
		on(f.Join, operation{
			method: "POST", path: base + "/{id}/join/", id: "joinRoom", access: User, status: 200,
			errors: []int{404, 409, 422, 503}, summary: "Reserve a seat and get the ticket for it", limit: s.joins,
		}),
		on(f.Exit, operation{
			method: "POST", path: base + "/{id}/exit/", id: "exitRoom", access: UserOrTicket, status: 204,
			errors: []int{403, 422}, summary: "Give your seat up",
		}),
		on(f.Demo, operation{
			method: "POST", path: base + "/{id}/demo/", id: "startDemo", access: Ticket, status: 202,
			errors: []int{403, 409, 422}, summary: "Let the demo partner come in", limit: s.joins,
		}),
		on(f.Messages, operation{
			method: "GET", path: base + "/{id}/messages/", id: "listMessages", access: User, status: 200,
			errors: []int{400, 403, 404, 422}, summary: "List what was said in a room that you were in",
		}),
	}
}
