package handler_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

// company is an owner of a picture, and people who stand to them in all ways.
type company struct {
	r                              *rig
	owner, friend, stranger, apart *user // apart is blocked by the owner
	photo                          int64
	path                           string // of the small size
	everybody                      map[string]*user
	post                           int64
}

func newCompany(t *testing.T, r *rig) *company {
	t.Helper()
	c := &company{
		r: r, owner: r.user("owner"), friend: r.user("friend"), stranger: r.user("stranger"),
		apart: r.user("apart"),
	}
	for _, u := range []*user{c.friend, c.apart} {
		c.owner.ok(201, "POST", "/api/accounts/friends/", `{"user":`+jsonNumber(u.id)+`}`)
		u.ok(201, "POST", "/api/accounts/friends/", `{"user":`+jsonNumber(c.owner.id)+`}`)
	}
	c.owner.ok(204, "POST", c.apart.path("/api/accounts/block/"), "")
	c.photo = idOf(c.owner.upload("name", "sea"))
	c.path = photoPath(c.photo) + "small/"
	c.everybody = map[string]*user{
		"owner": c.owner, "friend": c.friend, "stranger": c.stranger, "blocked": c.apart, "nobody": nil,
	}
	return c
}

// sees asks for the bytes with everybody's token, and expects them for those in who.
func (c *company) sees(t *testing.T, why string, who ...string) {
	t.Helper()
	allowed := map[string]bool{}
	for _, name := range who {
		allowed[name] = true
	}
	for name, u := range c.everybody {
		ask := func(path string) answer {
			if u == nil {
				return c.r.do(http.DefaultClient, "GET", path, "")
			}
			return u.do("GET", path, "")
		}
		bytes, data := ask(c.path), ask(photoPath(c.photo))
		if allowed[name] {
			require.Equal(t, 200, bytes.status, "%s: %s: %s", why, name, bytes.body)
			require.Equal(t, 200, data.status, "%s: %s: %s", why, name, data.body)
			// The addresses that the data gives work without a token, for an <img>.
			thumb := data.json(t)["thumbs"].(map[string]any)["small"].(string)
			require.Equal(t, 200, c.r.do(http.DefaultClient, "GET", thumb, "").status, "%s: %s", why, name)
			continue
		}
		c.r.refused(bytes, 404, "photo_not_found")
		c.r.refused(data, 404, "photo_not_found")
	}
}

// link is an address of the small size with the eyes of a user.
func (c *company) link(u *user) string {
	return c.path + "?" + c.r.keys.Links.Sign(c.photo, u.id, time.Now())
}

func (c *company) show(t *testing.T, level social.Visibility) {
	t.Helper()
	if c.post == 0 {
		body := `{"title":"a day","photo":` + jsonNumber(c.photo) + `,"visibility":"` + string(level) + `"}`
		c.post = idOf(c.owner.ok(201, "POST", "/api/posts/create/", body).json(t))
		return
	}
	c.owner.ok(200, "PUT", "/api/posts/posts/"+jsonNumber(c.post)+"/", `{"visibility":"`+string(level)+`"}`)
}

func TestWhoSeesAPhoto(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c := newCompany(t, r)
		c.sees(t, "a photo that nothing shows", "owner")
		c.show(t, social.VisiblePrivate)
		c.sees(t, "a private post's", "owner")
		c.show(t, social.VisibleFriends)
		c.sees(t, "a post's for friends", "owner", "friend")
		c.show(t, social.VisiblePublic)
		c.sees(t, "a public post's", "owner", "friend", "stranger", "nobody")
		open := r.do(http.DefaultClient, "GET", c.path, "")
		require.Equal(t, "public, max-age=60", open.header.Get("Cache-Control"))

		c.show(t, social.VisiblePrivate)
		c.sees(t, "the post was made private", "owner")
		stale := r.do(http.DefaultClient, "GET", c.path, "", "If-None-Match", open.header.Get("Etag"))
		r.refused(stale, 404, "photo_not_found") // who had it before does not get 304
		c.show(t, social.VisiblePublic)
		r.refused(c.owner.do("DELETE", photoPath(c.photo), ""), 409, "photo_in_use")
		c.sees(t, "it could not be deleted", "owner", "friend", "stranger", "nobody")
		c.owner.ok(204, "DELETE", "/api/posts/posts/"+jsonNumber(c.post)+"/", "")
		c.sees(t, "the post is gone", "owner")
		c.owner.ok(204, "DELETE", photoPath(c.photo), "")
		c.sees(t, "it was deleted")
	})
}

func TestSignedAddresses(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c := newCompany(t, r)
		get := func(path string) answer { return r.do(http.DefaultClient, "GET", path, "") }
		c.show(t, social.VisibleFriends)
		owners, friends := c.link(c.owner), c.link(c.friend)
		require.Equal(t, 200, get(owners).status)
		a := get(friends)
		require.Equal(t, 200, a.status)
		require.Contains(t, a.header.Get("Cache-Control"), "private, max-age=")
		require.Equal(t, 200, c.stranger.do("GET", friends, "").status, "the address counts, not who asks")
		r.refused(get(c.link(c.stranger)), 404, "photo_not_found")
		r.refused(get(c.link(c.apart)), 404, "photo_not_found")

		other := idOf(c.owner.upload())
		u, err := url.Parse(friends)
		require.NoError(t, err)
		with := func(name, value string) string {
			q := u.Query()
			q.Set(name, value)
			return c.path + "?" + q.Encode()
		}
		expires, err := strconv.ParseInt(u.Query().Get("e"), 10, 64)
		require.NoError(t, err)
		for name, path := range map[string]string{
			"other eyes":      with("v", jsonNumber(c.owner.id)),
			"longer":          with("e", jsonNumber(expires+3600)),
			"other signature": with("s", "AAAAAAAAAAAAAAAAAAAAAA"),
			"cut signature":   with("s", u.Query().Get("s")[:21]),
			"no eyes":         with("v", "0"),
			"other picture":   photoPath(other) + "small/?" + u.RawQuery,
		} {
			t.Run(name, func(*testing.T) { r.refused(get(path), 403, "link_invalid") })
		}
		old := c.path + "?" + r.keys.Links.Sign(c.photo, c.friend.id, time.Now().Add(-2*time.Hour))
		r.refused(get(old), 403, "link_expired")
		r.refused(c.owner.do("GET", old, ""), 403, "link_expired")
		require.Equal(t, 200, get(photoPath(c.photo)+"large/?"+u.RawQuery).status, "it is good for all sizes")

		// An address opens no more than its owner of the eyes sees now.
		c.show(t, social.VisiblePrivate)
		r.refused(get(friends), 404, "photo_not_found")
		require.Equal(t, 200, get(owners).status)
		c.show(t, social.VisibleFriends)
		require.Equal(t, 200, get(friends).status)
		c.owner.ok(204, "DELETE", c.friend.path("/api/accounts/friends/"), "")
		r.refused(get(friends), 404, "photo_not_found")
		c.owner.ok(204, "DELETE", "/api/posts/posts/"+jsonNumber(c.post)+"/", "")
		c.owner.ok(204, "DELETE", photoPath(c.photo), "")
		r.refused(get(owners), 404, "photo_not_found")
	})
}

// An address that the staff got is as good as its eyes: it ends with the report, the role, the friendship.
func TestSignedAddressesOfTheStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c, eve := newCompany(t, r), r.staffer("eve")
		get := func(path string) answer { return r.do(http.DefaultClient, "GET", path, "") }
		c.show(t, social.VisibleFriends)
		r.refused(eve.do("GET", photoPath(c.photo), ""), 404, "photo_not_found")
		report := c.friend.report(t, social.TargetPost, c.post)
		shown := func() string {
			return eve.ok(200, "GET", adminPosts, "").items(t)[0]["photo"].(map[string]any)["url"].(string)
		}
		link := shown()
		require.Equal(t, 200, get(link).status)
		eve.ok(200, "POST", report+"resolve/", `{"action":"dismissed"}`)
		r.refused(get(link), 404, "photo_not_found")
		report = c.friend.report(t, social.TargetPhoto, c.photo)
		require.Equal(t, 200, get(shown()).status)
		_, err := r.db.Admin.SetRole(t.Context(), social.Act{}, eve.id, social.RoleUser)
		require.NoError(t, err)
		r.refused(get(link), 404, "photo_not_found")

		_, err = r.db.Admin.SetRole(t.Context(), social.Act{}, c.friend.id, social.RoleStaff)
		require.NoError(t, err)
		c.friend.ok(200, "POST", report+"resolve/", `{"action":"dismissed"}`)
		post := "/api/posts/posts/" + jsonNumber(c.post) + "/"
		link = c.friend.ok(200, "GET", post, "").json(t)["photo"].(map[string]any)["url"].(string)
		require.Equal(t, 200, get(link).status)
		c.owner.ok(204, "DELETE", c.friend.path("/api/accounts/friends/"), "")
		r.refused(get(link), 404, "photo_not_found")
	})
}

// Who is disabled sees nothing, with an address from before as little as with a token.
func TestSignedAddressesOfTheDisabled(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c, eve := newCompany(t, r), r.staffer("eve")
		c.show(t, social.VisibleFriends)
		link := c.link(c.friend)
		require.Equal(t, 200, r.do(http.DefaultClient, "GET", link, "").status)
		eve.ok(200, "POST", c.friend.path(adminUsers)+"disable/", because)
		r.refused(r.do(http.DefaultClient, "GET", link, ""), 404, "photo_not_found")
	})
}

func TestPhotosOfADeletedAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c := newCompany(t, r)
		c.show(t, social.VisiblePublic)
		require.Equal(t, 200, c.owner.send("PUT", "/api/accounts/update/").status)
		link := c.link(c.owner)
		var export map[string][]map[string]any
		mine := c.owner.ok(200, "GET", "/api/accounts/me/export/", "").body
		require.NoError(t, json.Unmarshal([]byte(mine), &export))
		require.Len(t, export["photos"], 2)
		require.Equal(t, "sea", export["photos"][0]["name"])
		require.NotContains(t, export["photos"][0], "blob", "keys are no business of anybody's")
		c.owner.ok(204, "DELETE", "/api/accounts/me/", `{"password":"`+password+`"}`)
		for _, path := range []string{c.path, link} {
			r.refused(r.do(http.DefaultClient, "GET", path, ""), 404, "photo_not_found")
		}
		orphans, err := r.db.Photos.Orphans(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, orphans, 2, "the bytes wait to be removed")
	})
}

func TestPostWithUpload(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		a := ada.send("POST", "/api/posts/create/", "title", "a day at sea", "visibility", "private")
		require.Equal(t, 201, a.status, a.body)
		photo := a.json(t)["photo"].(map[string]any)
		require.Equal(t, "a day at sea", photo["name"])
		require.Equal(t, 200, r.do(http.DefaultClient, "GET", photo["url"].(string), "").status)
		r.refused(r.do(http.DefaultClient, "GET", photoPath(idOf(photo))+"original/", ""), 404, "photo_not_found")
		body, kind := multiform(t, "no picture", "title", "x")
		r.refused(ada.do("POST", "/api/posts/create/", body, "Content-Type", kind), 415, "picture_type_unsupported")
	})
}
