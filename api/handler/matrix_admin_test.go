package handler_test

// adminCells are about the staff's routes: who belongs to it succeeds, all others get what the access says.
func adminCells() []matrixRow {
	const (
		base   = "/api/admin"
		reason = `{"reason":"It was spam"}`
	)
	reported := func(w *world) shot {
		a := w.as(stranger).ok(201, "POST", "/api/posts/reports/",
			`{"kind":"user","target":`+jsonNumber(w.as(owner).id)+`,"reason":"spam"}`)
		return shot{
			path: base + "/reports/" + numberOf(w.t, a, "id") + "/resolve/", body: `{"action":"resolved"}`,
		}
	}
	user := func(act, body string) func(*world) shot {
		return func(w *world) shot { return shot{path: w.as(owner).path(base+"/users/") + act, body: body} }
	}
	return []matrixRow{
		{id: "adminUsers", want: "staff 200", by: staff, make: at(base + "/users/")},
		{id: "adminUser", want: "staff 200", by: staff, make: user("", "")},
		{id: "adminDisableUser", want: "staff 200", by: staff, make: user("disable/", reason)},
		{id: "adminEnableUser", want: "staff 200", by: staff, make: user("enable/", reason)},
		{id: "adminPosts", want: "staff 200", by: staff, make: func(w *world) shot {
			w.twoPosts()
			return shot{path: base + "/posts/?q=post&user=" + jsonNumber(w.as(owner).id)}
		}},
		{id: "adminRemovePost", want: "staff 204", by: staff, once: true, make: func(w *world) shot {
			return shot{path: base + "/posts/" + jsonNumber(w.as(owner).post(w.t, "public", "post")) + "/?reason=spam"}
		}},
		{id: "adminComments", want: "staff 200", by: staff, make: func(w *world) shot {
			w.commented(owner, "public")
			return shot{path: base + "/comments/"}
		}},
		{id: "adminRemoveComment", want: "staff 204", by: staff, once: true, make: func(w *world) shot {
			ada := w.as(owner)
			comment := ada.comment(w.t, ada.post(w.t, "public", "post"), 0, "comment")
			return shot{path: base + "/comments/" + jsonNumber(comment) + "/?reason=spam"}
		}},
		{id: "adminRooms", want: "staff 200", by: staff, make: func(w *world) shot {
			w.as(owner).room(w.t, "public")
			w.as(owner).room(w.t, "link")
			return shot{path: base + "/rooms/"}
		}},
		{id: "adminCloseRoom", want: "staff 204", by: staff, once: true, make: func(w *world) shot {
			return shot{path: base + "/rooms/" + jsonNumber(w.as(owner).room(w.t, "public")) + "/close/", body: reason}
		}},
		{id: "adminReports", want: "staff 200", by: staff, make: func(w *world) shot {
			w.as(stranger).report(w.t, "user", w.as(owner).id)
			w.as(owner).report(w.t, "user", w.as(stranger).id)
			return shot{path: base + "/reports/?state=open"}
		}},
		{id: "adminResolveReport", want: "staff 200", by: staff, once: true, make: reported},
		{id: "adminAudit", want: "staff 200", by: staff, make: func(w *world) shot {
			for range 2 {
				for _, act := range []string{"enable/", "disable/"} {
					w.as(staff).ok(200, "POST", w.as(disabled).path(base+"/users/")+act, reason)
				}
			}
			return shot{path: base + "/audit/?kind=user&target=" + jsonNumber(w.as(disabled).id)}
		}},
	}
}
