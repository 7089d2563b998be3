package handler_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
)

// multiform is a form and its media type.
func multiform(t testing.TB, picture string, fields ...string) (body, kind string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(fields); i += 2 {
		require.NoError(t, w.WriteField(fields[i], fields[i+1]))
	}
	if picture != "" {
		part, err := w.CreateFormFile("picture", "../../me.png")
		require.NoError(t, err)
		_, err = part.Write([]byte(picture))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return buf.String(), w.FormDataContentType()
}

func TestUpdateProfile(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		const path = "/api/accounts/update/"
		ada := r.user("ada")
		me := ada.ok(200, "PUT", path, `{"nickname":" 에이다 ","bio":"첫 줄\r\n둘째 줄"}`).json(t)
		require.Equal(t, "에이다", me["nickname"])
		require.Equal(t, "첫 줄\n둘째 줄", me["bio"])
		me = ada.ok(200, "PUT", path, `{"bio":""}`).json(t)
		require.Equal(t, "에이다", me["nickname"], "what is missing stays")
		require.Empty(t, me["bio"])
		require.Equal(t, "ada", me["username"])

		const bio = "<script>alert(1)</script>'; DROP TABLE users;--"
		form, kind := multiform(t, pngOf(t, shades(60, 40, 90)), "bio", bio)
		a := ada.do("PUT", path, form, "Content-Type", kind)
		require.Equal(t, 200, a.status, a.body)
		require.Equal(t, "<script>alert(1)</script>'; DROP TABLE users;--", a.json(t)["bio"], "text is text")
		require.NotZero(t, a.json(t)["avatar"].(map[string]any)["photo_id"])

		before := ada.ok(200, "GET", mePath, "").body
		big := strings.Repeat("picture ", 1<<18)
		both, bothKind := multiform(t, "picture", "remove_picture", "true")
		noPicture, noKind := multiform(t, "not one")
		tooBig, bigKind := multiform(t, big)
		twice, twiceKind := multiform(t, "", "bio", "a", "bio", "b")
		unknown, unknownKind := multiform(t, "picture", "role", "staff")
		broken, brokenKind := multiform(t, "", "bio", "\xff\xfe")
		for name, c := range map[string]struct {
			body, kind string
			status     int
			code       string
		}{
			"unknown field":   {`{"role":"staff"}`, "application/json", 422, "validation_failed"},
			"wrong type":      {`{"nickname":["a"]}`, "application/json", 422, "validation_failed"},
			"empty nickname":  {`{"nickname":" "}`, "application/json", 422, "nickname_invalid"},
			"long bio":        {`{"bio":"` + strings.Repeat("가", 501) + `"}`, "application/json", 422, "bio_invalid"},
			"not json":        {`{`, "application/json", 400, "bad_request"},
			"two values":      {`{} {}`, "application/json", 400, "bad_request"},
			"a list":          {`[]`, "application/json", 422, "validation_failed"},
			"not UTF-8":       {"{\"bio\":\"\xff\"}", "application/json", 400, "bad_request"},
			"other kind":      {`a=b`, "application/x-www-form-urlencoded", 415, "unsupported_media_type"},
			"broken kind":     {`a=b`, ";", 415, "unsupported_media_type"},
			"both":            {both, bothKind, 422, "validation_failed"},
			"not a picture":   {noPicture, noKind, 415, "picture_type_unsupported"},
			"too big":         {tooBig, bigKind, 413, "body_too_large"},
			"field twice":     {twice, twiceKind, 400, "bad_request"},
			"unknown in form": {unknown, unknownKind, 422, "validation_failed"},
			"form not UTF-8":  {broken, brokenKind, 400, "bad_request"},
			"no boundary":     {form, "multipart/form-data", 400, "bad_request"},
			"cut":             {form[:len(form)-40], kind, 400, "bad_request"},
		} {
			t.Run(name, func(*testing.T) {
				r.refused(ada.do("PUT", path, c.body, "Content-Type", c.kind), c.status, c.code)
			})
		}
		require.Equal(t, before, ada.ok(200, "GET", mePath, "").body, "nothing was written")
		require.Len(t, ada.ok(200, "GET", photosPath, "").items(t), 1)
		r.refused(r.do(http.DefaultClient, "PUT", path, big, "Content-Type", bigKind), 413, "body_too_large")
		r.refused(r.do(http.DefaultClient, "PUT", path, `{}`), 401, "login_required")
	})
}

func TestDeleteMe(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		ada.ok(201, "POST", "/api/accounts/friend-request/", `{"to_user":`+jsonNumber(bob.id)+`}`)
		bob.ok(204, "POST", ada.path("/api/accounts/follow/"), "")
		// Where ada sits in a call, by her account's key.
		slug, _ := r.open()
		room, err := r.db.FaceChats.BySlug(t.Context(), 0, slug)
		require.NoError(t, err)
		_, err = r.sfu.Reserve(room, handler.Guest{Key: handler.UserKey(ada.id), Name: "ADA"})
		require.NoError(t, err)

		r.refused(ada.do("DELETE", mePath, `{"password":"wrong one"}`), 403, "password_wrong")
		r.refused(ada.do("DELETE", mePath, ""), 400, "bad_request")
		require.Equal(t, 1, r.sfu.Present(room.ID))
		a := ada.ok(204, "DELETE", mePath, `{"password":"`+password+`"}`)
		require.Len(t, a.header.Values("Set-Cookie"), 3)
		require.Zero(t, r.sfu.Present(room.ID), "the call ended")
		r.refused(ada.do("GET", mePath, ""), 401, "session_ended")
		a = r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+ada.refresh+`"}`)
		r.refused(a, 401, "token_invalid")
		r.refused(bob.do("GET", ada.path("/api/accounts/profile/"), ""), 404, "user_not_found")
		require.Empty(t, bob.ok(200, "GET", "/api/accounts/friend-requests/", "").items(t))
		require.Empty(t, bob.ok(200, "GET", "/api/accounts/notifications/", "").items(t))
		require.Empty(t, bob.ok(200, "GET", bob.path("/api/accounts/following/"), "").items(t))
		r.user("ada") // the name is free again
	})
}

func TestExport(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob := r.user("ada"), r.user("bob")
		ada.ok(204, "POST", bob.path("/api/accounts/follow/"), "")
		ada.ok(200, "PUT", "/api/accounts/consent/", `{"mood":true,"version":2}`)
		a := ada.ok(200, "GET", "/api/accounts/me/export/", "")
		require.Contains(t, a.header.Get("Content-Disposition"), "attachment")
		all := a.json(t)
		require.Len(t, all["consents"], 1)
		require.Len(t, all["following"], 1)
		require.Len(t, all["sessions"], 1)
		require.NotContains(t, a.body, "argon2")
		require.NotContains(t, a.body, "bob@example.org", "others' data stay theirs")
	})
}

func TestConsent(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		const path = "/api/accounts/consent/"
		ada := r.user("ada")
		require.JSONEq(t, `{"mood":false,"share":false,"version":0,"at":null,"current_version":2,`+
			`"mood_enabled":true}`, ada.ok(200, "GET", path, "").body, "nobody agreed by being there")
		for _, c := range []struct{ body, code string }{
			{`{"mood":true,"version":1}`, "consent_version_invalid"},
			{`{"mood":true,"version":3}`, "consent_version_invalid"},
			{`{"mood":"yes","version":2}`, "validation_failed"},
			{`{"mood":true}`, "validation_failed"},
		} {
			r.refused(ada.do("PUT", path, c.body), 422, c.code)
		}
		yes := ada.ok(200, "PUT", path, `{"mood":true,"share":true,"version":2}`).json(t)
		require.Equal(t, true, yes["mood"])
		require.Equal(t, true, yes["share"])
		require.NotNil(t, yes["at"])
		require.Equal(t, yes, ada.ok(200, "GET", path, "").json(t))

		r.accounts.Consent.Version = 3 // a new text: the yes was to another one
		old := ada.ok(200, "GET", path, "").json(t)
		require.Equal(t, false, old["mood"])
		require.InDelta(t, 2, old["version"], 0)
		r.accounts.Consent.Version = 2

		no := ada.ok(200, "PUT", path, `{"mood":false,"share":true,"version":2}`).json(t)
		require.Equal(t, false, no["mood"])
		require.Equal(t, false, no["share"], "there is no mood to share")
		no = ada.ok(200, "PUT", path, `{"mood":false,"version":99}`).json(t)
		require.InDelta(t, 2, no["version"], 0, "a no always counts")

		r.accounts.Consent.Mood = false
		r.refused(ada.do("PUT", path, `{"mood":true,"version":2}`), 403, "mood_off")
		ada.ok(200, "PUT", path, `{"mood":false,"version":2}`)
	})
}
