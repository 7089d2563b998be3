package handler_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const (
	adminUsers    = "/api/admin/users/"
	adminPosts    = "/api/admin/posts/"
	adminComments = "/api/admin/comments/"
	adminRooms    = "/api/admin/rooms/"
	adminReports  = "/api/admin/reports/"
	adminAudit    = "/api/admin/audit/"
	because       = `{"reason":"It was spam"}`
)

// staffer is somebody of the staff.
func (r *rig) staffer(name string) *user {
	r.t.Helper()
	u := r.user(name)
	_, err := r.db.Admin.SetRole(r.t.Context(), social.Act{}, u.id, social.RoleStaff)
	require.NoError(r.t, err)
	return u
}

// photo is the row of a picture of the user's.
func (u *user) photo(t *testing.T) int64 {
	t.Helper()
	ph, err := u.r.db.Photos.Add(t.Context(), social.NewPhoto{
		OwnerID: u.id, Kind: social.PhotoUpload, Name: "picture", Blob: "test/" + social.NewSlug(),
		ContentType: "image/webp", Size: 1, Width: 2, Height: 2,
	})
	require.NoError(t, err)
	return ph.ID
}

// post is a post of the user's.
func (u *user) post(t *testing.T, visibility social.Visibility, title string) int64 {
	t.Helper()
	id, err := u.r.db.Posts.Create(t.Context(), social.NewPost{
		OwnerID: u.id, PhotoID: u.photo(t), Title: title, Content: "text of " + title, Visibility: visibility,
	})
	require.NoError(t, err)
	return id
}

// comment is a comment of the user's; parent 0: to the post itself.
func (u *user) comment(t *testing.T, post, parent int64, content string) int64 {
	t.Helper()
	done, err := u.r.db.Comments.Add(t.Context(), social.NewComment{
		PostID: post, ParentID: parent, AuthorID: u.id, Content: content,
	})
	require.NoError(t, err)
	return done.ID
}

// room is a room of the user's.
func (u *user) room(t *testing.T, visibility social.Visibility) int64 {
	t.Helper()
	room, _, err := u.r.db.FaceChats.Create(t.Context(), social.NewFaceChat{
		HostID: u.id, Title: "room of " + u.name, Visibility: visibility,
	})
	require.NoError(t, err)
	return room.ID
}

// report tells the staff of something, and returns the path of the report.
func (u *user) report(t *testing.T, kind social.TargetKind, id int64) string {
	t.Helper()
	a := u.ok(201, "POST", "/api/posts/reports/",
		fmt.Sprintf(`{"kind":%q,"target":%d,"reason":"spam","content":"Look at this"}`, kind, id))
	return adminReports + numberOf(t, a, "id") + "/"
}

// numberOf is a number of an answer, as a path has it.
func numberOf(t *testing.T, a answer, field string) string {
	t.Helper()
	n, ok := a.json(t)[field].(float64)
	require.True(t, ok, a.body)
	return strconv.FormatInt(int64(n), 10)
}

// column is one field of all items of a list.
func (a answer) column(t *testing.T, field string) []any {
	t.Helper()
	all := []any{}
	for _, item := range a.items(t) {
		all = append(all, item[field])
	}
	return all
}

// acts is what stands in the audit, the newest first, as "actor action kind target detail".
func (u *user) acts(t *testing.T) []string {
	t.Helper()
	all := []string{}
	for _, e := range u.ok(200, "GET", adminAudit+"?limit=50", "").items(t) {
		all = append(all, fmt.Sprintf(
			"%v %v %v %v %v", e["actor_name"], e["action"], e["kind"], e["target"], e["detail"]))
	}
	return all
}

func TestAdminIsForTheStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada := r.staffer("eve"), r.user("ada")
		for _, c := range []struct{ method, path, body string }{
			{"GET", adminUsers, ""},
			{"GET", ada.path(adminUsers), ""},
			{"POST", eve.path(adminUsers) + "disable/", because},
			{"POST", eve.path(adminUsers) + "disable/", "not json"},
			{"GET", adminPosts, ""},
			{"DELETE", adminPosts + "1/?reason=x", ""},
			{"GET", adminRooms, ""},
			{"GET", adminReports, ""},
			{"GET", adminAudit, ""},
		} {
			r.refused(r.do(http.DefaultClient, c.method, c.path, c.body), 401, "login_required")
			r.refused(ada.do(c.method, c.path, c.body), 403, "staff_only")
		}
		eve.ok(200, "GET", adminAudit, "")
		require.Equal(t, []string{fmt.Sprint("(console) user.promote user ", eve.id, " ")}, eve.acts(t))

		_, err := r.db.Admin.SetRole(t.Context(), social.Act{}, eve.id, social.RoleUser)
		require.NoError(t, err)
		r.refused(eve.do("GET", adminAudit, ""), 403, "staff_only")
		eve.ok(200, "GET", mePath, "")
	})
}

func TestAdminSearchesUsers(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob-가람")
		bob.ok(200, "PUT", "/api/accounts/update/", `{"nickname":"고요한 가람","bio":"hello"}`)
		ada.ok(200, "PUT", "/api/accounts/update/", `{"nickname":"Countess"}`)
		require.NoError(t, r.db.Admin.Enable(t.Context(), social.Act{}, bob.id))
		for query, want := range map[string][]any{
			"":                             {"bob-가람", "ada", "eve"},
			"?q=ada":                       {"ada"},
			"?q=count":                     {"ada"},
			"?q=ADA@Example":               {"ada"},
			"?q=example.org":               {"bob-가람", "ada", "eve"},
			"?q=%EA%B0%80%EB%9E%8C":        {"bob-가람"},
			"?q=%EC%9A%94%ED%95%9C":        {"bob-가람"},
			"?q=%25":                       {},
			"?q=_":                         {},
			"?q=nobody":                    {},
			"?q='%20OR%201=1":              {},
			"?staff=true":                  {"eve"},
			"?disabled=true":               {},
			"?q=ada&staff=true":            {},
			"?q=example&limit=1":           {"bob-가람"},
			"?q=example&limit=1&staff=yes": nil,
			"?q=a%00b":                     nil,
			"?q=%ff":                       nil,
			"?cursor=x":                    nil,
			"?limit=0":                     nil,
		} {
			a := eve.do("GET", adminUsers+query, "")
			if want == nil {
				require.Contains(t, []int{400, 422}, a.status, query)
				continue
			}
			require.Equal(t, 200, a.status, a.body)
			require.Equal(t, want, a.column(t, "username"), query)
		}
		first := eve.ok(200, "GET", adminUsers+"?limit=2", "")
		require.Equal(t, []any{"eve"}, eve.ok(200, "GET", linkNext(t, first), "").column(t, "username"))

		post := ada.post(t, "private", "mine")
		ada.comment(t, post, 0, "so it is")
		bob.report(t, social.TargetUser, ada.id)
		card := eve.ok(200, "GET", ada.path(adminUsers), "").json(t)
		require.Equal(t, "ada@example.org", card["email"])
		require.Equal(t, false, card["staff"])
		require.Nil(t, card["disabled"])
		require.Equal(t, []any{1.0, 1.0, 1.0, 1.0},
			[]any{card["posts"], card["comments"], card["sessions"], card["reports"]})
		require.NotContains(t, fmt.Sprint(card), "password")
		r.refused(eve.do("GET", adminUsers+"99999/", ""), 404, "user_not_found")
		require.Len(t, eve.acts(t), 1, "looking is no act")
	})
}

func TestAdminDisablesAnAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		other := r.login("ada")
		post := ada.post(t, "public", "hello")
		_, err := r.sfu.Reserve(social.FaceChat{ID: 7}, handler.Guest{Key: handler.UserKey(ada.id), Name: "ada"})
		require.NoError(t, err)
		_, err = r.sfu.Reserve(social.FaceChat{ID: 7}, handler.Guest{Key: handler.UserKey(bob.id), Name: "bob"})
		require.NoError(t, err)
		disable := ada.path(adminUsers) + "disable/"
		for name, c := range map[string]struct {
			path, body string
			status     int
			code       string
		}{
			"no reason":    {disable, `{"reason":" "}`, 422, "reason_invalid"},
			"no body":      {disable, ``, 400, "bad_request"},
			"a long one":   {disable, `{"reason":"` + long(501) + `"}`, 422, "reason_invalid"},
			"unknown":      {disable, `{"reason":"x","role":"user"}`, 422, "validation_failed"},
			"oneself":      {eve.path(adminUsers) + "disable/", because, 422, "not_with_yourself"},
			"nobody":       {adminUsers + "99999/disable/", because, 404, "user_not_found"},
			"not a number": {adminUsers + "x/disable/", because, 422, "validation_failed"},
		} {
			t.Run(name, func(*testing.T) { r.refused(eve.do("POST", c.path, c.body), c.status, c.code) })
		}
		mallory := r.staffer("mallory")
		r.refused(eve.do("POST", mallory.path(adminUsers)+"disable/", because), 403, "target_is_staff")
		mallory.ok(200, "GET", adminUsers, "")
		require.Equal(t, 2, r.sfu.Present(7))
		ada.ok(200, "GET", mePath, "")

		card := eve.ok(200, "POST", disable, because).json(t)
		require.NotNil(t, card["disabled"])
		require.Zero(t, card["sessions"])
		r.refused(ada.do("GET", mePath, ""), 401, "session_ended")
		r.refused(other.do("GET", mePath, ""), 401, "session_ended")
		r.refused(r.do(http.DefaultClient, "POST", "/api/accounts/refresh/", `{"refresh":"`+ada.refresh+`"}`),
			401, "session_ended")
		r.refused(r.do(http.DefaultClient, "POST", "/api/accounts/login/",
			`{"username":"ada","password":"`+password+`"}`), 403, "account_disabled")
		require.Equal(t, 1, r.sfu.Present(7), "the one is hung up, the other one stays")
		r.refused(bob.do("GET", ada.path("/api/accounts/profile/"), ""), 404, "user_not_found")
		r.refused(bob.do("GET", "/api/posts/posts/"+jsonNumber(post)+"/", ""), 404, "post_not_found")
		require.Empty(t, bob.ok(200, "GET", "/api/posts/posts/", "").items(t))
		require.Equal(t, []any{"ada"}, eve.ok(200, "GET", adminUsers+"?disabled=true", "").column(t, "username"))

		eve.ok(200, "POST", disable, because)
		want := fmt.Sprint("eve user.disable user ", ada.id, " It was spam")
		require.Equal(t, want, eve.acts(t)[0])
		require.NotEqual(t, want, eve.acts(t)[1], "once is enough")

		card = eve.ok(200, "POST", ada.path(adminUsers)+"enable/", "").json(t)
		require.Nil(t, card["disabled"])
		eve.ok(200, "POST", ada.path(adminUsers)+"enable/", because)
		require.Equal(t, fmt.Sprint("eve user.enable user ", ada.id, " "), eve.acts(t)[0])
		r.refused(ada.do("GET", mePath, ""), 401, "session_ended")
		r.login("ada").ok(200, "GET", mePath, "")
		bob.ok(200, "GET", "/api/posts/posts/"+jsonNumber(post)+"/", "")
		r.refused(eve.do("POST", adminUsers+"99999/enable/", because), 404, "user_not_found")
	})
}

// long is a text of n characters.
func long(n int) string {
	text := make([]rune, n)
	for i := range text {
		text[i] = '가'
	}
	return string(text)
}

func TestAdminListsCostTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada := r.staffer("eve"), r.user("ada")
		room := ada.room(t, "public")
		grow := func(from, to int) {
			for i := from; i < to; i++ {
				fan := r.user("fan" + strconv.Itoa(i))
				post := fan.post(t, "public", "hello")
				comment := fan.comment(t, post, 0, "so it is")
				ada.report(t, social.TargetPost, post)
				ada.report(t, social.TargetComment, comment)
				ada.report(t, social.TargetUser, fan.id)
				fan.report(t, social.TargetFaceChat, room)
				fan.room(t, "public")
			}
		}
		paths := []string{
			adminUsers, adminUsers + "?q=fan", adminPosts, adminPosts + "?q=hello", adminPosts + "?reported=true",
			adminComments, adminComments + "?q=it", adminComments + "?reported=true", adminRooms, adminReports,
			adminReports + "?state=all", adminAudit,
		}
		cost := func(path string) (rows, queries int) {
			and := "?limit=50"
			if path[len(path)-1] != '/' {
				and = "&limit=50"
			}
			all := storetest.Queries(r.db, func() { rows = len(eve.ok(200, "GET", path+and, "").items(t)) })
			return rows, len(all)
		}
		grow(0, 1)
		few := map[string]int{}
		for _, path := range paths {
			rows, queries := cost(path)
			require.Positive(t, rows, path)
			few[path] = queries
		}
		grow(1, 8)
		for _, u := range []string{"fan1", "fan2", "fan3"} {
			who, err := r.db.Users.ByUsername(t.Context(), u)
			require.NoError(t, err)
			require.NoError(t, func() error {
				_, err := r.db.Admin.SetRole(t.Context(), social.Act{}, who.ID, social.RoleStaff)
				return err
			}())
		}
		for _, path := range paths {
			rows, queries := cost(path)
			require.GreaterOrEqual(t, rows, 4, path)
			require.Equal(t, few[path], queries, path)
			require.LessOrEqual(t, queries, 2, path)
		}
	})
}

// What the staff ends stops ringing on the screens of both sides.
func TestAdminStopsRings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRigOn(t, db, func(cfg *api.Config) { cfg.Admin.Rings = cfg.Rings })
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		befriend(t, ada, bob)
		for _, act := range []func(room int64) string{
			func(room int64) string { return adminRooms + jsonNumber(room) + "/close/" },
			func(int64) string { return bob.path(adminUsers) + "disable/" },
		} {
			room := ada.room(t, "link")
			ada.ok(201, "POST", "/api/facechats/"+jsonNumber(room)+"/ring/", `{"user":`+jsonNumber(bob.id)+`}`)
			r.pushed.take()
			a := eve.do("POST", act(room), because)
			require.Less(t, a.status, 300, a.body)
			require.ElementsMatch(t, []string{
				jsonNumber(ada.id) + " ring_stopped", jsonNumber(bob.id) + " ring_stopped",
			}, r.pushed.take())
		}
	})
}
