package handler_test

// toOwner is a request about the owner, whose id ends the path.
func toOwner(base string) func(*world) shot {
	return func(w *world) shot { return shot{path: w.as(owner).path(base)} }
}

// askedBy is the path of the request of somebody's to the owner.
func askedBy(w *world) string { return w.user("fan").ask(w.t, w.as(owner)) }

// asksFor is a request with the owner's id in the body.
func asksFor(path, field string) func(*world) shot {
	return func(w *world) shot {
		return shot{path: path, body: `{"` + field + `":` + jsonNumber(w.as(owner).id) + `}`}
	}
}

// peopleCells are about what stands between people. Who is blocked by somebody finds nobody there.
func peopleCells() []matrixRow {
	const (
		base      = "/api/accounts"
		noRequest = "owner 200, others 404 friend_request_not_found"
		asking    = "stranger staff 201, friend 409 already_friends, blocked 404 user_not_found, " +
			"owner 422 not_with_yourself"
		seen = "blocked 404 user_not_found, others 200"
	)
	return []matrixRow{
		{id: "profile", want: seen, make: toOwner(base + "/profile/")},
		{id: "searchUsers", want: "others 200", make: at(base + "/users/search/?q=e")},
		{id: "askFriend", once: true, want: asking, by: stranger, make: asksFor(askPath, "to_user")},
		{id: "befriend", once: true, want: asking, by: stranger, make: asksFor(friendsPath, "user")},
		{id: "listFriendRequests", want: "users 200", make: func(w *world) shot {
			w.user("fan").ask(w.t, w.as(owner))
			w.user("admirer").ask(w.t, w.as(owner))
			return shot{path: requestsPath}
		}},
		{id: "acceptFriend", once: true, want: noRequest, make: func(w *world) shot {
			return shot{path: askedBy(w) + "accept/"}
		}},
		{id: "rejectFriend", once: true, want: noRequest, make: func(w *world) shot {
			return shot{path: askedBy(w) + "reject/"}
		}},
		{
			id: "cancelFriend", once: true, want: "owner 204, others 404 friend_request_not_found",
			make: func(w *world) shot { return shot{path: w.as(owner).ask(w.t, w.user("idol"))} },
		},
		{id: "listFriends", want: "users 200", make: func(w *world) shot {
			befriend(w.t, w.user("pal"), w.as(owner))
			return shot{path: friendsPath}
		}},
		{
			id: "unfriend", once: true, want: "friend 204, others 404 not_friends", by: friend,
			make: toOwner(friendsPath),
		},
		{
			id: "follow", want: "owner 422 not_with_yourself, blocked 404 user_not_found, users 204", by: stranger,
			make: toOwner(base + "/follow/"),
		},
		{id: "unfollow", want: "users 204", make: toOwner(base + "/follow/")},
		{id: "listFollowers", want: seen, make: func(w *world) shot {
			for _, who := range []caller{friend, stranger} {
				w.as(who).ok(204, "POST", w.as(owner).path(base+"/follow/"), "")
			}
			return toOwner(base + "/followers/")(w)
		}},
		{id: "listFollowing", want: seen, make: func(w *world) shot {
			for _, who := range []caller{friend, stranger} {
				w.as(owner).ok(204, "POST", w.as(who).path(base+"/follow/"), "")
			}
			return toOwner(base + "/following/")(w)
		}},
		{
			id: "block", want: "owner 422 not_with_yourself, users 204", by: stranger,
			make: toOwner(base + "/block/"),
		},
		{id: "unblock", want: "users 204", make: toOwner(base + "/block/")},
		{id: "listBlocks", want: "users 200", make: func(w *world) shot {
			w.as(owner).ok(204, "POST", w.user("foe").path(base+"/block/"), "")
			return shot{path: base + "/blocks/"}
		}},
		{id: "listNotifications", want: "users 200", make: func(w *world) shot {
			w.user("fan").ask(w.t, w.as(owner))
			w.user("admirer").ask(w.t, w.as(owner))
			return shot{path: base + "/notifications/"}
		}},
		{id: "readNotifications", want: "users 200", make: with(base+"/notifications/read/", `{"ids":[1]}`)},
		{
			id: "report", once: true, want: "blocked 404 target_not_found, users 201", by: stranger,
			make: func(w *world) shot {
				return shot{path: "/api/posts/reports/", body: `{"kind":"user","target":` +
					jsonNumber(w.as(owner).id) + `,"reason":"spam","content":"Look"}`}
			},
		},
	}
}
