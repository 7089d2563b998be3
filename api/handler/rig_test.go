package handler_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// rig is the real application over a fake SFU.
type rig struct {
	t        *testing.T
	server   *httptest.Server
	db       *store.DB
	keys     *auth.Keys
	accounts *handler.Accounts
	sfu      *fakeSFU
	pushed   *pushes
	photos   *handler.Photos
	rooms    *store.RoomKeeper
	tickets  *auth.Tickets
	log      *bytes.Buffer
}

// newRig is the application on SQLite, for what does not touch the database's ways.
func newRig(t *testing.T, change ...func(*handler.FaceChats)) *rig {
	t.Helper()
	return newRigOn(t, storetest.Open(t, "sqlite"), func(cfg *api.Config) {
		for _, c := range change {
			c(cfg.FaceChats)
		}
	})
}

// newRigOn is the application on a database. A benchmark gets one whose methods that test are of no use.
func newRigOn(t testing.TB, db *store.DB, change ...func(*api.Config)) *rig {
	t.Helper()
	keys, err := auth.NewKeys(bytes.Repeat([]byte{7}, auth.KeySize))
	require.NoError(t, err)
	// Hashing is as cheap as it can be: its cost is not what these tests are about.
	passwords, err := auth.NewPasswords(auth.PasswordsConfig{MemoryKiB: 8, Iterations: 1, Waiting: 100})
	require.NoError(t, err)
	sfu := newFakeSFU()
	rooms, err := db.KeepRooms(store.RoomKeeperConfig{
		Max: 3, Idle: time.Hour, Busy: func(id int64) bool { return sfu.Present(id) > 0 },
	})
	require.NoError(t, err)
	buf := &bytes.Buffer{}
	log := slog.New(slog.NewJSONHandler(buf, nil))
	pushed := &pushes{}
	accounts := &handler.Accounts{
		DB: db, Keys: keys, Passwords: passwords, Policy: auth.NewPolicy(),
		Throttle: auth.NewThrottle(auth.DefaultThrottleConfig()), Calls: sfu,
		Registration: true, Consent: handler.ConsentRules{Version: 2, Mood: true}, Log: log,
	}
	notifier := &handler.Notifier{DB: db, Push: pushed, Log: log}
	photos := &handler.Photos{
		DB: db, Links: keys.Links, Media: newMedia(t, "mem://"), Avatar: []byte("<svg/>"), Log: log,
	}
	accounts.Pictures = photos
	cfg := api.Config{
		Version: "test", Keys: keys, Accounts: accounts,
		People:   &handler.People{DB: db, Notify: notifier, Meetings: sfu},
		Rings:    &handler.Ringer{DB: db, Notify: notifier},
		Posts:    &handler.Posts{DB: db, Notify: notifier, Photos: photos},
		Comments: &handler.Comments{DB: db, Notify: notifier},
		Tags:     &handler.Tags{DB: db}, Photos: photos,
		Captures: &handler.Screenshots{DB: db, Cameras: sfu, Photos: photos, Composer: &media.Composer{}},
		Admin:    &handler.Admin{DB: db, Calls: sfu, Rooms: sfu, Photos: photos},
		Notify:   http.NotFoundHandler(),
		FaceChats: &handler.FaceChats{
			DB: db, Keeper: rooms, SFU: sfu, Calls: sfu, Notify: notifier, Tickets: keys.Tickets,
			Guests: keys.Guests, Instant: true,
			Filters: func() handler.Filters {
				return handler.Filters{
					Modes: []string{"off", "blur"},
					Pictures: []handler.Picture{
						{ID: "p", Name: handler.Name{KO: "가", EN: "a"}, Colours: []string{"#102030"}},
					},
					Moods: []string{"happy"}, MoodEnabled: true, ConsentVersion: 1,
				}
			},
		},
		Call: http.NotFoundHandler(), Pages: fstest.MapFS{},
		Ready:     func() api.Readiness { return api.Readiness{Status: api.ReadyOK} },
		BodyLimit: 1 << 12, UploadLimit: 1 << 20, JoinsPerMinute: 1000, CreatesPerMinute: 1000,
		UploadsPerMinute:   1000,
		RegistersPerMinute: 1000, Log: log,
	}
	for _, c := range change {
		c(&cfg)
	}
	h, err := api.New(cfg)
	require.NoError(t, err)
	single, _ := t.(*testing.T)
	r := &rig{
		t: single, server: httptest.NewServer(h), db: db, keys: keys, accounts: accounts, sfu: sfu, pushed: pushed,
		photos: photos, rooms: rooms, tickets: keys.Tickets, log: buf,
	}
	t.Cleanup(r.server.Close)
	return r
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// person is a browser: it keeps cookies.
func (r *rig) person() *http.Client {
	jar, err := cookiejar.New(nil)
	require.NoError(r.t, err)
	return &http.Client{Jar: jar, Timeout: 5 * time.Second}
}

// user is somebody with an account, who shows a bearer token.
type user struct {
	r       *rig
	id      int64
	name    string
	access  string
	refresh string
}

// password is everybody's.
const password = "a good long phrase"

// user registers somebody.
func (r *rig) user(name string) *user {
	r.t.Helper()
	a := r.do(http.DefaultClient, "POST", "/api/accounts/register/", `{"username":"`+name+`","email":"`+name+
		`@example.org","nickname":"`+strings.ToUpper(name)+`","password":"`+password+`"}`)
	require.Equal(r.t, 201, a.status, a.body)
	return r.tokens(name, a)
}

// login begins another session of somebody's.
func (r *rig) login(name string) *user {
	r.t.Helper()
	body := `{"username":"` + name + `","password":"` + password + `"}`
	a := r.do(http.DefaultClient, "POST", "/api/accounts/login/", body)
	require.Equal(r.t, 200, a.status, a.body)
	return r.tokens(name, a)
}

func (r *rig) tokens(name string, a answer) *user {
	r.t.Helper()
	var tokens handler.Tokens
	require.NoError(r.t, json.Unmarshal([]byte(a.body), &tokens))
	return &user{r: r, id: tokens.User.ID, name: name, access: tokens.Access, refresh: tokens.Refresh}
}

// do sends a request of the user's.
func (u *user) do(method, path, body string, headers ...string) answer {
	u.r.t.Helper()
	headers = append(headers, "Authorization", "Bearer "+u.access)
	return u.r.do(http.DefaultClient, method, path, body, headers...)
}

// ok asserts the status of a request of the user's, and returns the answer.
func (u *user) ok(status int, method, path, body string) answer {
	u.r.t.Helper()
	a := u.do(method, path, body)
	require.Equal(u.r.t, status, a.status, "%s %s: %s", method, path, a.body)
	return a
}

// path is base with the user's id.
func (u *user) path(base string) string { return base + strconv.FormatInt(u.id, 10) + "/" }

// items are the items of a list.
func (a answer) items(t *testing.T) []map[string]any {
	t.Helper()
	var list struct{ Items []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(a.body), &list), a.body)
	require.NotNil(t, list.Items, "an empty list is [], not null")
	return list.Items
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

// jsonNumber is n as a path has it.
func jsonNumber(n int64) string { return strconv.FormatInt(n, 10) }

// linkNext is the path of the next page by the Link header, which must agree with the body; "" at the end.
func linkNext(t *testing.T, a answer) string {
	t.Helper()
	next, _ := a.json(t)["next"].(string)
	link := a.header.Get("Link")
	if next == "" {
		require.Empty(t, link)
		return ""
	}
	path, ok := strings.CutSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
	require.True(t, ok, link)
	require.Contains(t, path, "cursor="+next)
	return path
}
