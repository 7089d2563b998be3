package handler_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/webp"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const photosPath = "/api/posts/photos/"

// idOf is the id of what the API shows.
func idOf(thing map[string]any) int64 { return int64(thing["id"].(float64)) }

func photoPath(id int64) string { return photosPath + strconv.FormatInt(id, 10) + "/" }

func TestPhotos(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		require.Empty(t, ada.ok(200, "GET", photosPath, "").items(t))
		first := ada.upload("name", " 바다 ", "alt", "두 사람")
		require.Equal(t, "바다", first["name"])
		require.Equal(t, "두 사람", first["alt"])
		require.Equal(t, "upload", first["kind"])
		require.InDelta(t, 60, first["width"], 0)
		require.InDelta(t, 40, first["height"], 0)
		require.InDelta(t, 0, first["facechat_id"], 0)
		require.Len(t, first["blurhash"], 28)
		second := ada.upload()
		a := ada.send("POST", "/api/facechats/backgrounds/", "name", "behind me")
		require.Equal(t, 201, a.status, a.body)
		require.Equal(t, photoPath(idOf(a.json(t))), a.header.Get("Location"))
		require.Equal(t, "background", a.json(t)["kind"])

		all := ada.ok(200, "GET", photosPath+"?limit=2", "")
		require.Len(t, all.items(t), 2)
		require.Equal(t, a.json(t)["id"], all.items(t)[0]["id"], "the newest first")
		rest := ada.ok(200, "GET", linkNext(t, all), "").items(t)
		require.Len(t, rest, 1)
		require.Equal(t, first["id"], rest[0]["id"])
		require.Len(t, ada.ok(200, "GET", photosPath+"?kind=upload", "").items(t), 2)
		require.Len(t, ada.ok(200, "GET", "/api/facechats/backgrounds/", "").items(t), 1)
		require.Empty(t, bob.ok(200, "GET", photosPath, "").items(t))
		r.refused(ada.do("GET", photosPath+"?kind=secret", ""), 422, "validation_failed")
		r.refused(r.do(http.DefaultClient, "GET", photosPath, ""), 401, "login_required")
		r.refused(r.do(http.DefaultClient, "GET", "/api/facechats/backgrounds/", ""), 401, "login_required")

		one := photoPath(idOf(first))
		require.Equal(t, first["name"], ada.ok(200, "GET", one, "").json(t)["name"])
		r.refused(bob.do("GET", one, ""), 404, "photo_not_found")
		r.refused(r.do(http.DefaultClient, "GET", one, ""), 404, "photo_not_found")
		changed := ada.ok(200, "PUT", one, `{"alt":"셋"}`).json(t)
		require.Equal(t, []any{"바다", "셋"}, []any{changed["name"], changed["alt"]})
		require.Equal(t, "", ada.ok(200, "PUT", one, `{"name":""}`).json(t)["name"])
		for _, c := range []struct {
			body, code string
			status     int
		}{
			{`{"name":"` + strings.Repeat("가", 101) + `"}`, "photo_name_invalid", 422},
			{`{"name":"a\nb"}`, "photo_name_invalid", 422},
			{`{"alt":"` + strings.Repeat("가", 1001) + `"}`, "photo_alt_invalid", 422},
			{`{"kind":"avatar"}`, "validation_failed", 422},
			{`{"owner":2}`, "validation_failed", 422},
		} {
			r.refused(ada.do("PUT", one, c.body), c.status, c.code)
		}
		r.refused(bob.do("PUT", one, `{"alt":"mine"}`), 404, "photo_not_found")
		r.refused(bob.do("DELETE", one, ""), 404, "photo_not_found")
		require.Equal(t, "셋", ada.ok(200, "GET", one, "").json(t)["alt"], "nothing was written")

		ada.ok(204, "DELETE", one, "")
		r.refused(ada.do("GET", one, ""), 404, "photo_not_found")
		r.refused(ada.do("DELETE", one, ""), 404, "photo_not_found")
		require.Len(t, ada.ok(200, "GET", photosPath, "").items(t), 2)
		_ = second
	})
}

func TestUploadRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		whole := pngOf(t, shades(60, 40, 1))
		for name, c := range map[string]struct {
			picture string
			fields  []string
			status  int
			code    string
		}{
			"no picture":   {"", []string{"name", "a"}, 422, "picture_missing"},
			"text":         {"hello", nil, 415, "picture_type_unsupported"},
			"svg":          {`<svg xmlns="http://www.w3.org/2000/svg"/>`, nil, 415, "picture_type_unsupported"},
			"html":         {"<html><script>alert(1)</script>", nil, 415, "picture_type_unsupported"},
			"cut":          {whole[:len(whole)-20], nil, 422, "picture_invalid"},
			"head only":    {whole[:30], nil, 422, "picture_invalid"},
			"30000x30000":  {bombHead(whole), nil, 422, "picture_too_large"},
			"long name":    {whole, []string{"name", strings.Repeat("a", 101)}, 422, "photo_name_invalid"},
			"other field":  {whole, []string{"kind", "avatar"}, 422, "validation_failed"},
			"over 1 MiB":   {whole + strings.Repeat("x", 1<<20), nil, 413, "body_too_large"},
			"name twice":   {whole, []string{"name", "a", "name", "b"}, 400, "bad_request"},
			"not UTF-8":    {whole, []string{"name", "\xff"}, 400, "bad_request"},
			"hidden runes": {whole, []string{"name", "a\u202eb"}, 422, "photo_name_invalid"},
		} {
			t.Run(name, func(t *testing.T) {
				body, kind := multiform(t, c.picture, c.fields...)
				r.refused(ada.do("POST", photosPath, body, "Content-Type", kind), c.status, c.code)
			})
		}
		body, kind := picture(t)
		r.refused(r.do(http.DefaultClient, "POST", photosPath, body, "Content-Type", kind), 401, "login_required")
		r.refused(ada.do("POST", photosPath, `{"name":"a"}`), 422, "picture_missing")
		require.Empty(t, ada.ok(200, "GET", photosPath, "").items(t))
	})
}

// bombHead makes a PNG say that it has 30,000 x 30,000 pixels.
func bombHead(png string) string {
	b := []byte(png)
	copy(b[16:], "\x00\x00\x75\x30\x00\x00\x75\x30")
	return string(fixPNG(b))
}

func TestPhotoBytes(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		body, kind := multiform(t, jpegOf(t, shades(1500, 900, 20)))
		a := ada.do("POST", photosPath, body, "Content-Type", kind)
		require.Equal(t, 201, a.status, a.body)
		shown := a.json(t)
		thumbs := shown["thumbs"].(map[string]any)
		for at, width := range map[any]int{
			shown["url"]: 1500, thumbs["large"]: 1280, thumbs["medium"]: 640, thumbs["small"]: 320,
			strings.Replace(shown["url"].(string), "original", "avatar", 1): 128,
		} {
			got := r.do(http.DefaultClient, "GET", at.(string), "")
			require.Equal(t, 200, got.status, got.body)
			img, err := webp.Decode(strings.NewReader(got.body))
			require.NoError(t, err)
			require.Equal(t, width, img.Bounds().Dx())
			require.Equal(t, "image/webp", got.header.Get("Content-Type"))
			require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
			require.Contains(t, got.header.Get("Content-Security-Policy"), "sandbox")
			require.Contains(t, got.header.Get("Content-Disposition"), "inline")
			require.Contains(t, got.header.Get("Cache-Control"), "private, max-age=")
			require.Equal(t, strconv.Itoa(len(got.body)), got.header.Get("Content-Length"))
		}
		at := thumbs["small"].(string)
		whole := r.do(http.DefaultClient, "GET", at, "")
		tag := whole.header.Get("Etag")
		require.NotEmpty(t, tag)
		for _, match := range []string{tag, `"other", ` + tag, "*"} {
			same := r.do(http.DefaultClient, "GET", at, "", "If-None-Match", match)
			require.Equal(t, 304, same.status)
			require.Empty(t, same.body)
			require.Equal(t, tag, same.header.Get("Etag"))
		}
		part := r.do(http.DefaultClient, "GET", at, "", "Range", "bytes=2-5")
		require.Equal(t, 206, part.status)
		require.Equal(t, whole.body[2:6], part.body)
		require.Equal(t, 416, r.do(http.DefaultClient, "GET", at, "", "Range", "bytes=9999999-").status)
		r.refused(ada.do("GET", photoPath(idOf(shown))+"huge/", ""), 422, "validation_failed")
		token := ada.ok(200, "GET", photoPath(idOf(shown))+"small/", "")
		require.Equal(t, "private, no-cache", token.header.Get("Cache-Control"))
		require.Equal(t, whole.body, token.body)
		require.NotContains(t, r.log.String(), "s="+signatureOf(t, at), "addresses are secrets")
	})
}

func signatureOf(t testing.TB, at string) string {
	t.Helper()
	u, err := url.Parse(at)
	require.NoError(t, err)
	require.NotEmpty(t, u.Query().Get("s"))
	return u.Query().Get("s")
}

func TestDefaultAvatar(t *testing.T) {
	r := newRig(t)
	a := r.do(http.DefaultClient, "GET", "/api/accounts/avatar/", "")
	require.Equal(t, 200, a.status)
	require.Equal(t, "<svg/>", a.body)
	require.Equal(t, "image/svg+xml", a.header.Get("Content-Type"))
	require.Contains(t, a.header.Get("Cache-Control"), "public")
	require.Contains(t, a.header.Get("Content-Security-Policy"), "sandbox")
	same := r.do(http.DefaultClient, "GET", "/api/accounts/avatar/", "", "If-None-Match", a.header.Get("Etag"))
	require.Equal(t, 304, same.status)
}

func TestAvatar(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		const update = "/api/accounts/update/"
		ada, bob := r.user("ada"), r.user("bob")
		faceOf := func() (photo int64, at string) {
			t.Helper()
			face := bob.ok(200, "GET", ada.path("/api/accounts/profile/"), "").json(t)["avatar"].(map[string]any)
			return int64(face["photo_id"].(float64)), face["url"].(string)
		}
		photo, at := faceOf()
		require.Zero(t, photo)
		require.Equal(t, "/api/accounts/avatar/", at)

		require.Equal(t, 200, ada.send("PUT", update).status)
		first, at := faceOf()
		seen := r.do(http.DefaultClient, "GET", at, "")
		require.Equal(t, 200, seen.status, "a face is public")
		require.Contains(t, seen.header.Get("Cache-Control"), "public, max-age=")
		img, err := webp.Decode(strings.NewReader(seen.body))
		require.NoError(t, err)
		require.Equal(t, img.Bounds().Dx(), img.Bounds().Dy(), "the middle of the picture")
		bob.ok(204, "POST", ada.path("/api/accounts/block/"), "")
		require.Equal(t, 200, bob.do("GET", at, "").status, "blocked or not")
		bob.ok(204, "DELETE", ada.path("/api/accounts/block/"), "")

		require.Equal(t, 200, ada.send("PUT", update, "bio", "another").status)
		second, _ := faceOf()
		require.NotEqual(t, first, second)
		require.Equal(t, 404, bob.do("GET", at, "").status, "the one before is gone")
		require.Len(t, ada.ok(200, "GET", photosPath+"?kind=avatar", "").items(t), 1)
		orphans, err := r.db.Photos.Orphans(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, orphans, 1, "and its bytes go")

		upload := idOf(ada.upload())
		require.ErrorIs(t, r.db.Profiles.Update(t.Context(), ada.id, social.ProfileChange{PictureID: &upload}),
			social.ErrPhotoNotFound, "only what was made for it is worn: an upload would become public")
		ada.ok(200, "PUT", update, `{"remove_picture":true}`)
		photo, _ = faceOf()
		require.Zero(t, photo)
		require.Empty(t, ada.ok(200, "GET", photosPath+"?kind=avatar", "").items(t))
		require.Equal(t, 200, ada.send("PUT", update).status)
		worn, _ := faceOf()
		ada.ok(204, "DELETE", photoPath(worn), "")
		photo, _ = faceOf()
		require.Zero(t, photo, "a picture that is deleted is worn no more")
	})
}

func TestPhotoQueries(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		count := func() int {
			return len(storetest.Queries(r.db, func() { ada.ok(200, "GET", photosPath+"?limit=50", "") }))
		}
		at := ada.upload()["url"].(string)
		one := count()
		ada.upload()
		ada.upload()
		require.Equal(t, one, count(), "one list, one query")
		require.Len(t, storetest.Queries(r.db, func() { r.do(http.DefaultClient, "GET", at, "") }), 1)
	})
}

func TestUploadsAreCounted(t *testing.T) {
	r := newRigOn(t, storetest.Open(t, "sqlite"), uploadsPerMinute(2))
	ada, bob := r.user("ada"), r.user("bob")
	ada.upload()
	require.Equal(t, 200, ada.send("PUT", "/api/accounts/update/").status)
	a := ada.send("POST", photosPath)
	r.refused(a, 429, "rate_limited")
	require.NotEmpty(t, a.header.Get("Retry-After"))
	ada.ok(200, "PUT", "/api/accounts/update/", `{"bio":"words are no upload"}`)
	bob.upload()
	require.Len(t, ada.ok(200, "GET", photosPath, "").items(t), 2)
}

func TestLinks(t *testing.T) {
	links, err := auth.NewLinks(bytes.Repeat([]byte{1}, auth.KeySize))
	require.NoError(t, err)
	now := time.Date(2026, 11, 23, 12, 1, 0, 0, time.UTC)
	query, err := url.ParseQuery(links.Sign(5, 7, now))
	require.NoError(t, err)
	seconds, err := strconv.ParseInt(query.Get("e"), 10, 64)
	require.NoError(t, err)
	link := auth.Link{PhotoID: 5, Viewer: 7, Expires: time.Unix(seconds, 0)}
	require.NoError(t, links.Check(link, query.Get("s"), now))
	require.Equal(t, links.Sign(5, 7, now), links.Sign(5, 7, now.Add(20*time.Minute)), "caches find it again")
	require.NotEqual(t, links.Sign(5, 7, now), links.Sign(5, 7, now.Add(40*time.Minute)))
	require.LessOrEqual(t, link.Expires.Sub(now), auth.LinkLife)
	require.GreaterOrEqual(t, link.Expires.Sub(now), auth.LinkLife/2)
	require.ErrorIs(t, links.Check(link, query.Get("s"), link.Expires), social.ErrLinkExpired)
	for name, other := range map[string]auth.Link{
		"another picture": {PhotoID: 6, Viewer: 7, Expires: link.Expires},
		"other eyes":      {PhotoID: 5, Viewer: 8, Expires: link.Expires},
		"longer":          {PhotoID: 5, Viewer: 7, Expires: link.Expires.Add(time.Hour)},
	} {
		require.ErrorIs(t, links.Check(other, query.Get("s"), now), social.ErrLinkInvalid, name)
	}
}
