package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

type nobody struct{}

func (nobody) Reserve(social.FaceChat, handler.Guest) (string, error) { return "seat", nil }
func (nobody) Present(int64) int                                      { return 0 }
func (nobody) Seated(int64) []handler.Seat                            { return nil }
func (nobody) Hang(string)                                            {}
func (nobody) CloseRoom(int64)                                        {}
func (nobody) SaveAvatar(context.Context, int64, io.Reader) (int64, error) {
	return 0, social.ErrPictureInvalid
}

func (nobody) Capture(context.Context, int64, string, social.CaptureWish) ([]handler.Still, error) {
	return nil, social.ErrNotInRoom
}
func (nobody) Leave(int64, string)                   {}
func (nobody) StartDemo(int64, string) error         { return nil }
func (nobody) ICEServers(string) []handler.ICEServer { return nil }

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html><title>PP-ENTER</title>")},
		"favicon.svg":         {Data: []byte("<svg/>")},
		"assets/app-1a2b.js":  {Data: []byte(strings.Repeat("let answer = 42;\n", 100))},
		".vite/manifest.json": {Data: []byte(`{}`)},
		"assets/font.woff2":   {Data: []byte("woff")},
		".gitkeep":            {Data: []byte("")},
		"assets/.secret/file": {Data: []byte("x")},
	}
}

// newHandler is the public face over an SFU in which nothing happens.
func newHandler(t *testing.T, change func(*Config)) (http.Handler, *bytes.Buffer) {
	t.Helper()
	secret := bytes.Repeat([]byte{7}, auth.KeySize)
	keys, err := auth.NewKeys(secret)
	require.NoError(t, err)
	db := storetest.Open(t, "sqlite")
	passwords, err := auth.NewPasswords(auth.PasswordsConfig{MemoryKiB: 8, Iterations: 1, Waiting: 10})
	require.NoError(t, err)
	rooms, err := db.KeepRooms(store.RoomKeeperConfig{
		Max: 100, Idle: time.Hour, Busy: func(int64) bool { return false },
	})
	require.NoError(t, err)
	log := &bytes.Buffer{}
	blobs, err := media.OpenBlobs(t.Context(), "mem://", "")
	require.NoError(t, err)
	keeper, err := media.NewKeeper(media.DefaultConfig(), blobs)
	require.NoError(t, err)
	photos := &handler.Photos{
		DB: db, Links: keys.Links, Media: keeper, Avatar: []byte("<svg/>"), Log: slog.New(slog.DiscardHandler),
	}
	cfg := Config{
		Version: "1.2.3",
		Keys:    keys,
		Accounts: &handler.Accounts{
			DB: db, Keys: keys, Passwords: passwords, Policy: auth.NewPolicy(),
			Throttle: auth.NewThrottle(auth.DefaultThrottleConfig()), Calls: nobody{},
			Registration: true, Pictures: photos, Log: slog.New(slog.DiscardHandler),
		},
		People: &handler.People{DB: db, Notify: &handler.Notifier{DB: db}},
		Rings:  &handler.Ringer{DB: db, Notify: &handler.Notifier{DB: db}},
		Posts: &handler.Posts{
			DB: db, Notify: &handler.Notifier{DB: db}, Photos: photos,
		},
		Comments: &handler.Comments{DB: db, Notify: &handler.Notifier{DB: db}},
		Tags:     &handler.Tags{DB: db}, Photos: photos,
		Captures: &handler.Screenshots{DB: db, Cameras: nobody{}, Photos: photos, Composer: &media.Composer{}},
		Admin:    &handler.Admin{DB: db, Calls: nobody{}, Rooms: nobody{}, Photos: photos},
		Notify:   http.NotFoundHandler(),
		FaceChats: &handler.FaceChats{
			DB: db, Keeper: rooms, SFU: nobody{}, Calls: nobody{}, Notify: &handler.Notifier{DB: db},
			Tickets: keys.Tickets, Guests: keys.Guests, Instant: true,
			Filters: func() handler.Filters { return handler.Filters{} },
		},
		Call:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }),
		Pages: built(),
		Ready: func() Readiness {
			return Readiness{Status: ReadyDegraded, Checks: map[string]string{"inference": "no library"}}
		},
		BodyLimit: 4096, UploadLimit: 1 << 16, JoinsPerMinute: 100, CreatesPerMinute: 100, UploadsPerMinute: 100,
		RegistersPerMinute: 100,
		Log:                slog.New(slog.NewJSONHandler(log, nil)), Metrics: prometheus.NewRegistry(),
	}
	if change != nil {
		change(&cfg)
	}
	h, err := New(cfg)
	require.NoError(t, err)
	return h, log
}

func get(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, http.NoBody)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func problemCode(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	var p handler.Problem
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(t, w.Code, p.Status)
	return string(p.Code)
}

func TestRoutes(t *testing.T) {
	h, _ := newHandler(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/healthz", 200, ""},
		{"GET", "/readyz", 200, ""},
		{"GET", "/ws/call/", 200, ""},
		{"GET", "/ws/call", 200, ""},
		{"GET", "/api/docs", 200, ""},
		{"GET", "/api/docs/", 200, ""},
		{"GET", "/api/docs/style.css", 200, ""},
		{"GET", "/api/openapi.json", 200, ""},
		{"GET", "/api/facechats/ice", 200, ""},
		{"GET", "/api", 404, "not_found"},
		{"GET", "/api/", 404, "not_found"},
		{"GET", "/api/nothing", 404, "not_found"},
		{"GET", "/ws/other/", 404, "not_found"},
		{"GET", "/api/facechats/instant/", 422, "validation_failed"}, // a room's number, it would be
		{"DELETE", "/api/facechats/ice/", 401, "login_required"},
		{"PATCH", "/api/facechats/7/", 405, "method_not_allowed"},
		{"DELETE", "/api/facechats/7/join/", 405, "method_not_allowed"},
		{"POST", "/", 405, "method_not_allowed"},
		{"POST", "/healthz", 405, "method_not_allowed"},
	} {
		w := get(h, c.method, c.path)
		require.Equal(t, c.status, w.Code, "%s %s: %s", c.method, c.path, w.Body)
		if c.code != "" {
			require.Equal(t, c.code, problemCode(t, w), c.path)
		}
		if c.status == 405 {
			require.NotEmpty(t, w.Header().Get("Allow"), c.path)
		}
	}
	require.JSONEq(t, `{"status":"degraded","checks":{"inference":"no library"}}`,
		get(h, "GET", "/readyz").Body.String())
	stopping, _ := newHandler(t, func(c *Config) {
		c.Ready = func() Readiness { return Readiness{Status: ReadyStopping} }
	})
	require.Equal(t, 503, get(stopping, "GET", "/readyz").Code)
	require.Equal(t, 200, get(stopping, "GET", "/healthz").Code)
}

func TestOpenAPIDocument(t *testing.T) {
	h, _ := newHandler(t, nil)
	var doc struct {
		OpenAPI string
		Info    struct{ Title, Version string }
		Paths   map[string]map[string]struct {
			OperationID string
			Responses   map[string]any
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	w := get(h, "GET", "/api/openapi.json")
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &doc))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	require.Equal(t, "1.2.3", doc.Info.Version)
	for path, op := range map[string]string{
		"/api/facechats/instant/":             "post",
		"/api/facechats/by-link/{slug}/":      "get",
		"/api/facechats/by-link/{slug}/join/": "post",
		"/api/facechats/{id}/exit/":           "post",
		"/api/facechats/{id}/demo/":           "post",
		"/api/facechats/ice/":                 "get",
	} {
		require.NotEmpty(t, doc.Paths[path][op].OperationID, path)
	}
	require.Contains(t, doc.Paths["/api/facechats/by-link/{slug}/join/"]["post"].Responses, "409")
	require.Contains(t, doc.Components.Schemas["Problem"].Properties, "code")
	require.Contains(t, doc.Components.Schemas["Room"].Properties, "present")

	docs := get(h, "GET", "/api/docs/").Body.String()
	for path := range doc.Paths {
		require.Contains(t, docs, path)
	}
	require.NotContains(t, docs, "<script")
	require.NotContains(t, docs, "http://")
	require.NotContains(t, docs, "https://")
}

func TestPages(t *testing.T) {
	h, _ := newHandler(t, nil)
	for _, path := range []string{"/", "/r/abc", "/some/where", "/index.html", "/../etc/passwd", "/.gitkeep/x"} {
		w := get(h, "GET", path)
		require.Equal(t, 200, w.Code, path)
		require.Contains(t, w.Body.String(), "<title>PP-ENTER</title>", path)
		require.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
		require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	}
	js := get(h, "GET", "/assets/app-1a2b.js")
	require.Equal(t, "public, max-age=31536000, immutable", js.Header().Get("Cache-Control"))
	require.Equal(t, "text/javascript; charset=utf-8", js.Header().Get("Content-Type"))
	require.Equal(t, 304, get(h, "GET", "/assets/app-1a2b.js", "If-None-Match", js.Header().Get("ETag")).Code)

	zipped := get(h, "GET", "/assets/app-1a2b.js", "Accept-Encoding", "gzip, br")
	require.Equal(t, "gzip", zipped.Header().Get("Content-Encoding"))
	require.NotEqual(t, js.Header().Get("ETag"), zipped.Header().Get("ETag"))
	zr, err := gzip.NewReader(zipped.Body)
	require.NoError(t, err)
	plain, err := io.ReadAll(zr)
	require.NoError(t, err)
	require.Equal(t, js.Body.String(), string(plain))

	gone := []string{"/assets/gone-99.js", "/robots.txt", "/.gitkeep", "/assets/.secret", "/.vite/manifest.json"}
	for _, path := range gone {
		require.Equal(t, "not_found", problemCode(t, get(h, "GET", path)), path)
	}
	head := get(h, "HEAD", "/")
	require.Equal(t, 200, head.Code)
	require.Empty(t, head.Body.String())

	unbuilt, _ := newHandler(t, func(c *Config) { c.Pages = fstest.MapFS{".gitkeep": {}} })
	w := get(unbuilt, "GET", "/r/abc")
	require.Equal(t, 503, w.Code)
	require.Contains(t, w.Body.String(), "make build")
	require.Equal(t, 200, get(unbuilt, "GET", "/api/docs/").Code)
}

func TestSecurityHeaders(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) { c.TrustedProxies = []string{"192.0.2.0/24"} })
	for _, path := range []string{"/", "/api/docs/", "/api/nothing", "/assets/gone.js"} {
		header := get(h, "GET", path).Header()
		require.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';", path)
		require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
		require.Equal(t, "same-origin", header.Get("Referrer-Policy"))
		require.Contains(t, header.Get("Permissions-Policy"), "camera=(self)")
		require.Empty(t, header.Get("Strict-Transport-Security"))
		require.NotEmpty(t, header.Get("X-Request-Id"))
	}
	require.Equal(t, "no-store", get(h, "GET", "/api/nothing").Header().Get("Cache-Control"))
	// httptest's peer is 192.0.2.1: the trusted proxy.
	strict := func(h http.Handler) string {
		return get(h, "GET", "/", "X-Forwarded-Proto", "https").Header().Get("Strict-Transport-Security")
	}
	require.NotEmpty(t, strict(h))
	direct, _ := newHandler(t, nil)
	require.Empty(t, strict(direct), "anybody can send the header")
}

func TestCookieIsSecureBehindTLS(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) { c.TrustedProxies = []string{"192.0.2.0/24"} })
	var room handler.Room
	require.NoError(t, json.Unmarshal(get(h, "POST", "/api/facechats/instant/").Body.Bytes(), &room))
	for proto, secure := range map[string]bool{"https": true, "http": false} {
		r := httptest.NewRequest(http.MethodPost, "/api/facechats/by-link/"+room.Slug+"/join/",
			strings.NewReader(`{"display_name":"a"}`))
		r.Header.Set("X-Forwarded-Proto", proto)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, 200, w.Code, w.Body)
		require.Equal(t, secure, w.Result().Cookies()[0].Secure)
	}
}

func TestCrossOriginWritesAreRefused(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) { c.Origins = []string{"https://friend.example"} })
	create := func(headers ...string) *httptest.ResponseRecorder {
		return get(h, "POST", "/api/facechats/instant/", headers...)
	}
	evil := create("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	require.Equal(t, "cross_origin", problemCode(t, evil))
	require.Equal(t, "cross_origin", problemCode(t, create("Origin", "https://evil.example")))
	require.Equal(t, 201, create("Origin", "https://friend.example", "Sec-Fetch-Site", "cross-site").Code)
	require.Equal(t, 201, create("Origin", "http://example.com", "Sec-Fetch-Site", "same-origin").Code)
	require.Equal(t, 201, create().Code, "a program is not a browser")
}

func TestRateLimit(t *testing.T) {
	h, _ := newHandler(t, func(c *Config) { c.CreatesPerMinute, c.TrustedProxies = 2, []string{"192.0.2.1/32"} })
	create := func(from string) *httptest.ResponseRecorder {
		return get(h, "POST", "/api/facechats/instant/", "X-Forwarded-For", from)
	}
	for range 2 {
		require.Equal(t, 201, create("198.51.100.7").Code)
	}
	w := create("198.51.100.7")
	require.Equal(t, 429, w.Code)
	require.Equal(t, "rate_limited", problemCode(t, w))
	require.Equal(t, "30", w.Header().Get("Retry-After"))
	require.Equal(t, 201, create("198.51.100.8").Code, "another address has its own")
	require.Equal(t, 200, get(h, "GET", "/api/facechats/ice/", "X-Forwarded-For", "198.51.100.7").Code)
}

func TestPanicIsAnAnswer(t *testing.T) {
	h, log := newHandler(t, func(c *Config) { c.FaceChats.SFU = thirteen{} })
	w := get(h, "POST", "/api/facechats/instant/")
	require.Equal(t, 500, w.Code)
	require.Equal(t, "internal", problemCode(t, w))
	require.NotContains(t, w.Body.String(), "thirteen")
	require.Contains(t, log.String(), "thirteen")
	require.Contains(t, log.String(), `"status":500`)
}

func TestAccessLogKeepsSecrets(t *testing.T) {
	h, log := newHandler(t, nil)
	slug := social.NewSlug()
	get(h, "GET", "/api/facechats/by-link/"+slug+"/?token=hush",
		"Authorization", "Bearer hush", "Cookie", "ppenter_guest=hush")
	require.Contains(t, log.String(), `"route":"/api/facechats/by-link/:slug/"`)
	require.NotContains(t, log.String(), slug)
	require.NotContains(t, log.String(), "hush")
}

func TestOddRequestsDoNotPanic(t *testing.T) {
	h, log := newHandler(t, nil)
	for _, accept := range []string{"a;", ";", "a;q", "a;q=", "application/json;q=x", ";;;,,,", "text/html"} {
		require.NotEqual(t, 0, get(h, "GET", "/api/facechats/ice/", "Accept", accept).Code)
	}
	for _, kind := range []string{";", "a+", "application/json; charset", "+"} {
		get(h, "POST", "/api/facechats/instant/", "Content-Type", kind)
	}
	require.False(t, strings.Contains(log.String(), "panicked"))
}

func TestConfigIsChecked(t *testing.T) {
	_, err := New(Config{})
	require.Error(t, err)
	h, _ := newHandler(t, nil)
	require.NotNil(t, h)
}

// thirteen is an SFU that breaks.
type thirteen struct{ nobody }

func (thirteen) Seated(int64) []handler.Seat { panic("thirteen") }

// Who goes away before the answer is there is no fault of the server.
func TestGivenUpRequestIsNoError(t *testing.T) {
	h, log := newHandler(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/api/posts/posts/", nil))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.NotContains(t, log.String(), `"level":"ERROR"`)
}
