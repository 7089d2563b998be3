package api

// adminRows are the staff's.
func (s *server) adminRows() []row {
	const base = "/api/admin"
	a := s.cfg.Admin
	return []row{
		on(a.Users, operation{
			method: "GET", path: base + "/users/", id: "adminUsers", access: Staff, status: 200,
			errors: []int{400, 422}, summary: "Search the accounts",
		}),
		on(a.User, operation{
			method: "GET", path: base + "/users/{id}/", id: "adminUser", access: Staff, status: 200,
			errors: []int{404, 422}, summary: "Show an account",
		}),
		on(a.Disable, operation{
			method: "POST", path: base + "/users/{id}/disable/", id: "adminDisableUser", access: Staff, status: 200,
			errors: []int{403, 404, 422},
			summary: "Disable an account of somebody who is not staff: its sessions, calls and rings end at once. " +
				"Again: nothing",
		}),
		on(a.Enable, operation{
			method: "POST", path: base + "/users/{id}/enable/", id: "adminEnableUser", access: Staff, status: 200,
			errors: []int{404, 422}, summary: "Enable an account again. Its sessions stay ended",
		}),
		on(a.Posts, operation{
			method: "GET", path: base + "/posts/", id: "adminPosts", access: Staff, status: 200,
			errors: []int{400, 422},
			summary: "Search the posts: public ones, and others only while a report about them or their picture " +
				"is open",
		}),
		on(a.RemovePost, operation{
			method: "DELETE", path: base + "/posts/{id}/", id: "adminRemovePost", access: Staff, status: 204,
			errors:  []int{404, 422},
			summary: "Remove a post that is listed, and its picture, unless another post shows it, too",
		}),
		on(a.Comments, operation{
			method: "GET", path: base + "/comments/", id: "adminComments", access: Staff, status: 200,
			errors:  []int{400, 422},
			summary: "Search the comments: those to public posts, and others only while a report about them is open",
		}),
		on(a.RemoveComment, operation{
			method: "DELETE", path: base + "/comments/{id}/", id: "adminRemoveComment", access: Staff, status: 204,
			errors:  []int{404, 422},
			summary: "Remove a comment that is listed. Under replies it stays as an empty one",
		}),
		on(a.LiveRooms, operation{
			method: "GET", path: base + "/rooms/", id: "adminRooms", access: Staff, status: 200,
			errors: []int{400, 422}, summary: "List the live rooms, without their links",
		}),
		on(a.CloseRoom, operation{
			method: "POST", path: base + "/rooms/{id}/close/", id: "adminCloseRoom", access: Staff, status: 204,
			errors: []int{404, 422}, summary: "End a room for all who are in it",
		}),
		on(a.Reports, operation{
			method: "GET", path: base + "/reports/", id: "adminReports", access: Staff, status: 200,
			errors: []int{400, 422}, summary: "List what people told the staff",
		}),
		on(a.Resolve, operation{
			method: "POST", path: base + "/reports/{id}/resolve/", id: "adminResolveReport", access: Staff,
			status: 200, errors: []int{404, 422}, summary: "Close a report",
		}),
		on(a.Audit, operation{
			method: "GET", path: base + "/audit/", id: "adminAudit", access: Staff, status: 200,
			errors: []int{400, 422}, summary: "List what the staff did",
		}),
	}
}
