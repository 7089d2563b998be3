package handler_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

func TestAdminSeesWhatIsPublicOrReported(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		befriend(t, ada, bob)
		ada.ok(204, "POST", eve.path("/api/accounts/block/"), "")
		open, secret := ada.post(t, "public", "open words"), ada.post(t, "private", "secret words")
		shared := ada.post(t, "friends", "shared words")
		said := bob.comment(t, shared, 0, "said in confidence")
		bob.comment(t, open, 0, "said in public")
		listed := func(path string) []any { return eve.ok(200, "GET", path, "").column(t, "id") }
		ids := func(all ...int64) []any {
			out := []any{}
			for _, id := range all {
				out = append(out, float64(id))
			}
			return out
		}
		require.Equal(t, ids(open), listed(adminPosts), "also who blocks the staff is seen")
		require.Equal(t, ids(open), listed(adminPosts+"?q=words"))
		require.Equal(t, ids(open), listed(ada.path(adminPosts + "?user=")[:len(ada.path(adminPosts+"?user="))-1]))
		require.Empty(t, listed(adminPosts+"?q=secret"))
		require.Empty(t, listed(adminPosts+"?reported=true"))
		require.Len(t, listed(adminComments), 1)
		require.Empty(t, listed(adminComments+"?q=confidence"))
		for _, path := range []string{
			adminPosts + jsonNumber(secret), adminPosts + jsonNumber(shared), adminPosts + "99999",
		} {
			r.refused(eve.do("DELETE", path+"/?reason=curious", ""), 404, "post_not_found")
		}
		r.refused(eve.do("DELETE", adminComments+jsonNumber(said)+"/?reason=curious", ""), 404, "comment_not_found")

		report := bob.report(t, social.TargetPost, shared)
		require.Equal(t, ids(shared, open), listed(adminPosts))
		require.Equal(t, ids(shared), listed(adminPosts+"?reported=true"))
		item := eve.ok(200, "GET", adminPosts+"?reported=true", "").items(t)[0]
		require.Equal(t, "friends", item["visibility"])
		require.Equal(t, "text of shared words", item["content"])
		require.Equal(t, "ada", item["owner"].(map[string]any)["username"])
		require.InDelta(t, 1, item["reports"], 0)
		require.NotNil(t, item["photo"])
		require.Empty(t, listed(adminComments+"?q=confidence"), "what is said there is another thing")
		eve.ok(200, "POST", report+"resolve/", `{"action":"dismissed"}`)
		require.Equal(t, ids(open), listed(adminPosts), "the look ends with the report")

		bob.report(t, social.TargetComment, said)
		comment := eve.ok(200, "GET", adminComments+"?q=CONFIDENCE", "").items(t)[0]
		require.Equal(t, "bob", comment["author"].(map[string]any)["username"])
		require.Empty(t, comment["post_title"], "the post is none of the staff's business")
		require.Equal(t, ids(said), listed(adminComments+"?reported=true&user="+jsonNumber(bob.id)+
			"&post="+jsonNumber(shared)))
	})
}

func TestAdminRemovesPosts(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		post, kept := ada.post(t, "public", "spam words"), ada.post(t, "public", "fine words")
		bob.comment(t, post, 0, "no")
		bob.ok(201, "POST", "/api/posts/likes/", `{"post":`+jsonNumber(post)+`}`)
		path := adminPosts + jsonNumber(post) + "/"
		r.refused(eve.do("DELETE", path, ""), 422, "reason_invalid")
		r.refused(eve.do("DELETE", path+"?reason=%20", ""), 422, "reason_invalid")
		r.refused(bob.do("DELETE", path+"?reason=spam", ""), 403, "staff_only")
		bob.ok(200, "GET", "/api/posts/posts/"+jsonNumber(post)+"/", "")

		photos, _, err := r.db.Photos.Mine(t.Context(), ada.id, "", social.Page{})
		require.NoError(t, err)
		require.Len(t, photos, 2)
		eve.ok(204, "DELETE", path+"?reason=plain%20spam", "")
		r.refused(bob.do("GET", "/api/posts/posts/"+jsonNumber(post)+"/", ""), 404, "post_not_found")
		for _, list := range []string{
			"/api/posts/posts/", "/api/posts/posts_main_list/",
			"/api/posts/posts_detail_list/" + jsonNumber(ada.id) + "/",
		} {
			require.Equal(t, []any{float64(kept)}, ada.ok(200, "GET", list, "").column(t, "id"), list)
		}
		photos, _, err = r.db.Photos.Mine(t.Context(), ada.id, "", social.Page{})
		require.NoError(t, err)
		require.Len(t, photos, 1, "the picture goes, too")
		require.Equal(t, fmt.Sprint("eve post.remove post ", post, " plain spam"), eve.acts(t)[0])
		r.refused(eve.do("DELETE", path+"?reason=again", ""), 404, "post_not_found")
		require.Len(t, eve.acts(t), 2)
		ada.ok(200, "GET", "/api/posts/posts/"+jsonNumber(kept)+"/", "")
	})
}

func TestAdminRemovesComments(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		post := ada.post(t, "public", "words")
		insult := bob.comment(t, post, 0, "an insult")
		reply := ada.comment(t, post, insult, "please")
		path := adminComments + jsonNumber(insult) + "/"
		r.refused(eve.do("DELETE", path, ""), 422, "reason_invalid")
		r.refused(ada.do("DELETE", path+"?reason=x", ""), 403, "staff_only")
		eve.ok(204, "DELETE", path+"?reason=insult", "")
		thread := ada.ok(200, "GET", "/api/posts/comments/?post="+jsonNumber(post), "")
		require.NotContains(t, thread.body, "an insult")
		require.Contains(t, thread.body, "please", "the replies stay")
		require.Equal(t, []any{float64(reply)}, eve.ok(200, "GET", adminComments, "").column(t, "id"))
		r.refused(eve.do("DELETE", path+"?reason=again", ""), 404, "comment_not_found")
		eve.ok(204, "DELETE", adminComments+jsonNumber(reply)+"/?reason=as+well", "")
		require.Empty(t, ada.ok(200, "GET", "/api/posts/comments/?post="+jsonNumber(post), "").items(t))
		require.Equal(t, []string{
			fmt.Sprint("eve comment.remove comment ", reply, " as well"),
			fmt.Sprint("eve comment.remove comment ", insult, " insult"),
		}, eve.acts(t)[:2])
	})
}

func TestAdminClosesRooms(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		open, private := ada.room(t, "public"), bob.room(t, "link")
		_, err := r.sfu.Reserve(social.FaceChat{ID: private}, handler.Guest{Key: "guest:1", Name: "g"})
		require.NoError(t, err)
		a := eve.ok(200, "GET", adminRooms, "")
		rooms := a.items(t)
		require.Len(t, rooms, 2)
		require.Empty(t, rooms[0]["title"], "a private room's name is not for the staff")
		require.Equal(t, "bob", rooms[0]["host"].(map[string]any)["username"])
		require.InDelta(t, 1, rooms[0]["present"], 0)
		require.Equal(t, "room of ada", rooms[1]["title"])
		require.Zero(t, rooms[1]["present"])
		for _, id := range []int64{open, private} {
			room, err := r.db.FaceChats.ByID(t.Context(), map[int64]int64{open: ada.id, private: bob.id}[id], id)
			require.NoError(t, err)
			require.NotContains(t, a.body, room.Slug, "nor is the way in")
		}
		path := adminRooms + jsonNumber(private) + "/close/"
		r.refused(eve.do("POST", path, `{"reason":""}`), 422, "reason_invalid")
		r.refused(ada.do("POST", path, because), 403, "staff_only")
		require.Equal(t, 1, r.sfu.Present(private))

		eve.ok(204, "POST", path, because)
		require.Zero(t, r.sfu.Present(private))
		require.Equal(t, []any{float64(open)}, eve.ok(200, "GET", adminRooms, "").column(t, "id"))
		_, err = r.db.FaceChats.ByID(t.Context(), bob.id, private)
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		_, err = r.db.FaceChats.ByID(t.Context(), ada.id, open)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("eve room.close facechat ", private, " It was spam"), eve.acts(t)[0])
		r.refused(eve.do("POST", path, because), 404, "room_not_found")
		r.refused(eve.do("POST", adminRooms+"99999/close/", because), 404, "room_not_found")
		require.Len(t, eve.acts(t), 2)

		room := bob.report(t, social.TargetFaceChat, open)
		require.InDelta(t, 1, eve.ok(200, "GET", adminRooms, "").items(t)[0]["reports"], 0)
		eve.ok(200, "POST", room+"resolve/", `{"action":"resolved"}`)
		require.Zero(t, eve.ok(200, "GET", adminRooms, "").items(t)[0]["reports"])
	})
}

func TestAdminHandlesReports(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, ada, bob := r.staffer("eve"), r.user("ada"), r.user("bob")
		post := ada.post(t, "public", "words")
		comment := ada.comment(t, post, 0, "an "+long(400))
		reports := []string{
			bob.report(t, social.TargetUser, ada.id), bob.report(t, social.TargetPost, post),
			bob.report(t, social.TargetComment, comment), bob.report(t, social.TargetFaceChat, ada.room(t, "public")),
		}
		open := eve.ok(200, "GET", adminReports, "").items(t)
		require.Len(t, open, 4)
		target := func(i int) map[string]any { return open[i]["target"].(map[string]any) }
		for i := range open {
			require.Equal(t, "ada", target(i)["owner"].(map[string]any)["username"])
			require.Equal(t, "bob", open[i]["reporter"].(map[string]any)["username"])
			require.Equal(t, "open", open[i]["state"])
			require.Equal(t, "Look at this", open[i]["content"])
			require.Equal(t, false, target(i)["gone"])
			require.NotContains(t, open[i], "resolver")
		}
		require.Equal(t, "room of ada", target(0)["title"])
		require.NotZero(t, target(0)["facechat"])
		require.Equal(t, "an "+long(276)+"…", target(1)["text"], "the beginning is enough")
		require.Equal(t, []any{"words", "text of words", float64(post)},
			[]any{target(2)["title"], target(2)["text"], target(2)["post"]})
		require.NotNil(t, target(2)["photo"])
		require.Equal(t, "user", target(3)["kind"])

		resolve := reports[0] + "resolve/"
		for name, c := range map[string]struct {
			path, body string
			status     int
			code       string
		}{
			"no such":   {adminReports + "99999/resolve/", `{"action":"resolved"}`, 404, "report_not_found"},
			"no action": {resolve, `{}`, 422, "validation_failed"},
			"reopen":    {resolve, `{"action":"open"}`, 422, "validation_failed"},
			"long note": {resolve, `{"action":"resolved","note":"` + long(501) + `"}`, 422, "reason_invalid"},
		} {
			t.Run(name, func(*testing.T) { r.refused(eve.do("POST", c.path, c.body), c.status, c.code) })
		}
		r.refused(ada.do("POST", reports[0]+"resolve/", `{"action":"dismissed"}`), 403, "staff_only")
		require.Len(t, eve.ok(200, "GET", adminReports, "").items(t), 4)

		eve.ok(204, "DELETE", adminPosts+jsonNumber(post)+"/?reason=spam", "")
		done := eve.ok(200, "POST", reports[1]+"resolve/", `{"action":"resolved","note":"removed it"}`).json(t)
		require.Equal(t, "resolved", done["state"])
		require.Equal(t, "eve", done["resolver"].(map[string]any)["username"])
		require.NotNil(t, done["resolved"])
		require.Equal(t, true, done["target"].(map[string]any)["gone"])
		require.NotContains(t, done["target"], "owner")
		done = eve.ok(200, "POST", reports[0]+"resolve/", `{"action":"dismissed"}`).json(t)
		require.Equal(t, "dismissed", done["state"])
		r.refused(eve.do("POST", reports[0]+"resolve/", `{"action":"resolved"}`), 404, "report_not_found")
		require.Equal(t, "report.dismiss", eve.ok(200, "GET", adminAudit, "").items(t)[0]["action"])
		for state, n := range map[string]int{"open": 2, "resolved": 1, "dismissed": 1, "all": 4} {
			require.Len(t, eve.ok(200, "GET", adminReports+"?state="+state, "").items(t), n, state)
		}
		r.refused(eve.do("GET", adminReports+"?state=lost", ""), 422, "validation_failed")
	})
}

func TestAuditIsSearched(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		eve, mallory, ada := r.staffer("eve"), r.staffer("mallory"), r.user("ada")
		eve.ok(200, "POST", ada.path(adminUsers)+"disable/", because)
		mallory.ok(200, "POST", ada.path(adminUsers)+"enable/", "")
		for query, want := range map[string][]any{
			"":                                   {"user.enable", "user.disable", "user.promote", "user.promote"},
			"?actor=" + jsonNumber(eve.id):       {"user.disable"},
			"?action=user.promote":               {"user.promote", "user.promote"},
			"?action=user.promote&limit=1":       {"user.promote"},
			"?target=" + jsonNumber(ada.id):      {"user.enable", "user.disable"},
			"?kind=post":                         {},
			"?kind=user&target=99999":            {},
			"?kind=user&target=" + jsonNumber(1): nil,
		} {
			a := eve.ok(200, "GET", adminAudit+query, "")
			if want != nil {
				require.Equal(t, want, a.column(t, "action"), query)
			}
		}
		for _, query := range []string{"?kind=weather", "?action=%27%20OR", "?actor=-1", "?target=x"} {
			r.refused(eve.do("GET", adminAudit+query, ""), 422, "validation_failed")
		}
		require.Equal(t, "ada", eve.ok(200, "GET", adminAudit, "").items(t)[0]["name"])
		eve.ok(204, "DELETE", mePath, `{"password":"`+password+`"}`)
		entry := mallory.ok(200, "GET", adminAudit+"?action=user.disable", "").items(t)[0]
		require.Equal(t, "eve", entry["actor_name"], "the name stays when the account goes")
		require.Zero(t, entry["actor"])
	})
}
