package handler_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const (
	postsPath     = "/api/posts/posts/"
	createPath    = "/api/posts/create/"
	feedPath      = "/api/posts/posts_main_list/"
	feedOfPath    = "/api/posts/posts_detail_list/"
	byPhotoPath   = "/api/posts/posts_main_list_search/"
	ofByPhotoPath = "/api/posts/posts_detail_list_search/"
	likesPath     = "/api/posts/likes/"
	favoritesPath = "/api/posts/favorites/"
	searchPath    = "/api/posts/search/"
)

// postPath is the path of a post.
func postPath(id int64) string { return postsPath + jsonNumber(id) + "/" }

// number is a number of a JSON object.
func number(t testing.TB, m map[string]any, name string) int64 {
	t.Helper()
	n, ok := m[name].(float64)
	require.True(t, ok, "%s of %v", name, m)
	return int64(n)
}

// into is an answer's body as a T.
func into[T any](t testing.TB, a answer) (out T) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.body), &out), a.body)
	return out
}

// ids are the ids of a list's items.
func (a answer) ids(t *testing.T) []int64 {
	t.Helper()
	all := []int64{}
	for _, item := range a.items(t) {
		all = append(all, number(t, item, "id"))
	}
	return all
}

func TestPost(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		photo := ada.photo(t)
		a := ada.ok(201, "POST", createPath, `{"photo":`+jsonNumber(photo)+
			`,"title":" 첫 글 ","content":"한 줄\r\n두 줄",`+
			`"tags":["#Seoul","강"],"alt":"둘이 웃는다"}`)
		post := a.json(t)
		id := number(t, post, "id")
		require.Equal(t, postPath(id), a.header.Get("Location"))
		require.Equal(t, "첫 글", post["title"])
		require.Equal(t, "한 줄\n두 줄", post["content"])
		require.Equal(t, "public", post["visibility"])
		require.Equal(t, "ada", post["owner"].(map[string]any)["username"])
		shown := post["photo"].(map[string]any)
		require.Equal(t, "둘이 웃는다", shown["alt"])
		require.Equal(t, "/api/posts/photos/"+jsonNumber(photo)+"/original/", shown["url"], "for everybody")
		names := []any{}
		for _, tag := range post["tags"].([]any) {
			names = append(names, tag.(map[string]any)["name"])
		}
		require.Equal(t, []any{"seoul", "강"}, names)

		path := postPath(id)
		seen := r.do(http.DefaultClient, "GET", path, "").json(t)
		require.InDelta(t, 1, seen["view_count"], 0)
		require.InDelta(t, 0, seen["like_id"], 0)
		require.InDelta(t, 2, bob.ok(200, "GET", path, "").json(t)["view_count"], 0)
		require.InDelta(t, 2, ada.ok(200, "GET", path, "").json(t)["view_count"], 0, "one's own looks do not count")

		edited := ada.ok(200, "PUT", path, `{"visibility":"friends","tags":[]}`).json(t)
		require.Equal(t, "첫 글", edited["title"], "what is not named stays")
		require.Equal(t, []any{}, edited["tags"])
		require.Contains(t, edited["photo"].(map[string]any)["url"], "?", "signed for who may see it")
		r.refused(bob.do("GET", path, ""), 404, "post_not_found")
		befriend(t, ada, bob)
		bob.ok(200, "GET", path, "")
		r.refused(bob.do("PUT", path, `{"title":"mine"}`), 404, "post_not_found")
		r.refused(bob.do("DELETE", path, ""), 404, "post_not_found")
		require.Equal(t, "첫 글", ada.ok(200, "GET", path, "").json(t)["title"])

		ada.ok(204, "DELETE", path, "")
		r.refused(ada.do("GET", path, ""), 404, "post_not_found")
		r.refused(ada.do("DELETE", path, ""), 404, "post_not_found")
		_, err := r.db.Photos.Owned(t.Context(), ada.id, photo)
		require.NoError(t, err, "the photo stays its owner's")

		id = ada.post(t, "public", "with its photo")
		before := ada.ok(200, "GET", postPath(id), "").json(t)["photo"].(map[string]any)
		ada.ok(204, "DELETE", postPath(id)+"?photo=true", "")
		_, err = r.db.Photos.Owned(t.Context(), ada.id, number(t, before, "id"))
		require.ErrorIs(t, err, social.ErrPhotoNotFound)
	})
}

func TestPostOfAnUpload(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		photos := func() int64 {
			all, _, err := r.db.Photos.Mine(t.Context(), ada.id, "", social.Page{Limit: 50})
			require.NoError(t, err)
			return int64(len(all))
		}
		a := ada.send("POST", createPath,
			"title", "바다", "alt", "파도", "tags", "여름", "tags", "sea", "visibility", "friends")
		require.Equal(t, 201, a.status, a.body)
		post := a.json(t)
		require.Equal(t, "friends", post["visibility"])
		require.Len(t, post["tags"], 2)
		photo := post["photo"].(map[string]any)
		require.Equal(t, "바다", photo["name"])
		require.Equal(t, "파도", photo["alt"])
		require.Equal(t, "upload", photo["kind"])
		require.NotEmpty(t, photo["blurhash"])
		bytes := r.do(http.DefaultClient, "GET", photo["url"].(string), "")
		require.Equal(t, 200, bytes.status, "the signed address works without a token")
		require.Equal(t, int64(1), photos())

		own := jsonNumber(number(t, photo, "id"))
		r.refused(ada.send("POST", createPath, "title", "t", "photo", own), 422, "post_picture_invalid")
		r.refused(ada.send("POST", createPath, "title", " "), 422, "post_title_invalid")
		r.refused(ada.send("POST", createPath, "title", "t", "tags", "a b"), 422, "tag_invalid")
		r.refused(ada.send("POST", createPath, "title", "t", "visibility", "link"), 422, "validation_failed")
		body, kind := multiform(t, "no picture", "title", "t")
		a = ada.do("POST", createPath, body, "Content-Type", kind)
		require.Contains(t, []int{415, 422}, a.status, a.body)
		r.refused(a, a.status, a.json(t)["code"].(string))
		require.Equal(t, int64(1), photos(), "nothing is kept of what was refused")
		require.Equal(t, []int64{number(t, post, "id")}, ada.ok(200, "GET", ada.path(feedOfPath), "").ids(t))
	})
}

func TestPostRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		own, others := jsonNumber(ada.photo(t)), jsonNumber(bob.photo(t))
		post := ada.post(t, "public", "stays")
		long := strings.Repeat("가", 101)
		with := func(fields string) string { return `{"photo":` + own + `,"title":"t"` + fields + `}` }
		for name, c := range map[string]struct {
			body   string
			status int
			code   string
		}{
			"no photo":        {`{"title":"t"}`, 422, "post_picture_invalid"},
			"another's photo": {`{"photo":` + others + `,"title":"t"}`, 404, "photo_not_found"},
			"no such photo":   {`{"photo":99999,"title":"t"}`, 404, "photo_not_found"},
			"photo below one": {`{"photo":-1,"title":"t"}`, 422, "validation_failed"},
			"huge photo":      {`{"photo":9223372036854775808,"title":"t"}`, 422, "validation_failed"},
			"no title":        {`{"photo":` + own + `}`, 422, "validation_failed"},
			"empty title":     {`{"photo":` + own + `,"title":" "}`, 422, "post_title_invalid"},
			"long title":      {`{"photo":` + own + `,"title":"` + long + `"}`, 422, "post_title_invalid"},
			"number as title": {`{"photo":` + own + `,"title":1}`, 422, "validation_failed"},
			"long content": {
				with(`,"content":"` + strings.Repeat("a", 10_001) + `"`), 422, "post_content_invalid",
			},
			"control character": {with(`,"content":"\u0007"`), 422, "post_content_invalid"},
			"visibility":        {with(`,"visibility":"link"`), 422, "validation_failed"},
			"tag with a space":  {with(`,"tags":["a b"]`), 422, "tag_invalid"},
			"many tags":         {with(`,"tags":["1","2","3","4","5","6","7","8","9","10","11"]`), 422, "tag_invalid"},
			"long alt":          {with(`,"alt":"` + strings.Repeat("a", 1001) + `"`), 422, "photo_alt_invalid"},
			"unknown field":     {with(`,"like_count":9`), 422, "validation_failed"},
			"broken":            {`{"photo":`, 400, "bad_request"},
			"list":              {`[]`, 422, "validation_failed"},
		} {
			t.Run(name, func(*testing.T) { r.refused(ada.do("POST", createPath, c.body), c.status, c.code) })
		}
		for name, c := range map[string]struct {
			body   string
			status int
			code   string
		}{
			"another's photo": {`{"photo":` + others + `,"title":"x"}`, 404, "photo_not_found"},
			"empty title":     {`{"title":"","content":"x"}`, 422, "post_title_invalid"},
			"tag":             {`{"title":"x","tags":[","]}`, 422, "tag_invalid"},
			"visibility":      {`{"title":"x","visibility":"all"}`, 422, "validation_failed"},
			"owner":           {`{"title":"x","owner":1}`, 422, "validation_failed"},
			"too large":       {`{"content":"` + strings.Repeat("a", 1<<13) + `"}`, 413, "body_too_large"},
		} {
			t.Run("edit: "+name, func(*testing.T) {
				r.refused(ada.do("PUT", postPath(post), c.body), c.status, c.code)
			})
		}
		r.refused(r.do(http.DefaultClient, "POST", createPath, with("")), 401, "login_required")
		r.refused(ada.do("GET", postsPath+"0/", ""), 422, "validation_failed")
		all := r.do(http.DefaultClient, "GET", feedPath, "").items(t)
		require.Len(t, all, 1, "nothing was written")
		require.Equal(t, "stays", all[0]["title"])
		require.Empty(t, r.pushed.take())
	})
}

func TestLikesAndFavorites(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		post := ada.post(t, "public", "liked")
		body := `{"post":` + jsonNumber(post) + `}`
		for _, c := range []struct{ path, id, count, code string }{
			{likesPath, "like_id", "like_count", "like_not_found"},
			{favoritesPath, "favorite_id", "favorite_count", "favorite_not_found"},
		} {
			first := bob.ok(201, "POST", c.path, body)
			again := bob.ok(200, "POST", c.path, body)
			require.Equal(t, first.body, again.body)
			made := first.json(t)
			require.Equal(t, post, number(t, made, "post"))
			require.InDelta(t, 1, made["count"], 0)
			mine := c.path + jsonNumber(number(t, made, "id")) + "/"
			require.Equal(t, mine, first.header.Get("Location"))
			eve.ok(201, "POST", c.path, body)
			seen := bob.ok(200, "GET", postPath(post), "").json(t)
			require.Equal(t, made["id"], seen[c.id])
			require.InDelta(t, 2, seen[c.count], 0)
			require.InDelta(t, 0, ada.ok(200, "GET", postPath(post), "").json(t)[c.id], 0)

			r.refused(eve.do("DELETE", mine, ""), 404, c.code)
			r.refused(ada.do("DELETE", mine, ""), 404, c.code)
			require.InDelta(t, 2, ada.ok(200, "GET", postPath(post), "").json(t)[c.count], 0)
			bob.ok(204, "DELETE", mine, "")
			r.refused(bob.do("DELETE", mine, ""), 404, c.code)
			seen = bob.ok(200, "GET", postPath(post), "").json(t)
			require.InDelta(t, 0, seen[c.id], 0)
			require.InDelta(t, 1, seen[c.count], 0)
			bob.ok(201, "POST", c.path, body)

			r.refused(bob.do("POST", c.path, `{"post":99999}`), 404, "post_not_found")
			r.refused(bob.do("POST", c.path, `{"post":0}`), 422, "validation_failed")
			r.refused(bob.do("POST", c.path, `{"post":1,"user":2}`), 422, "validation_failed")
			r.refused(r.do(http.DefaultClient, "POST", c.path, body), 401, "login_required")
		}
		told := jsonNumber(ada.id) + " notification like"
		require.Equal(t, []string{told, told}, r.pushed.take(), "once for each person, and not for favourites")

		// A post that went out of sight can be liked no more, and unliked still.
		kept := number(t, bob.ok(200, "POST", favoritesPath, body).json(t), "id")
		ada.ok(200, "PUT", postPath(post), `{"visibility":"private"}`)
		r.refused(bob.do("POST", likesPath, body), 404, "post_not_found")
		require.Empty(t, bob.ok(200, "GET", favoritesPath, "").items(t))
		bob.ok(204, "DELETE", favoritesPath+jsonNumber(kept)+"/", "")
		require.InDelta(t, 1, ada.ok(200, "GET", postPath(post), "").json(t)["favorite_count"], 0)
	})
}

func TestLikesOfOneAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		post := ada.post(t, "public", "liked")
		var wg sync.WaitGroup
		answers := make(chan answer, 50)
		for range cap(answers) {
			wg.Go(func() { answers <- bob.do("POST", likesPath, `{"post":`+jsonNumber(post)+`}`) })
		}
		wg.Wait()
		close(answers)
		made := map[int]int{}
		for a := range answers {
			made[a.status]++
		}
		require.Equal(t, map[int]int{201: 1, 200: 49}, made)
		require.InDelta(t, 1, bob.ok(200, "GET", postPath(post), "").json(t)["like_count"], 0)
		require.Len(t, r.pushed.take(), 1)
	})
}

func TestFeeds(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		public, friends := ada.post(t, "public", "public"), ada.post(t, "friends", "friends")
		private, bobs := ada.post(t, "private", "private"), bob.post(t, "public", "bobs")
		befriend(t, ada, bob)
		anyone := &user{r: r}
		get := func(who *user, path string) answer {
			if who == anyone {
				return r.do(http.DefaultClient, "GET", path, "")
			}
			return who.do("GET", path, "")
		}
		for _, c := range []struct {
			path string
			who  *user
			want []int64
		}{
			{postsPath, anyone, []int64{bobs, public}},
			{feedPath, anyone, []int64{bobs, public}},
			{feedPath, eve, []int64{bobs, public}},
			{feedPath, bob, []int64{bobs, friends, public}},
			{feedPath, ada, []int64{bobs, private, friends, public}},
			{ada.path(feedOfPath), anyone, []int64{public}},
			{ada.path(feedOfPath), bob, []int64{friends, public}},
			{ada.path(feedOfPath), ada, []int64{private, friends, public}},
			{eve.path(feedOfPath), anyone, []int64{}},
			{byPhotoPath + "ictur/", bob, []int64{bobs, friends, public}},
			{byPhotoPath + "ictur/", anyone, []int64{bobs, public}},
			{byPhotoPath + "%70ict/", anyone, []int64{bobs, public}},
			{byPhotoPath + "nothing/", anyone, []int64{}},
			{byPhotoPath + "'%22%25/", anyone, []int64{}},
			{ofByPhotoPath + "ictur/?user=" + jsonNumber(ada.id), eve, []int64{public}},
			{ofByPhotoPath + "ictur/?user=" + jsonNumber(bob.id), eve, []int64{bobs}},
		} {
			require.Equal(t, c.want, get(c.who, c.path).ids(t), "%s by %s", c.path, c.who.name)
		}
		ada.ok(204, "POST", eve.path("/api/accounts/block/"), "")
		require.Equal(t, []int64{bobs}, eve.ok(200, "GET", feedPath, "").ids(t))
		require.Equal(t, []int64{bobs}, eve.ok(200, "GET", byPhotoPath+"ictur/", "").ids(t))
		for _, path := range []string{ada.path(feedOfPath), ofByPhotoPath + "ictur/?user=" + jsonNumber(ada.id)} {
			r.refused(eve.do("GET", path, ""), 404, "user_not_found")
		}
		r.refused(eve.do("GET", feedOfPath+"99999/", ""), 404, "user_not_found")
		r.refused(eve.do("GET", ofByPhotoPath+"x/", ""), 422, "validation_failed")
		r.refused(eve.do("GET", feedPath+"?limit=0", ""), 422, "validation_failed")
		r.refused(eve.do("GET", feedPath+"?cursor=AAAA", ""), 400, "cursor_invalid")
	})
}

func TestFeedIsPaged(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		var want []int64
		for range 12 {
			want = append([]int64{ada.post(t, "public", "p")}, want...)
		}
		require.Equal(t, want[:10], r.do(http.DefaultClient, "GET", postsPath, "").ids(t), "the ten latest")
		for _, base := range []string{postsPath, feedPath, ada.path(feedOfPath), byPhotoPath + "picture/"} {
			var got []int64
			pages := 0
			for path := base + "?limit=5"; path != ""; pages++ {
				a := r.do(http.DefaultClient, "GET", path, "")
				got = append(got, a.ids(t)...)
				path = linkNext(t, a)
				if base == feedPath && pages == 0 { // a newcomer does not shift the pages
					_ = ada.post(t, "private", "late")
				}
			}
			require.Equal(t, want, got, base)
			require.Equal(t, 3, pages)
		}
		next := r.do(http.DefaultClient, "GET", feedPath+"?limit=1", "").json(t)["next"].(string)
		r.refused(ada.do("GET", ada.path(feedOfPath)+"?cursor="+next, ""), 400, "cursor_invalid")
	})
}

func TestFindAnything(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		ada.ok(200, "PUT", "/api/accounts/update/", `{"nickname":"서울사람민수"}`)
		titled := ada.post(t, "public", "우리서울사람들")
		tagged := bob.post(t, "public", "other")
		bob.ok(200, "PUT", postPath(tagged), `{"tags":["서울사람"]}`)
		hidden := ada.post(t, "private", "서울사람의 비밀")
		find := func(who *user, query string) handler.Found {
			a := r.do(http.DefaultClient, "GET", searchPath+"?"+query, "")
			if who != nil {
				a = who.do("GET", searchPath+"?"+query, "")
			}
			require.Equal(t, 200, a.status, a.body)
			require.NotContains(t, a.body, "null")
			return into[handler.Found](t, a)
		}
		counts := func(f handler.Found) [3]int {
			return [3]int{len(f.Posts.Items), len(f.People.Items), len(f.Tags.Items)}
		}
		q := "q=" + url.QueryEscape("사람")
		all := find(nil, q)
		require.Equal(t, [3]int{2, 1, 1}, counts(all))
		require.Equal(t, tagged, all.Posts.Items[0].ID)
		require.Equal(t, titled, all.Posts.Items[1].ID)
		require.Equal(t, "ada", all.People.Items[0].Username)
		require.Equal(t, "서울사람", all.Tags.Items[0].Name)
		require.Equal(t, hidden, find(ada, q).Posts.Items[0].ID, "one's own")
		require.Equal(t, [3]int{2, 0, 0}, counts(find(nil, q+"&kind=posts")))
		require.Equal(t, [3]int{0, 1, 0}, counts(find(nil, q+"&kind=people")))
		require.Equal(t, [3]int{0, 0, 1}, counts(find(nil, q+"&kind=tags")))
		require.Equal(t, [3]int{0, 0, 0}, counts(find(nil, "q=%27%20OR%201%3D1%20--")))
		require.Equal(t, [3]int{0, 0, 0}, counts(find(nil, "q=%22%2A")))

		few := find(nil, q+"&limit=1")
		require.Equal(t, [3]int{1, 1, 1}, counts(few))
		require.NotEmpty(t, few.Posts.Next)
		require.Empty(t, few.People.Next)
		require.Empty(t, few.Next, "three lists have no one next page")
		more := find(nil, q+"&limit=1&kind=posts&cursor="+few.Posts.Next)
		require.Equal(t, titled, more.Posts.Items[0].ID)
		a := r.do(http.DefaultClient, "GET", searchPath+"?"+q+"&limit=1&kind=posts", "")
		require.Equal(t, few.Posts.Next, into[handler.Found](t, a).Next)
		require.NotEmpty(t, linkNext(t, a))
		r.refused(ada.do("GET", searchPath+"?"+q+"&cursor="+few.Posts.Next, ""), 422, "validation_failed")
		r.refused(ada.do("GET", searchPath+"?"+q+"&kind=tags&cursor="+few.Posts.Next, ""), 400, "cursor_invalid")
		r.refused(ada.do("GET", searchPath, ""), 422, "validation_failed")
		r.refused(ada.do("GET", searchPath+"?"+q+"&kind=rooms", ""), 422, "validation_failed")
		bob.ok(204, "POST", ada.path("/api/accounts/block/"), "")
		require.Equal(t, [3]int{1, 0, 1}, counts(find(bob, q)))
	})
}

// A list of posts costs as many queries with fifty posts as with one.
func TestListsOfPostsCostTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		paths := []string{
			postsPath, feedPath, ada.path(feedOfPath), byPhotoPath + "picture/", favoritesPath,
			searchPath + "?q=found",
			ofByPhotoPath + "picture/?user=" + jsonNumber(ada.id),
		}
		cost := func(path string) (rows, queries int) {
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			all := storetest.Queries(r.db, func() {
				a := bob.ok(200, "GET", path+join+"limit=50", "")
				if strings.HasPrefix(path, searchPath) {
					rows = len(into[handler.Found](t, a).Posts.Items)
				} else {
					rows = len(a.items(t))
				}
			})
			return rows, len(all)
		}
		grow := func(n int) {
			for range n {
				post := ada.post(t, "public", "found")
				ada.ok(200, "PUT", postPath(post), `{"tags":["one","two"]}`)
				bob.ok(201, "POST", favoritesPath, `{"post":`+jsonNumber(post)+`}`)
			}
		}
		grow(1)
		few := map[string]int{}
		for _, path := range paths {
			rows, queries := cost(path)
			require.Equal(t, 1, rows, path)
			few[path] = queries
		}
		grow(49)
		for _, path := range paths {
			rows, queries := cost(path)
			require.Equal(t, 50, rows, path)
			require.Equal(t, few[path], queries, path)
		}
	})
}
