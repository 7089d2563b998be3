package handler_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
)

// Every operation whose description speaks of 429 has such an end: who asks too often is told when to come
// again, and what they asked for is not done.
func TestLimitsOfRequests(t *testing.T) {
	rows, doc := matrixByID(t), readDocument(t)
	n := newNature(t, "sqlite")
	limited := map[string]bool{}
	for _, route := range api.Table() {
		op := doc.operations[route.ID]
		if !op.statuses[http.StatusTooManyRequests] || len(rows[route.ID]) == 0 || route.ID == "takeScreenshot" {
			continue // pictures of a call are counted in the call
		}
		limited[route.ID] = true
		row := rows[route.ID][0]
		if row.by == "" {
			row.by = owner
		}
		t.Run(route.ID, func(t *testing.T) { n.hurry(t, route, row, op.takesForms()) })
	}
	for _, id := range []string{
		"login", "register", "changePassword", "deleteMe", "openRoom", "createRoom", "joinByLink",
		"joinRoom", "ring",
		"uploadPhoto", "createPost", "updateProfile", "addBackground",
	} {
		require.True(t, limited[id], id)
	}
}

// few is what the limits let through in these tests; more than a row needs to make its things.
func few(cfg *api.Config) {
	const most = 3
	cfg.JoinsPerMinute, cfg.CreatesPerMinute, cfg.RegistersPerMinute = most, most, most
	cfg.UploadsPerMinute = most
	cfg.UploadLimit = hostileUpload
}

// hurry repeats a request until it is too many.
func (n *nature) hurry(t *testing.T, route api.Route, row matrixRow, asForm bool) {
	t.Helper()
	w := n.world(t, few)
	s := row.make(w)
	// Passwords are counted where they are wrong.
	s.body = strings.ReplaceAll(s.body, `"`+password+`"`, `"a wrong one, again"`)
	if asForm { // what is counted are pictures
		s.body, s.contentType = form(fieldsOf(s))
	}
	for range 30 {
		before := w.state()
		a := w.send(row.by, route.Method, s)
		if a.status != http.StatusTooManyRequests {
			require.Less(t, a.status, 500, a.body)
			continue
		}
		w.refused(a, http.StatusTooManyRequests, "rate_limited")
		wait, err := strconv.Atoi(a.header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, wait)
		require.LessOrEqual(t, wait, 3600)
		require.Equal(t, before, w.state(), "it was refused, and yet something changed")
		return
	}
	t.Fatal("there is no end to it")
}

// What every answer bears, whatever it is: headers that keep browsers from mischief, and the name by which
// the request is found in the log.
func TestEveryAnswerIsGuarded(t *testing.T) {
	rows := matrixByID(t)
	n := newNature(t, "sqlite")
	seen := map[string]bool{}
	for _, route := range api.Table() {
		for _, row := range rows[route.ID] {
			t.Run(strings.TrimSuffix(route.ID+"/"+row.about, "/"), func(t *testing.T) {
				w := n.world(t, lenient, wordy)
				s := row.make(w)
				for _, who := range []caller{anonymous, guest, expired, blocked, row.by, owner} {
					if who != "" {
						w.guarded(t, w.fire(who, route.Method, s), s.path, seen)
					}
				}
			})
		}
	}
	w := n.world(t, lenient, wordy)
	for _, path := range []string{
		"/", "/r/abc", "/nothing.js", "/api/", "/api/nothing/", "/api/docs/", "/api/docs/style.css", "/healthz",
		"/api/openapi.json", "/readyz", "/ws/call/", "/ws/notify/", "/ws/nothing/", "/admin/", "/metrics",
		"/../../etc/passwd", "/api/%2e%2e/", "//evil.example/",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND"} {
			a := w.fire(anonymous, method, shot{path: path})
			w.guarded(t, a, path, seen)
			require.NotEqual(t, http.StatusInternalServerError, a.status, "%s %s", method, path)
		}
	}
}

// wordy logs everything.
func wordy(cfg *api.Config) {
	cfg.Log = slog.New(levelled{cfg.Log.Handler()})
}

// levelled is a log without a lowest level.
type levelled struct{ slog.Handler }

func (levelled) Enabled(context.Context, slog.Level) bool { return true }

// guarded asserts the headers of one answer, and its line in the log.
func (w *world) guarded(t *testing.T, a answer, path string, seen map[string]bool) {
	t.Helper()
	policy := a.header.Get("Content-Security-Policy")
	require.True(t, strings.HasPrefix(policy, "default-src 'none'; "), "%s: %s", path, policy)
	for _, loose := range []string{"unsafe", "*", "http:", "https:"} {
		require.NotContains(t, policy, loose, path)
	}
	if !strings.HasSuffix(policy, "sandbox") { // in which nothing runs at all
		for _, strict := range []string{
			"script-src 'self';", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
			"connect-src 'self'",
		} {
			require.Contains(t, policy, strict, path)
		}
	}
	require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"), path)
	require.Equal(t, "same-origin", a.header.Get("Referrer-Policy"), path)
	require.Equal(t, "same-origin", a.header.Get("Cross-Origin-Opener-Policy"), path)
	require.Equal(t, "same-origin", a.header.Get("Cross-Origin-Resource-Policy"), path)
	require.NotEmpty(t, a.header.Get("Permissions-Policy"), path)
	require.Empty(t, a.header.Get("Access-Control-Allow-Origin"), path)
	require.Empty(t, a.header.Get("Server"), path)
	if kept := a.header.Get("Cache-Control"); strings.HasPrefix(path, "/api/") && kept != "no-store" {
		media := a.header.Get("Content-Type")
		require.True(t, strings.HasPrefix(media, "image/"), "%s: a %s is kept: %s", path, media, kept)
	}
	id := a.header.Get("X-Request-Id")
	require.Len(t, id, 26, path)
	require.False(t, seen[id], "two requests with one name")
	seen[id] = true
	lines := slices.Collect(strings.Lines(w.log.String()))
	require.True(t, slices.ContainsFunc(lines, func(line string) bool {
		return strings.Contains(line, `"msg":"request"`) && strings.Contains(line, `"request_id":"`+id+`"`)
	}), "%s: the request is not in the log", path)
}
