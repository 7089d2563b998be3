package handler_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestFollow(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		ada.ok(204, "POST", bob.path("/api/accounts/follow/"), "")
		ada.ok(204, "POST", bob.path("/api/accounts/follow/"), "")
		require.Equal(t, []string{jsonNumber(bob.id) + " notification follow"}, r.pushed.take(), "told once")
		profile := ada.ok(200, "GET", bob.path("/api/accounts/profile/"), "").json(t)
		require.Equal(t, true, profile["follows"])
		require.InDelta(t, 1, profile["followers"], 0)
		require.Equal(t, true, bob.ok(200, "GET", ada.path("/api/accounts/profile/"), "").json(t)["follows_me"])
		// The lists are public.
		a := r.do(http.DefaultClient, "GET", bob.path("/api/accounts/followers/"), "")
		require.Equal(t, "ada", a.items(t)[0]["username"])
		a = r.do(http.DefaultClient, "GET", ada.path("/api/accounts/following/"), "")
		require.Equal(t, "bob", a.items(t)[0]["username"])
		ada.ok(204, "DELETE", bob.path("/api/accounts/follow/"), "")
		ada.ok(204, "DELETE", bob.path("/api/accounts/follow/"), "")
		require.Empty(t, ada.ok(200, "GET", bob.path("/api/accounts/followers/"), "").items(t))

		r.refused(ada.do("POST", ada.path("/api/accounts/follow/"), ""), 422, "not_with_yourself")
		for _, path := range []string{"/api/accounts/follow/99999/", "/api/accounts/block/99999/"} {
			r.refused(ada.do("POST", path, ""), 404, "user_not_found")
		}
		r.refused(ada.do("GET", "/api/accounts/followers/99999/", ""), 404, "user_not_found")
		r.refused(ada.do("POST", "/api/accounts/follow/9223372036854775808/", ""), 422, "validation_failed")
		r.refused(ada.do("POST", "/api/accounts/follow/x/", ""), 422, "validation_failed")
	})
}

func TestBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		befriend(t, ada, bob)
		ada.ok(204, "POST", bob.path("/api/accounts/follow/"), "")
		bob.ok(204, "POST", ada.path("/api/accounts/follow/"), "")
		r.pushed.take()
		ada.ok(204, "POST", bob.path("/api/accounts/block/"), "")
		ada.ok(204, "POST", bob.path("/api/accounts/block/"), "")

		for _, pair := range [][2]*user{{ada, bob}, {bob, ada}} {
			me, other := pair[0], pair[1]
			r.refused(me.do("GET", other.path("/api/accounts/profile/"), ""), 404, "user_not_found")
			r.refused(me.do("GET", other.path("/api/accounts/followers/"), ""), 404, "user_not_found")
			r.refused(me.do("GET", other.path("/api/accounts/following/"), ""), 404, "user_not_found")
			require.Empty(t, me.ok(200, "GET", friendsPath, "").items(t))
			require.Empty(t, me.ok(200, "GET", me.path("/api/accounts/followers/"), "").items(t))
			require.Empty(t, me.ok(200, "GET", "/api/accounts/users/search/?q="+other.name, "").items(t))
		}
		r.refused(bob.do("POST", askPath, `{"to_user":`+jsonNumber(ada.id)+`}`), 404, "user_not_found")
		r.refused(bob.do("POST", ada.path("/api/accounts/follow/"), ""), 404, "user_not_found")
		r.refused(ada.do("POST", askPath, `{"to_user":`+jsonNumber(bob.id)+`}`), 409, "you_block_them")
		require.Empty(t, r.pushed.take(), "nobody is told")
		require.Equal(t, 200, r.do(http.DefaultClient, "GET", ada.path("/api/accounts/profile/"), "").status)
		require.Equal(t, "bob", ada.ok(200, "GET", "/api/accounts/blocks/", "").items(t)[0]["username"])
		require.Empty(t, bob.ok(200, "GET", "/api/accounts/blocks/", "").items(t), "bob does not learn of it")

		ada.ok(204, "DELETE", bob.path("/api/accounts/block/"), "")
		require.Equal(t, "none", ada.relation(t, bob), "what it ended stays ended")
		bob.ask(t, ada)
	})
}

func TestSearchPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		ada.ok(200, "PUT", "/api/accounts/update/", `{"nickname":"서울사람민수"}`)
		r.user("bob")
		find := func(q string) []map[string]any {
			a := r.do(http.DefaultClient, "GET", "/api/accounts/users/search/?q="+q, "")
			require.Equal(t, 200, a.status, a.body)
			return a.items(t)
		}
		require.Len(t, find("%EB%AF%BC%EC%88%98"), 1, "민수 inside a longer word")
		require.Equal(t, "ada", find("ADA")[0]["username"])
		require.NotContains(t, find("ADA")[0], "email")
		require.Empty(t, find("carol"))
		require.Empty(t, find("%27%20OR%201=1--"))
		require.Empty(t, find("%22%29*%28"))
		a := r.do(http.DefaultClient, "GET", "/api/accounts/users/search/", "")
		r.refused(a, 422, "validation_failed")
		a = r.do(http.DefaultClient, "GET", "/api/accounts/users/search/?q="+strings.Repeat("a", 101), "")
		r.refused(a, 422, "validation_failed")
		storetest.Disable(t, r.db, ada.id)
		require.Empty(t, find("ada"))
		a = r.do(http.DefaultClient, "GET", ada.path("/api/accounts/profile/"), "")
		r.refused(a, 404, "user_not_found")
	})
}

func TestNotifications(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		const path = "/api/accounts/notifications/"
		ada, bob := r.user("ada"), r.user("bob")
		bob.ok(204, "POST", ada.path("/api/accounts/follow/"), "")
		bob.ask(t, ada)
		list := ada.ok(200, "GET", path, "").items(t)
		require.Len(t, list, 2)
		require.Equal(t, "friend_request", list[0]["kind"])
		require.Equal(t, "bob", list[0]["actor"].(map[string]any)["username"])
		require.Positive(t, list[0]["request_id"])
		require.Equal(t, false, list[0]["read"])
		require.Empty(t, bob.ok(200, "GET", path, "").items(t))
		require.InDelta(t, 2, ada.ok(200, "GET", mePath, "").json(t)["unread"], 0)

		id := jsonNumber(int64(list[0]["id"].(float64)))
		bob.ok(200, "POST", path+"read/", `{"ids":[`+id+`]}`)
		require.InDelta(t, 2, ada.ok(200, "GET", mePath, "").json(t)["unread"], 0, "others read nothing for me")
		require.JSONEq(t, `{"unread":1}`, ada.ok(200, "POST", path+"read/", `{"ids":[`+id+`,99999]}`).body)
		require.Len(t, ada.ok(200, "GET", path+"?unread=true", "").items(t), 1)
		require.JSONEq(t, `{"unread":0}`, ada.ok(200, "POST", path+"read/", "").body)
		r.refused(ada.do("POST", path+"read/", `{"ids":["x"]}`), 422, "validation_failed")
	})
}

func TestReport(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		const path = "/api/posts/reports/"
		ada, bob := r.user("ada"), r.user("bob")
		body := `{"kind":"user","target":` + jsonNumber(bob.id) + `,"reason":"spam"}`
		long := strings.Repeat("a", 2001)
		require.Positive(t, ada.ok(201, "POST", path, body).json(t)["id"])
		r.refused(ada.do("POST", path, body), 409, "report_exists")
		for _, c := range []struct {
			body   string
			status int
			code   string
		}{
			{`{"kind":"user","target":99999,"reason":"spam"}`, 404, "target_not_found"},
			{`{"kind":"post","target":1,"reason":"spam"}`, 404, "target_not_found"},
			{`{"kind":"ship","target":1,"reason":"spam"}`, 422, "validation_failed"},
			{`{"kind":"user","target":0,"reason":"spam"}`, 422, "validation_failed"},
			{`{"kind":"user","target":1,"reason":" "}`, 422, "report_invalid"},
			{`{"kind":"user","target":1,"reason":"x","content":"` + long + `"}`, 422, "text_invalid"},
		} {
			r.refused(ada.do("POST", path, c.body), c.status, c.code)
		}
		r.refused(r.do(http.DefaultClient, "POST", path, body), 401, "login_required")
		require.Empty(t, bob.ok(200, "GET", "/api/accounts/notifications/", "").items(t), "bob is not told")
	})
}
