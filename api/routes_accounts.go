package api

import (
	"github.com/pp-enter/pp-enter/api/handler"
)

// accountRows are one's own account and its sessions.
func (s *server) accountRows() []row {
	const base = "/api/accounts"
	a := s.cfg.Accounts
	return []row{
		on(a.Register, operation{
			method: "POST", path: base + "/register/", id: "register", access: Blind, status: 201,
			errors: []int{403, 409, 422, 503}, summary: "Make an account and log in", limit: s.registers,
		}),
		on(a.Login, operation{
			method: "POST", path: base + "/login/", id: "login", access: Blind, status: 200,
			errors: []int{401, 403, 422, 429, 503}, summary: "Log in",
		}),
		on(a.Refresh, operation{
			method: "POST", path: base + "/refresh/", id: "refresh", access: Blind, status: 200,
			errors: []int{401, 403, 422}, summary: "Exchange a refresh token for new tokens",
		}),
		on(a.Logout, operation{
			method: "POST", path: base + "/logout/", id: "logout", access: User, status: 204,
			summary: "End the session that asks",
		}),
		on(a.Me, operation{
			method: "GET", path: base + "/me/", id: "me", access: User, status: 200, summary: "Show your own account",
		}),
		on(a.Me, operation{
			method: "GET", path: "/api/posts/check-login/", id: "checkLogin", access: User, status: 200,
			summary: "Tell who you are",
		}),
		on(a.Delete, operation{
			method: "DELETE", path: base + "/me/", id: "deleteMe", access: User, status: 204,
			errors: []int{403, 422, 429}, summary: "Delete your account and everything of yours, and hang up",
		}),
		on(a.Export, operation{
			method: "GET", path: base + "/me/export/", id: "exportMe", access: User, status: 200,
			summary: "Get everything that is kept about you",
		}),
		on(a.Update, operation{
			method: "PUT", path: base + "/update/", id: "updateProfile", access: User, status: 200,
			errors: []int{413, 415, 422}, summary: "Change your profile and your picture", body: s.cfg.UploadLimit,
			form: handler.FormBody[handler.ProfileBody],
		}),
		on(a.Password, operation{
			method: "POST", path: base + "/password/", id: "changePassword", access: User, status: 204,
			errors: []int{403, 422, 429, 503}, summary: "Change your password and end your other sessions",
		}),
		on(a.Sessions, operation{
			method: "GET", path: base + "/sessions/", id: "listSessions", access: User, status: 200,
			errors: []int{400}, summary: "List where you are logged in",
		}),
		on(a.EndSessions, operation{
			method: "DELETE", path: base + "/sessions/", id: "endSessions", access: User, status: 204,
			summary: "Log out everywhere",
		}),
		on(a.EndSession, operation{
			method: "DELETE", path: base + "/sessions/{id}/", id: "endSession", access: User, status: 204,
			errors: []int{404}, summary: "End one of your sessions",
		}),
		on(a.ShowConsent, operation{
			method: "GET", path: base + "/consent/", id: "showConsent", access: User, status: 200,
			summary: "Show what you said to the reading of your mood",
		}),
		on(a.SetConsent, operation{
			method: "PUT", path: base + "/consent/", id: "setConsent", access: User, status: 200,
			errors: []int{422}, summary: "Agree to the reading of your mood, or take it back",
		}),
	}
}
