package handler_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	askPath      = "/api/accounts/friend-request/"
	requestsPath = "/api/accounts/friend-requests/"
	friendsPath  = "/api/accounts/friends/"
)

// ask sends a friend request and returns its path.
func (u *user) ask(t *testing.T, to *user) string {
	t.Helper()
	a := u.ok(201, "POST", askPath, `{"to_user":`+jsonNumber(to.id)+`}`)
	id, ok := a.json(t)["id"].(float64)
	require.True(t, ok)
	return requestsPath + strconv.FormatInt(int64(id), 10) + "/"
}

// befriend makes two people friends.
func befriend(t *testing.T, a, b *user) {
	t.Helper()
	b.ok(200, "POST", a.ask(t, b)+"accept/", "")
}

// relation is how u stands to other.
func (u *user) relation(t *testing.T, other *user) string {
	t.Helper()
	word, _ := u.ok(200, "GET", other.path("/api/accounts/profile/"), "").json(t)["relation"].(string)
	return word
}

func TestFriendRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		request := ada.ask(t, bob)
		require.Equal(t, []string{jsonNumber(bob.id) + " notification friend_request"}, r.pushed.take())
		require.Equal(t, "requested", ada.relation(t, bob))
		require.Equal(t, "incoming", bob.relation(t, ada))
		require.Equal(t, "none", eve.relation(t, ada))
		require.Equal(t, "self", ada.relation(t, ada))
		in := bob.ok(200, "GET", requestsPath, "").items(t)
		require.Len(t, in, 1)
		require.Equal(t, "ada", in[0]["from"].(map[string]any)["username"])
		require.Equal(t, "pending", in[0]["state"])
		require.Nil(t, in[0]["answered"])
		require.Len(t, ada.ok(200, "GET", requestsPath+"?direction=out", "").items(t), 1)
		require.Empty(t, ada.ok(200, "GET", requestsPath+"?direction=in", "").items(t))

		toBob := `{"to_user":` + jsonNumber(bob.id) + `}`
		for name, c := range map[string]struct {
			who          *user
			method, path string
			body         string
			status       int
			code         string
		}{
			"twice":            {ada, "POST", askPath, toBob, 409, "friend_request_exists"},
			"oneself":          {bob, "POST", askPath, toBob, 422, "not_with_yourself"},
			"nobody":           {ada, "POST", askPath, `{"to_user":99999}`, 404, "user_not_found"},
			"below one":        {ada, "POST", askPath, `{"to_user":-1}`, 422, "validation_failed"},
			"too large":        {ada, "POST", askPath, `{"to_user":9223372036854775808}`, 422, "validation_failed"},
			"not a number":     {ada, "POST", askPath, `{"to_user":"1 OR 1=1"}`, 422, "validation_failed"},
			"sender accepts":   {ada, "POST", request + "accept/", "", 404, "friend_request_not_found"},
			"stranger accepts": {eve, "POST", request + "accept/", "", 404, "friend_request_not_found"},
			"stranger rejects": {eve, "POST", request + "reject/", "", 404, "friend_request_not_found"},
			"receiver cancels": {bob, "DELETE", request, "", 404, "friend_request_not_found"},
			"no such request":  {bob, "POST", requestsPath + "99999/accept/", "", 404, "friend_request_not_found"},
			"other direction":  {bob, "GET", requestsPath + "?direction=up", "", 422, "validation_failed"},
			"cursor":           {bob, "GET", requestsPath + "?cursor=AAAA", "", 400, "cursor_invalid"},
			"limit":            {bob, "GET", requestsPath + "?limit=0", "", 422, "validation_failed"},
			"not friends":      {ada, "DELETE", bob.path(friendsPath), "", 404, "not_friends"},
		} {
			t.Run(name, func(*testing.T) { r.refused(c.who.do(c.method, c.path, c.body), c.status, c.code) })
		}
		r.refused(r.do(http.DefaultClient, "POST", request+"accept/", ""), 401, "login_required")
		require.Empty(t, ada.ok(200, "GET", friendsPath, "").items(t), "nobody became a friend by that")
		require.Empty(t, r.pushed.take())

		done := bob.ok(200, "POST", request+"accept/", "").json(t)
		require.Equal(t, "accepted", done["state"])
		require.NotNil(t, done["answered"])
		require.Equal(t, []string{jsonNumber(ada.id) + " notification friend_accepted"}, r.pushed.take())
		require.Equal(t, "friends", ada.relation(t, bob))
		require.Equal(t, "friends", bob.relation(t, ada))
		require.Equal(t, "bob", ada.ok(200, "GET", friendsPath, "").items(t)[0]["username"])
		require.Equal(t, "ada", bob.ok(200, "GET", friendsPath, "").items(t)[0]["username"])
		r.refused(bob.do("POST", request+"accept/", ""), 404, "friend_request_not_found")
		r.refused(ada.do("POST", askPath, `{"to_user":`+jsonNumber(bob.id)+`}`), 409, "already_friends")

		ada.ok(204, "DELETE", bob.path(friendsPath), "")
		require.Equal(t, "none", bob.relation(t, ada), "it ends for both")
		require.Empty(t, bob.ok(200, "GET", friendsPath, "").items(t))
	})
}

func TestRejectAndCancel(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		rejected := bob.ok(200, "POST", ada.ask(t, bob)+"reject/", "").json(t)
		require.Equal(t, "rejected", rejected["state"])
		require.Equal(t, "none", ada.relation(t, bob))
		r.pushed.take()
		request := ada.ask(t, bob) // asking again is allowed
		ada.ok(204, "DELETE", request, "")
		r.refused(bob.do("POST", request+"accept/", ""), 404, "friend_request_not_found")
		require.Empty(t, bob.ok(200, "GET", requestsPath, "").items(t))
		require.Empty(t, ada.ok(200, "GET", friendsPath, "").items(t))
	})
}

func TestCrossingRequestsAreAFriendship(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		ada.ask(t, bob)
		done := bob.ok(201, "POST", friendsPath, `{"user":`+jsonNumber(ada.id)+`}`).json(t)
		require.Equal(t, "accepted", done["state"])
		require.Equal(t, "friends", ada.relation(t, bob))

		for range 5 { // at the same time, again and again
			ada.ok(204, "DELETE", bob.path(friendsPath), "")
			var wg sync.WaitGroup
			for _, pair := range [][2]*user{{ada, bob}, {bob, ada}} {
				wg.Go(func() {
					a := pair[0].do("POST", askPath, `{"to_user":`+jsonNumber(pair[1].id)+`}`)
					if a.status != 201 {
						t.Error(a.status, a.body)
					}
				})
			}
			wg.Wait()
			require.Len(t, ada.ok(200, "GET", friendsPath, "").items(t), 1)
			require.Len(t, bob.ok(200, "GET", friendsPath, "").items(t), 1)
			require.Empty(t, ada.ok(200, "GET", requestsPath, "").items(t))
			require.Empty(t, bob.ok(200, "GET", requestsPath, "").items(t))
		}
	})
}

func TestListsArePaged(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		for i := range 5 {
			r.user("fan"+strconv.Itoa(i)).ok(204, "POST", ada.path("/api/accounts/follow/"), "")
		}
		seen := []any{}
		path := ada.path("/api/accounts/followers/") + "?limit=2"
		for path != "" {
			a := ada.ok(200, "GET", path, "")
			for _, item := range a.items(t) {
				seen = append(seen, item["username"])
			}
			if len(seen) == 2 { // a newcomer does not shift the pages
				r.user("late").ok(204, "POST", ada.path("/api/accounts/follow/"), "")
			}
			path = linkNext(t, a)
		}
		require.Equal(t, []any{"fan4", "fan3", "fan2", "fan1", "fan0"}, seen)
		require.Len(t, ada.ok(200, "GET", ada.path("/api/accounts/followers/")+"?limit=1000", "").items(t), 6)
		other := ada.ok(200, "GET", ada.path("/api/accounts/followers/")+"?limit=1", "").json(t)["next"].(string)
		r.refused(ada.do("GET", friendsPath+"?cursor="+other, ""), 400, "cursor_invalid")
	})
}
