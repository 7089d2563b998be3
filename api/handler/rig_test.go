package handler_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/store"
)

// rig is the real application over a fake SFU.
type rig struct {
	t       *testing.T
	server  *httptest.Server
	sfu     *fakeSFU
	rooms   *store.Rooms
	tickets *auth.Tickets
	log     *bytes.Buffer
}

func newRig(t *testing.T, change ...func(*handler.FaceChats)) *rig {
	t.Helper()
	secret := bytes.Repeat([]byte{7}, auth.KeySize)
	keys, err := auth.NewKeys(secret)
	require.NoError(t, err)
	sfu := newFakeSFU()
	rooms, err := store.NewRooms(store.RoomsConfig{
		Max: 3, Idle: time.Hour, Busy: func(id int64) bool { return sfu.Present(id) > 0 },
	})
	require.NoError(t, err)
	f := &handler.FaceChats{
		Rooms: rooms, SFU: sfu, Tickets: keys.Tickets, Guests: keys.Guests, Instant: true,
		Filters: handler.Filters{
			Modes:    []string{"off", "blur"},
			Pictures: []handler.Picture{{ID: "p", Name: handler.Name{KO: "가", EN: "a"}}},
			Moods:    []string{"happy"}, MoodEnabled: true, ConsentVersion: 1,
		},
	}
	for _, c := range change {
		c(f)
	}
	log := &bytes.Buffer{}
	h, err := api.New(api.Config{
		Version: "test", Keys: keys, Sessions: noSessions{}, FaceChats: f, Call: http.NotFoundHandler(), Pages: fstest.MapFS{},
		Ready:     func() api.Readiness { return api.Readiness{Status: api.ReadyOK} },
		BodyLimit: 1 << 12, JoinsPerMinute: 1000, CreatesPerMinute: 1000,
		Log: slog.New(slog.NewJSONHandler(log, nil)),
	})
	require.NoError(t, err)
	r := &rig{t: t, server: httptest.NewServer(h), sfu: sfu, rooms: rooms, tickets: keys.Tickets, log: log}
	t.Cleanup(r.server.Close)
	return r
}

// person is a browser: it keeps cookies.
func (r *rig) person() *http.Client {
	jar, err := cookiejar.New(nil)
	require.NoError(r.t, err)
	return &http.Client{Jar: jar, Timeout: 5 * time.Second}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.body), &m), a.body)
	return m
}

func (r *rig) do(who *http.Client, method, path, body string, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.server.URL+path, strings.NewReader(body))
	require.NoError(r.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := who.Do(req)
	require.NoError(r.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(r.t, err)
	return answer{res.StatusCode, res.Header, string(data)}
}

// refused asserts a problem document with that status and code.
func (r *rig) refused(a answer, status int, code string) {
	r.t.Helper()
	require.Equal(r.t, status, a.status, a.body)
	require.Equal(r.t, "application/problem+json", a.header.Get("Content-Type"))
	p := a.json(r.t)
	require.Equal(r.t, code, p["code"], a.body)
	require.InDelta(r.t, status, p["status"], 0)
	require.NotEmpty(r.t, p["title"])
	require.NotEmpty(r.t, p["detail"])
}

// open makes a room and returns its slug and its path prefix by id.
func (r *rig) open() (slug, byID string) {
	r.t.Helper()
	a := r.do(r.person(), "POST", "/api/facechats/instant/", `{}`)
	require.Equal(r.t, 201, a.status, a.body)
	var room handler.Room
	require.NoError(r.t, json.Unmarshal([]byte(a.body), &room))
	id, err := json.Marshal(room.ID)
	require.NoError(r.t, err)
	return room.Slug, "/api/facechats/" + string(id)
}

func (r *rig) join(who *http.Client, slug, name string) answer {
	r.t.Helper()
	body, err := json.Marshal(map[string]string{"display_name": name})
	require.NoError(r.t, err)
	return r.do(who, "POST", "/api/facechats/by-link/"+slug+"/join/", string(body))
}
