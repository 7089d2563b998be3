package handler_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// onBoth runs a scenario on the application over each kind of database.
func onBoth(t *testing.T, scenario func(t *testing.T, r *rig)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { scenario(t, newRigOn(t, db)) })
}

const (
	registerPath = "/api/accounts/register/"
	loginPath    = "/api/accounts/login/"
	refreshPath  = "/api/accounts/refresh/"
	mePath       = "/api/accounts/me/"
)

func TestRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		a := r.do(http.DefaultClient, "POST", registerPath,
			`{"username":"민수","email":" Minsu@Example.org ","password":"a good long phrase","nickname":" 민수 김 "}`)
		require.Equal(t, 201, a.status, a.body)
		var tokens handler.Tokens
		require.NoError(t, json.Unmarshal([]byte(a.body), &tokens))
		require.Equal(t, "민수", tokens.User.Username)
		require.Equal(t, "minsu@example.org", tokens.User.Email)
		require.Equal(t, "민수 김", tokens.User.Nickname)
		require.Equal(t, "/api/accounts/avatar/", tokens.User.Avatar.URL)
		require.False(t, tokens.User.Staff)
		require.Equal(t, 900, tokens.ExpiresIn)
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.NotContains(t, a.body, "argon2")
		for _, c := range a.header.Values("Set-Cookie") {
			require.Contains(t, c, "SameSite=Lax")
			require.Equal(t, !strings.HasPrefix(c, auth.CSRFCookie), strings.Contains(c, "HttpOnly"), c)
			require.NotContains(t, c, "Secure", "the page came without TLS")
		}
		require.Len(t, a.header.Values("Set-Cookie"), 3)
		who, err := r.db.Users.Credentials(t.Context(), "민수")
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(who.PasswordHash, "$argon2id$"))

		body := func(username, email, password string, more ...string) string {
			return `{"username":"` + username + `","email":"` + email + `","password":"` + password + `"` +
				strings.Join(more, "") + `}`
		}
		long := strings.Repeat("a", 41)
		const mail, good = "a@b.c", "a good long phrase"
		for name, c := range map[string]struct {
			body   string
			status int
			code   string
		}{
			"name taken":   {body("민수", mail, good), 409, "username_taken"},
			"mail taken":   {body("two", "MINSU@example.org", good), 409, "email_taken"},
			"short":        {body("two", mail, "1234567"), 422, "password_length"},
			"common":       {body("two", mail, "Password1!"), 422, "password_common"},
			"own name":     {body("twotwotwo", mail, "TwoTwoTwo1"), 422, "password_common"},
			"no mail":      {`{"username":"two","password":"a good long phrase"}`, 422, "validation_failed"},
			"bad mail":     {body("two", "a", good), 422, "email_invalid"},
			"bad name":     {body("<b>", mail, good), 422, "username_invalid"},
			"long name":    {body("two", mail, good, `,"nickname":"`, long, `"`), 422, "nickname_invalid"},
			"staff please": {body("two", mail, good, `,"role":"staff"`), 422, "validation_failed"},
			"a number":     {`{"username":2,"email":"a@b.c","password":"a phrase"}`, 422, "validation_failed"},
			"not UTF-8":    {body("two\xff", mail, good), 400, "bad_request"},
		} {
			r.refused(r.do(http.DefaultClient, "POST", registerPath, c.body), c.status, c.code)
			require.NotContains(t, r.log.String(), "good long phrase", name)
		}
		n, err := r.db.Users.Count(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n, "nobody else was made")
	})
}

func TestRegistrationCanBeOff(t *testing.T) {
	r := newRigOn(t, storetest.Open(t, "sqlite"), func(c *api.Config) {
		c.Accounts.Registration, c.RegistersPerMinute = false, 2
	})
	body := `{"username":"two","email":"a@b.c","password":"a good long phrase"}`
	for range 2 {
		r.refused(r.do(http.DefaultClient, "POST", registerPath, body), 403, "registration_off")
	}
	a := r.do(http.DefaultClient, "POST", registerPath, body)
	r.refused(a, 429, "rate_limited")
	require.NotEmpty(t, a.header.Get("Retry-After"))
}

func TestLogin(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		for _, body := range []string{
			`{"username":"ada","password":"a good long phrase"}`,
			`{"username":" ADA ","password":"a good long phrase"}`,
			`{"username":"Ada@Example.org","password":"a good long phrase"}`,
			`{"email":"ada@example.org","password":"a good long phrase"}`,
		} {
			a := r.do(http.DefaultClient, "POST", loginPath, body)
			require.Equal(t, 200, a.status, body+a.body)
			require.InDelta(t, ada.id, r.tokens("ada", a).id, 0)
		}
		r.refused(r.do(http.DefaultClient, "POST", loginPath, `{"password":"x"}`), 422, "validation_failed")
		wrong := r.do(http.DefaultClient, "POST", loginPath, `{"username":"ada","password":"a good long phrase "}`)
		unknown := r.do(http.DefaultClient, "POST", loginPath, `{"username":"eve","password":"a good long phrase"}`)
		r.refused(wrong, 401, "login_failed")
		require.Equal(t, wrong.body, unknown.body, "the answer does not tell whether there is an account")
		require.Empty(t, unknown.header.Values("Set-Cookie"))

		storetest.Disable(t, r.db, ada.id)
		r.refused(ada.do("GET", mePath, ""), 401, "session_ended")
		wrong = r.do(http.DefaultClient, "POST", loginPath, `{"username":"ada","password":"not this one"}`)
		r.refused(wrong, 401, "login_failed")
		a := r.do(http.DefaultClient, "POST", loginPath, `{"username":"ada","password":"a good long phrase"}`)
		r.refused(a, 403, "account_disabled")
	})
}

func TestLoginIsThrottled(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		for _, name := range []string{"ada", "nobody"} { // whether there is such an account or not
			for range 10 {
				a := r.do(http.DefaultClient, "POST", loginPath, `{"username":"`+name+`","password":"wrong"}`)
				r.refused(a, 401, "login_failed")
			}
			a := r.do(http.DefaultClient, "POST", loginPath, `{"username":"`+name+`","password":"a good long phrase"}`)
			r.refused(a, 429, "rate_limited")
			require.Equal(t, "60", a.header.Get("Retry-After"))
		}
		require.Equal(t, 200, ada.do("GET", mePath, "").status, "who is in stays in")
		r.refused(ada.do("POST", "/api/accounts/password/",
			`{"old_password":"a good long phrase","new_password":"another long phrase"}`), 429, "rate_limited")
	})
}

func TestRefresh(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		refresh := func(token string) answer {
			return r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+token+`"}`)
		}
		a := refresh(ada.refresh)
		require.Equal(t, 200, a.status, a.body)
		second := r.tokens("ada", a)
		require.NotEqual(t, ada.refresh, second.refresh)
		require.Equal(t, ada.id, second.id)
		require.Equal(t, 200, second.do("GET", mePath, "").status)
		// The same request again, such as by a second tab: the same answer, and no second family.
		again := r.tokens("ada", refresh(ada.refresh))
		require.Equal(t, second.refresh, again.refresh)
		third := r.tokens("ada", refresh(second.refresh))
		require.NotEqual(t, second.refresh, third.refresh)

		// The first is two steps old now: it is in somebody else's hands.
		elsewhere := r.login("ada")
		stolen := refresh(ada.refresh)
		r.refused(stolen, 401, "token_reused")
		require.Len(t, stolen.header.Values("Set-Cookie"), 3, "the cookies are taken away")
		r.refused(refresh(third.refresh), 401, "session_ended")
		r.refused(third.do("GET", mePath, ""), 401, "session_ended")
		require.Contains(t, r.log.String(), "refresh token was used twice")
		audit, _, err := r.db.Audit.List(t.Context(), social.AuditFilter{}, social.Page{})
		require.NoError(t, err)
		require.Len(t, audit, 1)
		require.Equal(t, "session.reused", audit[0].Action)
		require.Equal(t, ada.id, audit[0].TargetID)
		require.Equal(t, 200, refresh(elsewhere.refresh).status, "the other login is another family")

		for _, bad := range []string{"", "x", strings.Repeat("A", 43), ada.access} {
			r.refused(refresh(bad), 401, "token_invalid")
		}
		r.refused(r.do(http.DefaultClient, "POST", refreshPath, ""), 401, "token_invalid")
		// An access token does not matter here, not even a bad one.
		fresh := r.login("ada")
		a = r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+fresh.refresh+`"}`,
			"Authorization", "Bearer x")
		require.Equal(t, 200, a.status, a.body)
	})
}

func TestRefreshRace(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		answers := make([]answer, 20)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				answers[i] = r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+ada.refresh+`"}`)
			})
		}
		wg.Wait()
		next := map[string]bool{}
		for _, a := range answers {
			require.Equal(t, 200, a.status, a.body)
			next[r.tokens("ada", a).refresh] = true
		}
		require.Len(t, next, 1, "one family, one successor")
		sessions := ada.ok(200, "GET", "/api/accounts/sessions/", "").items(t)
		require.Len(t, sessions, 1)
	})
}

func TestCookies(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		browser := r.person()
		a := r.do(browser, "POST", loginPath,
			`{"username":"ada","password":"a good long phrase","cookie_only":true}`)
		require.Equal(t, 200, a.status, a.body)
		require.NotContains(t, a.body, "access", "scripts see no token")
		require.NotContains(t, a.body, "refresh")
		cookies := func() map[string]string {
			at, err := url.Parse(r.server.URL + refreshPath)
			require.NoError(t, err)
			m := map[string]string{}
			for _, c := range browser.Jar.Cookies(at) {
				m[c.Name] = c.Value
			}
			return m
		}
		csrf := cookies()[auth.CSRFCookie]
		require.Equal(t, 200, r.do(browser, "GET", mePath, "").status, "reading needs the cookie only")
		update := func(headers ...string) answer {
			return r.do(browser, "PUT", "/api/accounts/update/", `{"bio":"hello"}`, headers...)
		}
		r.refused(update(), 403, "csrf_failed")
		r.refused(update(auth.CSRFHeader, csrf+"x"), 403, "csrf_failed")
		other := r.keys.CSRF.Token(ada.session(t))
		r.refused(update(auth.CSRFHeader, other), 403, "csrf_failed")
		user, err := r.db.Users.ByID(t.Context(), ada.id)
		require.NoError(t, err)
		require.Empty(t, user.Profile.Bio, "nothing was written")
		require.Contains(t, update(auth.CSRFHeader, csrf).body, `"bio":"hello"`)
		// A page of ours that acts for a guest is a page of a user's here.
		r.refused(r.do(browser, "POST", "/api/facechats/instant/", `{}`), 403, "csrf_failed")

		r.refused(r.do(browser, "POST", refreshPath, ""), 403, "csrf_failed")
		before := cookies()
		a = r.do(browser, "POST", refreshPath, "", auth.CSRFHeader, csrf)
		require.Equal(t, 200, a.status, a.body)
		require.NotEqual(t, before[auth.RefreshCookie], cookies()[auth.RefreshCookie])
		require.Equal(t, csrf, cookies()[auth.CSRFCookie], "it is the session's")

		a = r.do(browser, "POST", "/api/accounts/logout/", "", auth.CSRFHeader, csrf)
		require.Equal(t, 204, a.status, a.body)
		require.Empty(t, cookies(), "the browser forgets")
		r.refused(r.do(browser, "GET", mePath, ""), 401, "login_required")
		a = r.do(browser, "POST", refreshPath, `{"refresh":"`+before[auth.RefreshCookie]+`"}`)
		r.refused(a, 401, "session_ended")
		require.Equal(t, 200, ada.do("GET", mePath, "").status, "the other login stays")
	})
}

// session is the id of the user's session.
func (u *user) session(t *testing.T) int64 {
	t.Helper()
	access, err := u.r.keys.Access.Verify(u.access)
	require.NoError(t, err)
	return access.SessionID
}

func TestWhoAsks(t *testing.T) {
	r := newRig(t)
	ada := r.user("ada")
	slug, byID := r.open()
	ticket, _ := r.join(r.person(), slug, "guest").json(t)["ticket"].(string)
	ghost, _, err := r.keys.Access.Sign(auth.Access{UserID: ada.id + 1, SessionID: ada.session(t)})
	require.NoError(t, err)
	bearer := func(method, path, token string) answer {
		return r.do(http.DefaultClient, method, path, "", "Authorization", token)
	}
	r.refused(bearer("GET", mePath, ""), 401, "login_required")
	for _, token := range []string{
		"x", "Bearer", "Bearer ", "Basic YTpi", "Bearer x.y.z", "Bearer " + ada.refresh,
	} {
		a := bearer("GET", mePath, token)
		r.refused(a, 401, "token_invalid")
		require.Equal(t, "Bearer", a.header.Get("WWW-Authenticate"))
		// Who shows something that is no good learns of it where nothing is needed, too.
		r.refused(bearer("GET", ada.path("/api/accounts/profile/"), token), 401, "token_invalid")
	}
	r.refused(bearer("GET", mePath, "Bearer "+ghost), 401, "session_ended")
	r.refused(bearer("GET", mePath, "Bearer "+ticket), 401, "login_required")
	r.refused(bearer("POST", byID+"/demo/", "Bearer "+ada.access), 401, "ticket_missing")
	require.Equal(t, 200, bearer("GET", mePath, "bearer "+ada.access).status)
	profile, stale := ada.path("/api/accounts/profile/"), auth.AccessCookie+"=stale"
	a := r.do(http.DefaultClient, "GET", profile, "", "Cookie", stale)
	require.Equal(t, 200, a.status, "a stale cookie is no harm where none is needed")
	a = r.do(http.DefaultClient, "GET", mePath, "", "Cookie", stale)
	r.refused(a, 401, "token_invalid")
	for _, path := range []string{mePath, "/api/posts/check-login/", "/api/posts/check-login"} {
		require.Equal(t, "ada", ada.ok(200, "GET", path, "").json(t)["username"])
	}
}

func TestSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		second, third := r.login("ada"), r.login("ada")
		list := ada.ok(200, "GET", "/api/accounts/sessions/", "").items(t)
		require.Len(t, list, 3)
		require.Equal(t, true, list[2]["current"])
		require.Equal(t, "127.0.0.1", list[0]["address"])
		require.Contains(t, list[0]["user_agent"], "Go-http-client")

		end := func(who *user, session int64) answer {
			return who.do("DELETE", "/api/accounts/sessions/"+jsonNumber(session)+"/", "")
		}
		r.refused(end(bob, second.session(t)), 404, "session_not_found")
		require.Equal(t, 200, second.do("GET", mePath, "").status, "others cannot end it")
		a := end(ada, second.session(t))
		require.Equal(t, 204, a.status, a.body)
		require.Empty(t, a.header.Values("Set-Cookie"))
		r.refused(second.do("GET", mePath, ""), 401, "session_ended")
		r.refused(end(ada, second.session(t)), 404, "session_not_found")

		ada.ok(204, "DELETE", "/api/accounts/sessions/?others=true", "")
		r.refused(third.do("GET", mePath, ""), 401, "session_ended")
		fourth := r.login("ada")
		a = ada.ok(204, "DELETE", "/api/accounts/sessions/", "")
		require.Len(t, a.header.Values("Set-Cookie"), 3)
		r.refused(ada.do("GET", mePath, ""), 401, "session_ended")
		r.refused(fourth.do("GET", mePath, ""), 401, "session_ended")
		require.Equal(t, 200, bob.do("GET", mePath, "").status)
	})
}

func TestPassword(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		other := r.login("ada")
		change := func(old, fresh string) answer {
			return ada.do("POST", "/api/accounts/password/", `{"old_password":"`+old+`","new_password":"`+fresh+`"}`)
		}
		r.refused(change("wrong", "another long phrase"), 403, "password_wrong")
		r.refused(change(password, "password1"), 422, "password_common")
		r.refused(change(password, "ada@example.org"), 422, "password_common")
		require.Equal(t, 200, other.do("GET", mePath, "").status)
		a := change(password, "another long phrase")
		require.Equal(t, 204, a.status, a.body)
		r.refused(other.do("GET", mePath, ""), 401, "session_ended")
		a = r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+other.refresh+`"}`)
		r.refused(a, 401, "session_ended")
		require.Equal(t, 200, ada.do("GET", mePath, "").status, "who changed it stays")
		old := r.do(http.DefaultClient, "POST", loginPath, `{"username":"ada","password":"`+password+`"}`)
		r.refused(old, 401, "login_failed")
		fresh := r.do(http.DefaultClient, "POST", loginPath, `{"username":"ada","password":"another long phrase"}`)
		require.Equal(t, 200, fresh.status)
	})
}

func TestExpiredTokens(t *testing.T) {
	now := time.Now()
	db := storetest.OpenConfig(t, store.Config{
		URL: storetest.URL(t, "sqlite"), Now: func() time.Time { return now },
	})
	r := newRigOn(t, db)
	ada := r.user("ada")
	now = now.Add(auth.RefreshLife + time.Minute)
	a := r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+ada.refresh+`"}`)
	r.refused(a, 401, "token_expired")
	r.refused(ada.do("GET", mePath, ""), 401, "session_ended")
}

func TestStaleHashesAreMadeAnew(t *testing.T) {
	r := newRig(t)
	ada := r.user("ada")
	before, err := r.db.Users.CredentialsByID(t.Context(), ada.id)
	require.NoError(t, err)
	dearer := auth.PasswordsConfig{MemoryKiB: 16, Iterations: 1, Waiting: 10}
	r.accounts.Passwords, err = auth.NewPasswords(dearer)
	require.NoError(t, err)
	r.login("ada")
	after, err := r.db.Users.CredentialsByID(t.Context(), ada.id)
	require.NoError(t, err)
	require.NotEqual(t, before.PasswordHash, after.PasswordHash)
	require.Contains(t, after.PasswordHash, "m=16,")
	require.Equal(t, 200, ada.do("GET", mePath, "").status, "that ends no session")
	r.login("ada")
	require.Error(t, new(handler.Accounts).Check())
	require.Error(t, new(handler.People).Check())
}
