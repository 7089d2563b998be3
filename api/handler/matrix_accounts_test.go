package handler_test

import (
	"github.com/stretchr/testify/require"
)

// at is a request without a body that is about nothing in particular.
func at(path string) func(*world) shot {
	return func(*world) shot { return shot{path: path} }
}

// with is a request with a body that is about nothing in particular.
func with(path, body string) func(*world) shot {
	return func(*world) shot { return shot{path: path, body: body} }
}

const newcomer = `{"username":"newcomer","email":"new@example.org","password":"` + password +
	`","nickname":"Neu","cookie_only":false}`

// accountCells are about one's own account: there is nobody else's to reach.
func accountCells() []matrixRow {
	const base = "/api/accounts"
	const passwords = `{"old_password":"` + password + `","new_password":"another long phrase"}`
	return []matrixRow{
		{id: "register", once: true, want: "others 201", make: with(registerPath, newcomer)},
		{id: "login", want: "others 200", make: with(loginPath,
			`{"username":"owner","email":"","password":"`+password+`","cookie_only":false}`)},
		{id: "refresh", once: true, want: "others 200", make: func(w *world) shot {
			return shot{path: refreshPath, body: `{"refresh":"` + w.as(owner).refresh + `","cookie_only":false}`}
		}},
		{id: "logout", once: true, want: "users 204", make: at(base + "/logout/")},
		{id: "me", want: "users 200", make: at(mePath)},
		{id: "checkLogin", want: "users 200", make: at("/api/posts/check-login/")},
		{id: "deleteMe", once: true, want: "users 204", make: with(mePath, `{"password":"`+password+`"}`)},
		{id: "exportMe", want: "users 200", make: at(base + "/me/export/")},
		{
			id: "updateProfile", want: "users 200",
			make: with(base+"/update/", `{"nickname":"Ada","bio":"Hello","remove_picture":false}`),
		},
		{id: "changePassword", once: true, want: "users 204", make: with(base+"/password/", passwords)},
		{id: "listSessions", want: "users 200", make: func(w *world) shot {
			w.login(string(owner))
			return shot{path: base + "/sessions/"}
		}},
		{id: "endSessions", once: true, want: "users 204", make: at(base + "/sessions/?others=true")},
		{id: "endSession", once: true, want: "owner 204, others 404 session_not_found", make: func(w *world) shot {
			w.login(string(owner))
			list := w.as(owner).ok(200, "GET", base+"/sessions/", "").items(w.t)
			id, ok := list[0]["id"].(float64)
			require.True(w.t, ok)
			return shot{path: base + "/sessions/" + jsonNumber(int64(id)) + "/"}
		}},
		{id: "showConsent", want: "users 200", make: at(base + "/consent/")},
		{
			id: "setConsent", want: "users 200",
			make: with(base+"/consent/", `{"mood":true,"share":true,"version":2}`),
		},
	}
}
