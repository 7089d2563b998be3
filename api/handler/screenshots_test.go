package handler_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// Capture shows everybody who has a seat, by the rules of a room whose people always agree; refusal, where it
// is set, is the answer.
func (f *fakeSFU) Capture(
	_ context.Context, roomID int64, key string, w social.CaptureWish,
) ([]handler.Still, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wish = w
	if f.refusal != nil {
		return nil, f.refusal
	}
	seats := f.seats[roomID]
	if _, ok := seats[key]; !ok {
		return nil, social.ErrNotInRoom
	}
	if len(seats) < 2 && w.Layout != social.CaptureMe {
		return nil, social.ErrCaptureAlone
	}
	me := handler.Still{Name: "ADA", Mood: "happy", Image: shades(64, 48, 200), Timestamp: 90_000}
	other := handler.Still{Name: "BOB", Image: shades(64, 48, 20)}
	switch w.Layout {
	case social.CaptureMe:
		return []handler.Still{me}, nil
	case social.CaptureOther:
		return []handler.Still{other}, nil
	case social.CaptureBoth:
	}
	return []handler.Still{me, other}, nil
}

// A picture of a call is the private picture of who took it, with a draft of a post.
func TestScreenshot(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada, bob, cy := r.user("ada"), r.user("bob"), r.user("cy")
		made := ada.ok(201, "POST", "/api/facechats/create_facechat/",
			`{"title":"점심 통화","tags":["lunch"],"visibility":"public"}`).json(t)
		id := strconv.FormatInt(idOf(made), 10)
		path := "/api/facechats/" + id + "/screenshots/"
		r.refused(ada.do("POST", path, `{"layout":"me"}`), 409, "not_in_room")
		ada.ok(200, "POST", "/api/facechats/"+id+"/join/", `{}`)
		r.refused(ada.do("POST", path, `{"layout":"both"}`), 409, "capture_alone")
		bob.ok(200, "POST", "/api/facechats/"+id+"/join/", `{}`)
		r.refused(cy.do("POST", path, `{"layout":"both"}`), 409, "not_in_room")
		r.refused(ada.do("POST", path, `{"layout":"all"}`), 422, "validation_failed")
		require.Empty(t, ada.ok(200, "GET", photosPath, "").items(t), "nothing was kept so far")

		a := ada.ok(201, "POST", path, `{"layout":"both","language":"en","names":true}`)
		body := a.json(t)
		photo, draft := body["photo"].(map[string]any), body["draft"].(map[string]any)
		require.Equal(t, "screenshot", photo["kind"])
		require.InDelta(t, 128, photo["width"], 0, "side by side, at the size of its sources")
		require.InDelta(t, 48, photo["height"], 0)
		require.Equal(t, "ADA (happy) and BOB in a video call: “점심 통화”", photo["alt"])
		require.Equal(t, photo["alt"], draft["alt"])
		require.Equal(t, "점심 통화", draft["title"])
		require.Equal(t, []any{
			map[string]any{"name": "ADA", "shown": true, "timestamp": 90_000.0},
			map[string]any{"name": "BOB", "shown": true, "timestamp": 0.0},
		}, body["parts"])
		require.Equal(t, []any{"lunch"}, draft["tags"])
		require.Equal(t, photoPath(idOf(photo)), a.header.Get("Location"))
		require.Equal(t, 200, ada.do("GET", photo["url"].(string), "").status)
		require.Len(t, ada.ok(200, "GET", photosPath+"?kind=screenshot", "").items(t), 1)
		r.refused(bob.do("GET", photoPath(idOf(photo)), ""), 404, "photo_not_found")
		require.Equal(t, social.CaptureWish{Layout: social.CaptureBoth, Filtered: true}, r.sfu.wish)

		korean := ada.ok(201, "POST", path, `{"layout":"other","filtered":false}`).json(t)
		require.Equal(t, social.CaptureWish{Layout: social.CaptureOther}, r.sfu.wish, "false is no missing value")
		require.Equal(t, "영상 통화 중인 BOB – ‘점심 통화’", korean["draft"].(map[string]any)["alt"])

		ada.ok(201, "POST", "/api/posts/create/",
			`{"title":"점심","content":"","tags":["lunch"],"visibility":"public","photo":`+
				strconv.FormatInt(idOf(photo), 10)+`}`)
		bob.ok(200, "GET", photoPath(idOf(photo)), "")
	})
}

func TestScreenshotRefused(t *testing.T) {
	r := newRig(t)
	ada := r.user("ada")
	made := ada.ok(201, "POST", "/api/facechats/create_facechat/", `{"title":"t"}`).json(t)
	path := "/api/facechats/" + strconv.FormatInt(idOf(made), 10) + "/screenshots/"
	for _, c := range []struct {
		refusal error
		status  int
		code    string
	}{
		{social.ErrCaptureRefused, 403, "capture_refused"},
		{social.ErrCaptureBusy, 409, "capture_busy"},
		{social.ErrCaptureUnanswered, 409, "capture_unanswered"},
		{social.ErrCaptureFailed, 503, "capture_failed"},
		{handler.TooMany(1e9), 429, "rate_limited"},
	} {
		r.sfu.mu.Lock()
		r.sfu.refusal = c.refusal
		r.sfu.mu.Unlock()
		a := ada.do("POST", path, `{"layout":"both"}`)
		r.refused(a, c.status, c.code)
		require.Equal(t, c.status == 429, a.header.Get("Retry-After") != "")
	}
	require.Empty(t, ada.ok(200, "GET", photosPath, "").items(t))
}
