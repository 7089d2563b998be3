package handler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const commentsPath = "/api/posts/comments/"

// say comments over HTTP and returns the path of the comment; parent "": to the post itself.
func (u *user) say(t *testing.T, post int64, parent, content string) (id, path string) {
	t.Helper()
	id = numberOf(t, u.ok(201, "POST", commentsPath, commentBody(post, parent, content)), "id")
	return id, commentsPath + id + "/"
}

func commentBody(post int64, parent, content string) string {
	if parent != "" {
		parent = `,"parent":` + parent
	}
	return fmt.Sprintf(`{"post":%d,"content":%q%s}`, post, content, parent)
}

func listPath(post int64) string { return commentsPath + "?post=" + jsonNumber(post) }

// talk is what an answer shows of a post's comments: "author: content" of each, "-" for an empty one, replies
// after a ">".
func talk(t *testing.T, a answer) []string {
	t.Helper()
	require.Equal(t, 200, a.status, a.body)
	text := func(m map[string]any) string {
		if m["empty"] == true {
			require.NotContains(t, m, "author")
			require.Empty(t, m["content"])
			return "-"
		}
		return fmt.Sprint(m["author"].(map[string]any)["username"], ": ", m["content"])
	}
	out := []string{}
	for _, thread := range a.items(t) {
		out = append(out, text(thread))
		for _, reply := range thread["replies"].(map[string]any)["items"].([]any) {
			out = append(out, ">"+text(reply.(map[string]any)))
		}
	}
	return out
}

func TestComments(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		post := ada.post(t, "public", "sea")
		body := commentBody(post, "", " Hello\r\n<b>you</b> ")
		a := bob.ok(201, "POST", commentsPath, body)
		top := numberOf(t, a, "id")
		require.Equal(t, commentsPath+top+"/", a.header.Get("Location"))
		m := a.json(t)
		require.Equal(t, "Hello\n<b>you</b>", m["content"])
		require.InDelta(t, post, m["post"], 0)
		require.InDelta(t, 0, m["parent_id"], 0)
		require.Equal(t, false, m["edited"])
		require.NotContains(t, a.body, "email")
		require.Equal(t, []string{jsonNumber(ada.id) + " notification comment"}, r.pushed.take())
		reply, replyPath := ada.say(t, post, top, "hi")
		require.Equal(t, []string{jsonNumber(bob.id) + " notification reply"}, r.pushed.take())
		bob.say(t, post, reply, "deep")
		require.Equal(t, []string{jsonNumber(ada.id) + " notification reply"}, r.pushed.take(), "once")
		a = r.do(http.DefaultClient, "GET", listPath(post), "")
		require.Equal(t, []string{"bob: Hello\n<b>you</b>", ">ada: hi", ">bob: deep"}, talk(t, a))
		replies := a.items(t)[0]["replies"].(map[string]any)
		require.Equal(t, reply, fmt.Sprint(replies["items"].([]any)[1].(map[string]any)["parent_id"]))
		require.Empty(t, replies["next"])
		shown := ada.ok(200, "GET", "/api/posts/posts/"+jsonNumber(post)+"/", "")
		require.InDelta(t, 3, shown.json(t)["comment_count"], 0)

		m = ada.ok(200, "PUT", replyPath, `{"content":"good evening"}`).json(t)
		require.Equal(t, "good evening", m["content"])
		require.Equal(t, true, m["edited"])
		require.Empty(t, r.pushed.take(), "nobody is told of a change")
		ada.ok(204, "DELETE", replyPath, "")
		r.refused(ada.do("PUT", replyPath, `{"content":"x"}`), 404, "comment_not_found")
		r.refused(ada.do("DELETE", replyPath, ""), 404, "comment_not_found")
		r.refused(ada.do("POST", commentsPath, commentBody(post, reply, "x")), 404, "comment_not_found")
		a = bob.ok(200, "GET", listPath(post), "")
		require.Equal(t, []string{"bob: Hello\n<b>you</b>", ">-", ">bob: deep"}, talk(t, a))
		ada.ok(204, "DELETE", commentsPath+top+"/", "") // her post
		a = bob.ok(200, "GET", listPath(post)+"&parent="+top, "")
		require.Equal(t, []string{"-", "bob: deep"}, talk(t, a))
		require.NotContains(t, a.body, "evening")
		bob.ok(204, "DELETE", fmt.Sprint(commentsPath, a.items(t)[1]["id"], "/"), "")
		require.Empty(t, talk(t, bob.ok(200, "GET", listPath(post), "")), "the empty ones go with the last reply")
		shown = ada.ok(200, "GET", "/api/posts/posts/"+jsonNumber(post)+"/", "")
		require.InDelta(t, 0, shown.json(t)["comment_count"], 0)
	})
}

func TestCommentsAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve, staff := r.user("ada"), r.user("bob"), r.user("eve"), r.staffer("staff")
		befriend(t, ada, bob)
		post, other := ada.post(t, "public", "sea"), ada.post(t, "public", "other")
		closed := ada.post(t, "friends", "closed")
		top, topPath := bob.say(t, post, "", "top")
		_, closedPath := bob.say(t, closed, "", "closed")
		r.pushed.take()
		long := strings.Repeat("a", 2001)
		for _, c := range []struct {
			who          *user
			method, path string
			body         string
			status       int
			code         string
		}{
			{eve, "POST", commentsPath, commentBody(closed, "", "x"), 404, "post_not_found"},
			{eve, "POST", commentsPath, commentBody(99999, "", "x"), 404, "post_not_found"},
			{eve, "POST", commentsPath, commentBody(other, top, "x"), 404, "comment_not_found"},
			{eve, "POST", commentsPath, commentBody(post, "99999", "x"), 404, "comment_not_found"},
			{eve, "POST", commentsPath, commentBody(post, "0", "x"), 422, "validation_failed"},
			{eve, "POST", commentsPath, commentBody(-1, "", "x"), 422, "validation_failed"},
			{eve, "POST", commentsPath, commentBody(post, "", " \n "), 422, "comment_invalid"},
			{eve, "POST", commentsPath, commentBody(post, "", long), 422, "comment_invalid"},
			{eve, "POST", commentsPath, `{"post":1,"content":"a\u0000"}`, 422, "comment_invalid"},
			{eve, "POST", commentsPath, `{"content":"x"}`, 422, "validation_failed"},
			{eve, "PUT", topPath, `{"content":"x"}`, 403, "comment_not_yours"},
			{ada, "PUT", topPath, `{"content":"x"}`, 403, "comment_not_yours"},
			{staff, "PUT", topPath, `{"content":"x"}`, 403, "comment_not_yours"},
			{bob, "PUT", topPath, `{"content":""}`, 422, "comment_invalid"},
			{eve, "DELETE", topPath, "", 403, "comment_not_yours"},
			{eve, "PUT", closedPath, `{"content":"x"}`, 404, "comment_not_found"},
			{eve, "DELETE", closedPath, "", 404, "comment_not_found"},
			{staff, "DELETE", closedPath, "", 404, "comment_not_found"},
			{eve, "DELETE", commentsPath + "99999/", "", 404, "comment_not_found"},
			{eve, "GET", listPath(closed), "", 404, "post_not_found"},
			{eve, "GET", listPath(99999), "", 404, "post_not_found"},
			{eve, "GET", listPath(post) + "&parent=99999", "", 404, "comment_not_found"},
			{eve, "GET", listPath(other) + "&parent=" + top, "", 404, "comment_not_found"},
			{eve, "GET", commentsPath, "", 422, "validation_failed"},
			{eve, "GET", listPath(0), "", 422, "validation_failed"},
			{eve, "GET", listPath(post) + "&cursor=x", "", 400, "cursor_invalid"},
		} {
			r.refused(c.who.do(c.method, c.path, c.body), c.status, c.code)
		}
		r.refused(r.do(http.DefaultClient, "POST", commentsPath, commentBody(post, "", "x")), 401, "login_required")
		require.Empty(t, r.pushed.take())
		require.Equal(t, []string{"bob: top"}, talk(t, eve.ok(200, "GET", listPath(post), "")))
		require.Equal(t, []string{"bob: closed"}, talk(t, ada.ok(200, "GET", listPath(closed), "")))
		staff.ok(204, "DELETE", topPath, "")
		acts := staff.ok(200, "GET", adminAudit, "").items(t)
		require.Equal(t, social.ActRemoveComment, acts[0]["action"])
	})
}

func TestCommentsAndBlocks(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		post, bobs := ada.post(t, "public", "sea"), bob.post(t, "public", "bobs")
		top, topPath := bob.say(t, post, "", "top")
		eve.say(t, post, top, "reply")
		bob.say(t, post, "", "alone")
		_, evesPath := eve.say(t, bobs, "", "mine")
		eve.ok(204, "POST", bob.path("/api/accounts/block/"), "")
		r.pushed.take()

		require.Equal(t, []string{"-", ">eve: reply"}, talk(t, eve.ok(200, "GET", listPath(post), "")))
		require.Equal(t, []string{"bob: top", "bob: alone"}, talk(t, bob.ok(200, "GET", listPath(post), "")))
		require.Len(t, talk(t, ada.ok(200, "GET", listPath(post), "")), 3)
		r.refused(eve.do("POST", commentsPath, commentBody(post, top, "x")), 404, "comment_not_found")
		r.refused(eve.do("DELETE", topPath, ""), 404, "comment_not_found")
		r.refused(eve.do("GET", listPath(bobs), ""), 404, "post_not_found")
		r.refused(eve.do("POST", commentsPath, commentBody(bobs, "", "x")), 404, "post_not_found")
		r.refused(eve.do("PUT", evesPath, `{"content":"x"}`), 404, "comment_not_found")
		eve.ok(204, "DELETE", evesPath, "") // her own words
		require.Empty(t, r.pushed.take())

		storetest.Disable(t, r.db, bob.id)
		require.Equal(t, []string{"-", ">eve: reply"}, talk(t, r.do(http.DefaultClient, "GET", listPath(post), "")))
	})
}

func TestCommentsArePaged(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		post, small := ada.post(t, "public", "sea"), ada.post(t, "public", "small")
		ada.comment(t, small, ada.comment(t, small, 0, "top"), "reply")
		var first int64
		for i := range 12 {
			top := bob.comment(t, post, 0, fmt.Sprint(i))
			if i == 0 {
				first = top
			}
		}
		for i := range social.MaxReplies + 2 {
			ada.comment(t, post, first, fmt.Sprint("reply ", i))
		}
		a := r.do(http.DefaultClient, "GET", listPath(post)+"&limit=10", "")
		require.Len(t, a.items(t), 10)
		replies := a.items(t)[0]["replies"].(map[string]any)
		require.Len(t, replies["items"], social.MaxReplies)
		more := r.do(http.DefaultClient, "GET",
			listPath(post)+"&parent="+jsonNumber(first)+"&cursor="+replies["next"].(string), "")
		require.Equal(t, []string{"ada: reply 50", "ada: reply 51"}, talk(t, more))
		require.Empty(t, linkNext(t, more))
		bob.comment(t, post, 0, "12")
		a = r.do(http.DefaultClient, "GET", linkNext(t, a), "")
		require.Equal(t, []string{"bob: 10", "bob: 11", "bob: 12"}, talk(t, a))

		cost := func(path string) int {
			return len(storetest.Queries(r.db, func() { bob.ok(200, "GET", path, "") }))
		}
		require.Equal(t, cost(listPath(small)), cost(listPath(post)+"&limit=50"))
		r.refused(bob.do("GET", listPath(post)+"&cursor="+replies["next"].(string), ""), 400, "cursor_invalid")
	})
}
