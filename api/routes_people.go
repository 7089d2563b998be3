package api

// peopleRows are what stands between people, and what happened to them.
func (s *server) peopleRows() []row {
	const base = "/api/accounts"
	p := s.cfg.People
	return []row{
		on(p.Profile, operation{
			method: "GET", path: base + "/profile/{id}/", id: "profile", access: Public, status: 200,
			errors: []int{404}, summary: "Show a person",
		}),
		on(p.Search, operation{
			method: "GET", path: base + "/users/search/", id: "searchUsers", access: Public, status: 200,
			errors: []int{400, 422}, summary: "Find people by their names",
		}),
		on(p.Ask, operation{
			method: "POST", path: base + "/friend-request/", id: "askFriend", access: User, status: 201,
			errors: []int{404, 409, 422}, summary: "Ask somebody to be a friend",
		}),
		on(p.Requests, operation{
			method: "GET", path: base + "/friend-requests/", id: "listFriendRequests", access: User, status: 200,
			errors: []int{400, 422}, summary: "List friend requests that are pending",
		}),
		on(p.Accept, operation{
			method: "POST", path: base + "/friend-requests/{id}/accept/", id: "acceptFriend",
			access: User, status: 200, errors: []int{404}, summary: "Accept a friend request",
		}),
		on(p.Reject, operation{
			method: "POST", path: base + "/friend-requests/{id}/reject/", id: "rejectFriend",
			access: User, status: 200, errors: []int{404}, summary: "Reject a friend request",
		}),
		on(p.Cancel, operation{
			method: "DELETE", path: base + "/friend-requests/{id}/", id: "cancelFriend", access: User, status: 204,
			errors: []int{404}, summary: "Take a friend request back",
		}),
		on(p.Friends, operation{
			method: "GET", path: base + "/friends/", id: "listFriends", access: User, status: 200,
			errors: []int{400, 422}, summary: "List your friends",
		}),
		on(p.Befriend, operation{
			method: "POST", path: base + "/friends/", id: "befriend", access: User, status: 201,
			errors: []int{404, 409, 422}, summary: "Accept somebody's friend request, or ask them",
		}),
		on(p.Unfriend, operation{
			method: "DELETE", path: base + "/friends/{id}/", id: "unfriend", access: User, status: 204,
			errors: []int{404}, summary: "End a friendship",
		}),
		on(p.Follow, operation{
			method: "POST", path: base + "/follow/{id}/", id: "follow", access: User, status: 204,
			errors: []int{404, 422}, summary: "Follow somebody",
		}),
		on(p.Unfollow, operation{
			method: "DELETE", path: base + "/follow/{id}/", id: "unfollow", access: User, status: 204,
			summary: "Follow somebody no more",
		}),
		on(p.Followers, operation{
			method: "GET", path: base + "/followers/{id}/", id: "listFollowers", access: Public, status: 200,
			errors: []int{400, 404, 422}, summary: "List who follows a person",
		}),
		on(p.Following, operation{
			method: "GET", path: base + "/following/{id}/", id: "listFollowing", access: Public, status: 200,
			errors: []int{400, 404, 422}, summary: "List whom a person follows",
		}),
		on(p.Block, operation{
			method: "POST", path: base + "/block/{id}/", id: "block", access: User, status: 204,
			errors: []int{404, 422}, summary: "Block somebody",
		}),
		on(p.Unblock, operation{
			method: "DELETE", path: base + "/block/{id}/", id: "unblock", access: User, status: 204,
			summary: "Block somebody no more",
		}),
		on(p.Blocks, operation{
			method: "GET", path: base + "/blocks/", id: "listBlocks", access: User, status: 200,
			errors: []int{400, 422}, summary: "List whom you block",
		}),
		on(p.Notifications, operation{
			method: "GET", path: base + "/notifications/", id: "listNotifications", access: User, status: 200,
			errors: []int{400, 422}, summary: "List what happened to you",
		}),
		on(p.ReadNotifications, operation{
			method: "POST", path: base + "/notifications/read/", id: "readNotifications", access: User, status: 200,
			errors: []int{422}, summary: "Mark notifications as read",
		}),
		on(p.Report, operation{
			method: "POST", path: "/api/posts/reports/", id: "report", access: User, status: 201,
			errors: []int{404, 409, 422}, summary: "Tell the staff of something",
		}),
	}
}
