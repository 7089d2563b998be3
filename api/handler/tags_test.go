package handler_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const (
	tagsPath      = "/api/posts/tags/"
	photoTagsPath = "/api/posts/photo_tags/"
)

// tag makes a tag and returns its id.
func (u *user) tag(t *testing.T, name string) string {
	t.Helper()
	return numberOf(t, u.ok(201, "POST", tagsPath, fmt.Sprintf(`{"name":%q}`, name)), "id")
}

// tagged makes a post with tags.
func (u *user) tagged(t *testing.T, visibility social.Visibility, tags ...string) int64 {
	t.Helper()
	id, err := u.r.db.Posts.Create(t.Context(), social.NewPost{
		OwnerID: u.id, PhotoID: u.photo(t), Title: "post", Visibility: visibility, Tags: tags,
	})
	require.NoError(t, err)
	return id
}

// listed are the names of the tags in an answer, with how many posts have them.
func listed(t *testing.T, a answer) []string {
	t.Helper()
	require.Equal(t, 200, a.status, a.body)
	out := []string{}
	for _, tag := range a.items(t) {
		out = append(out, fmt.Sprint(tag["name"], " ", tag["post_count"]))
	}
	return out
}

func TestTags(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		a := ada.ok(201, "POST", tagsPath, `{"name":" #Sea "}`)
		require.Equal(t, "sea", a.json(t)["name"])
		require.InDelta(t, 0, a.json(t)["post_count"], 0)
		require.Equal(t, true, a.json(t)["mine"])
		again := bob.ok(200, "POST", tagsPath, `{"name":"ＳＥＡ"}`).json(t)
		require.Equal(t, a.json(t)["id"], again["id"])
		require.Equal(t, false, again["mine"])
		bob.tagged(t, "public", "sea", "제주바다여행")
		ada.tagged(t, "public", "제주바다여행")
		ada.tagged(t, "private", "secret", "sea")

		anybody := func(path string) []string { return listed(t, r.do(http.DefaultClient, "GET", path, "")) }
		require.Equal(t, []string{"sea 1", "제주바다여행 2"}, anybody(tagsPath))
		require.Equal(t, []string{"제주바다여행 2", "sea 1"}, anybody(tagsPath+"?order=use"))
		require.Equal(t, []string{"sea 1", "secret 0", "제주바다여행 2"}, listed(t, ada.ok(200, "GET", tagsPath, "")))
		for _, order := range []string{"name", "use"} {
			one := r.do(http.DefaultClient, "GET", tagsPath+"?limit=1&order="+order, "")
			two := r.do(http.DefaultClient, "GET", linkNext(t, one), "")
			require.Empty(t, linkNext(t, two))
			require.ElementsMatch(t, anybody(tagsPath), append(listed(t, one), listed(t, two)...))
			other := map[string]string{"name": "use", "use": "name"}[order]
			next := one.json(t)["next"].(string)
			r.refused(ada.do("GET", tagsPath+"?order="+other+"&cursor="+next, ""), 400, "cursor_invalid")
		}
		find := func(q string) []string { return anybody(tagsPath + "search/?q=" + url.QueryEscape(q)) }
		require.Equal(t, []string{"제주바다여행 2"}, find("바다"))
		require.Equal(t, []string{"sea 1"}, find("EA"))
		require.Empty(t, find("secret"))
		require.Empty(t, find(`"*'%`))
	})
}

func TestTagsAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, staff := r.user("ada"), r.user("bob"), r.staffer("staff")
		sea := tagsPath + ada.tag(t, "sea") + "/"
		bob.tagged(t, "private", "sea", "secret")
		for _, body := range []string{
			`{"name":""}`, `{"name":"#"}`, `{"name":"a b"}`, `{"name":"a,b"}`, `{"name":"a\u0000b"}`,
			`{"name":"` + strings.Repeat("a", 31) + `"}`,
		} {
			r.refused(ada.do("POST", tagsPath, body), 422, "tag_invalid")
		}
		r.refused(ada.do("POST", tagsPath, `{"name":1}`), 422, "validation_failed")
		r.refused(ada.do("POST", tagsPath, `{"name":"a","id":1}`), 422, "validation_failed")
		r.refused(r.do(http.DefaultClient, "POST", tagsPath, `{"name":"a"}`), 401, "login_required")
		r.refused(ada.do("GET", tagsPath+"search/", ""), 422, "validation_failed")
		r.refused(ada.do("GET", tagsPath+"?order=id", ""), 422, "validation_failed")
		r.refused(ada.do("GET", tagsPath+"?cursor=x", ""), 400, "cursor_invalid")

		r.refused(bob.do("DELETE", sea, ""), 403, "tag_not_yours")
		r.refused(ada.do("DELETE", sea, ""), 409, "tag_in_use")
		r.refused(ada.do("DELETE", tagsPath+"99999/", ""), 404, "tag_not_found")
		require.Equal(t, []string{"sea 0"}, listed(t, ada.ok(200, "GET", tagsPath, "")), "nothing has happened")
		staff.ok(204, "DELETE", sea, "")
		require.Empty(t, listed(t, ada.ok(200, "GET", tagsPath, "")))
		require.Equal(t, social.ActRemoveTag, staff.ok(200, "GET", adminAudit, "").items(t)[0]["action"])
		sea = tagsPath + ada.tag(t, "sea") + "/"
		ada.tagged(t, "public", "sea")
		ada.ok(204, "DELETE", sea, "")
	})
}

func TestPhotoTags(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		photo, sea := ada.photo(t), bob.tag(t, "바다")
		body := func(photo int64, tag string) string { return fmt.Sprintf(`{"photo":%d,"tag":%s}`, photo, tag) }
		a := ada.ok(201, "POST", photoTagsPath, body(photo, sea))
		require.Equal(t, "바다", a.json(t)["tag"].(map[string]any)["name"])
		require.InDelta(t, photo, a.json(t)["photo"], 0)
		again := ada.ok(200, "POST", photoTagsPath, body(photo, `"#바다"`))
		require.JSONEq(t, a.body, again.body)
		ada.ok(201, "POST", photoTagsPath, body(photo, `"Night"`))
		list := photoTagsPath + "?photo=" + jsonNumber(photo)
		require.Len(t, ada.ok(200, "GET", list, "").items(t), 2)

		for _, c := range []struct {
			who    *user
			body   string
			status int
			code   string
		}{
			{bob, body(photo, sea), 404, "photo_not_found"},
			{ada, body(99999, sea), 404, "photo_not_found"},
			{ada, body(photo, "99999"), 404, "tag_not_found"},
			{ada, body(photo, `"a b"`), 422, "tag_invalid"},
			{ada, body(photo, `""`), 422, "tag_invalid"},
			{ada, body(photo, "0"), 422, "validation_failed"},
			{ada, body(photo, "1.5"), 422, "validation_failed"},
			{ada, body(photo, "null"), 422, "validation_failed"},
			{ada, body(photo, "[1]"), 422, "validation_failed"},
			{ada, body(photo, "9223372036854775808"), 422, "validation_failed"},
			{ada, `{"photo":1}`, 422, "validation_failed"},
		} {
			r.refused(c.who.do("POST", photoTagsPath, c.body), c.status, c.code)
		}
		r.refused(bob.do("GET", list, ""), 404, "photo_not_found")
		r.refused(ada.do("GET", photoTagsPath, ""), 422, "validation_failed")
		path := photoTagsPath + numberOf(t, a, "id") + "/"
		r.refused(bob.do("DELETE", path, ""), 404, "photo_tag_not_found")
		require.Len(t, ada.ok(200, "GET", list, "").items(t), 2)
		ada.ok(204, "DELETE", path, "")
		r.refused(ada.do("DELETE", path, ""), 404, "photo_tag_not_found")
		require.Equal(t, "night", ada.ok(200, "GET", list, "").items(t)[0]["tag"].(map[string]any)["name"])
		for i := range 9 {
			ada.ok(201, "POST", photoTagsPath, body(photo, fmt.Sprintf(`"t%d"`, i)))
		}
		r.refused(ada.do("POST", photoTagsPath, body(photo, `"more"`)), 409, "too_many_tags")
	})
}

func TestTagListsCostTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		photo := ada.photo(t)
		paths := []string{
			tagsPath, tagsPath + "?order=use", tagsPath + "search/?q=sea",
			photoTagsPath + "?photo=" + jsonNumber(photo),
		}
		cost := map[string]int{}
		for _, rows := range []int{1, 9} {
			for i := range rows {
				name := fmt.Sprintf("sea%d.%d", rows, i)
				ada.tagged(t, "public", name)
				ada.ok(201, "POST", photoTagsPath, fmt.Sprintf(`{"photo":%d,"tag":%q}`, photo, name))
			}
			for _, path := range paths {
				all := storetest.Queries(r.db, func() {
					require.GreaterOrEqual(t, len(ada.ok(200, "GET", path, "").items(t)), rows, path)
				})
				if cost[path] == 0 {
					cost[path] = len(all)
				}
				require.Len(t, all, cost[path], path)
			}
		}
	})
}
