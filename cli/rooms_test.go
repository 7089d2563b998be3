package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/handler/handlertest"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// openHouse builds the whole server on a database of a kind, without models and demo partner.
func openHouse(t *testing.T, kind string) *house {
	t.Helper()
	cfg := configs.Default()
	cfg.Data.Dir, cfg.RTC.UDPPort, cfg.Inference.Library = t.TempDir(), 0, "/nowhere.so"
	cfg.Database.URL, cfg.Demo.Enabled = storetest.URL(t, kind), false
	cfg.Auth.HashMemory, cfg.Auth.HashPasses, cfg.Auth.RegistersPerMinute = 8, 1, 1000
	cfg.HTTP.JoinsPerMinute, cfg.HTTP.CreatesPerMinute = 1000, 1000
	h, err := build(t.Context(), cfg, newLog(cfg.Log, t.Output()))
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		require.NoError(t, h.close(ctx))
		require.NoError(t, h.closeDatabase())
	})
	return h
}

// TestCallHallConforms holds the real media server to what the handlers rely on.
func TestCallHallConforms(t *testing.T) {
	h := openHouse(t, "sqlite")
	handlertest.Conforms(t, func(*testing.T) handlertest.SFU {
		for id := range int64(10) {
			h.sfu.CloseRoom(id)
		}
		return newCallHall(h.sfu, h.iceServers)
	})
}

// request sends a request and decodes the answer into out, if there is one.
func request(t *testing.T, site *httptest.Server, token, method, path string, body, out any) int {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), method, site.URL+path, bytes.NewReader(text))
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := site.Client().Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	if out != nil {
		require.NoError(t, json.NewDecoder(res.Body).Decode(out))
	}
	return res.StatusCode
}

// TestFiftyAtOneDoor lets fifty people join one room at the same time, through the real media server: exactly
// two are in.
func TestFiftyAtOneDoor(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			h := openHouse(t, kind)
			site := httptest.NewServer(h.public)
			defer site.Close()
			const many = 50
			tokens := make([]string, many)
			for i := range tokens {
				name := "user" + strconv.Itoa(i)
				var made handler.Tokens
				require.Equal(t, 201, request(t, site, "", "POST", "/api/accounts/register/", map[string]string{
					"username": name, "email": name + "@example.org", "password": "a good long phrase",
				}, &made))
				tokens[i] = made.Access
			}
			var r handler.Room
			require.Equal(t, 201, request(t, site, tokens[0], "POST", "/api/facechats/create_facechat/",
				map[string]any{"visibility": "public", "allow_guests": true}, &r))

			paths := []string{
				"/api/facechats/" + strconv.FormatInt(r.ID, 10) + "/join/", "/api/facechats/by-link/" + r.Slug + "/join/",
			}
			answers := make([]struct {
				status int
				body   struct {
					Code          social.Code
					ParticipantID string `json:"participant_id"`
				}
			}, many)
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() {
					answers[i].status = request(t, site, tokens[i], "POST", paths[i%2], struct{}{}, &answers[i].body)
				})
			}
			wg.Wait()
			in := map[string]bool{}
			for _, a := range answers {
				switch a.status {
				case 200:
					in[a.body.ParticipantID] = true
				case 409:
					require.Equal(t, social.CodeRoomFull, a.body.Code)
				default:
					t.Errorf("status %d", a.status)
				}
			}
			require.Len(t, in, social.MaxPresent)
			require.Len(t, h.sfu.Seated(r.ID), social.MaxPresent)
			var shown handler.Room
			path := "/api/facechats/" + strconv.FormatInt(r.ID, 10) + "/"
			require.Equal(t, 200, request(t, site, "", "GET", path, nil, &shown))
			require.Equal(t, social.MaxPresent, shown.Present)
		})
	}
}

// sayHello takes the seat of a ticket.
func sayHello(t *testing.T, site *httptest.Server, token string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), site.URL+"/ws/call/", &websocket.DialOptions{
		Subprotocols: []string{signal.Subprotocol},
	})
	require.NoError(t, err)
	t.Cleanup(func() { ws.CloseNow() })
	require.NoError(t, wsjson.Write(t.Context(), ws, map[string]string{"type": "hello", "ticket": token}))
	var welcome struct{ Type string }
	require.NoError(t, wsjson.Read(t.Context(), ws, &welcome))
	require.Equal(t, "welcome", welcome.Type)
	return ws
}

// TestCallsAreRecorded tells the recorder of a call and looks at what the database knows afterwards.
func TestCallsAreRecorded(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			h := openHouse(t, kind)
			ada, err := h.db.Users.Create(t.Context(), social.NewUser{
				Username: "ada", Email: "ada@example.org", PasswordHash: "x",
			})
			require.NoError(t, err)
			r, err := h.rooms.Open(t.Context(), "evening")
			require.NoError(t, err)
			rec := &recorder{db: h.db, log: h.log}
			sit := func(key, name string, demo bool) room.Event {
				return room.Event{
					Kind: room.EventJoined, RoomID: r.ID, Seat: "seat of " + key, At: time.Now(),
					Person: room.Person{Key: key, Name: name, Demo: demo},
				}
			}
			a, b := sit(handler.UserKey(ada.ID), "ADA", false), sit("guest:b", "Bo", false)
			d := sit("demo", "Demo", true)
			said := b
			said.Kind, said.ID, said.Text = room.EventSaid, "1", "안녕"
			left := a
			left.Kind, left.At = room.EventLeft, a.At.Add(90*time.Second)
			rec.Happened(t.Context(), []room.Event{d})
			rec.Happened(t.Context(), []room.Event{a, b, d, said, left})

			past, _, err := h.db.Participants.History(t.Context(), ada.ID, social.Page{})
			require.NoError(t, err)
			require.Len(t, past, 1)
			require.Equal(t, "evening", past[0].Room.Title)
			require.Equal(t, []social.PastPerson{{Name: "Bo"}}, past[0].With, "the demo partner is nobody")
			require.Equal(t, 90*time.Second, past[0].Ended.Sub(past[0].Began))
			lines, _, err := h.db.Messages.List(t.Context(), ada.ID, r.ID, social.Page{})
			require.NoError(t, err)
			require.Len(t, lines, 1)
			require.Equal(t, "안녕", lines[0].Text)
		})
	}
}

// await reads from a socket until a message of that type comes.
func await(t *testing.T, ws *websocket.Conn, kind string) map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		var m map[string]any
		require.NoError(t, wsjson.Read(ctx, ws, &m), "no %s", kind)
		if m["type"] == kind {
			return m
		}
	}
}

// TestCallInARoomOfAUser goes the whole way: a room, an invitation, two sockets, a line of chat, and the end
// of the room by its host; then what both find in their past.
func TestCallInARoomOfAUser(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			h := openHouse(t, kind)
			site := httptest.NewServer(h.public)
			defer site.Close()
			who := map[string]handler.Tokens{}
			for _, name := range []string{"ada", "bob"} {
				var made handler.Tokens
				require.Equal(t, 201, request(t, site, "", "POST", "/api/accounts/register/", map[string]string{
					"username": name, "email": name + "@example.org", "password": "a good long phrase",
				}, &made))
				who[name] = made
			}
			var r handler.Room
			require.Equal(t, 201, request(t, site, who["ada"].Access, "POST", "/api/facechats/create_facechat/",
				map[string]any{"title": "evening", "invite": []int64{who["bob"].User.ID}}, &r))
			path := "/api/facechats/" + strconv.FormatInt(r.ID, 10) + "/"
			sockets := map[string]*websocket.Conn{}
			for _, name := range []string{"ada", "bob"} {
				var entry handler.Entry
				require.Equal(t, 200, request(t, site, who[name].Access, "POST", path+"join/", nil, &entry))
				sockets[name] = sayHello(t, site, entry.Ticket)
			}
			line := map[string]string{"type": "chat", "id": "1", "text": "안녕"}
			require.NoError(t, wsjson.Write(t.Context(), sockets["bob"], line))
			require.Equal(t, "안녕", await(t, sockets["ada"], "chat")["text"])
			require.Equal(t, 403, request(t, site, who["bob"].Access, "DELETE", path, nil, nil))
			require.Equal(t, 204, request(t, site, who["ada"].Access, "DELETE", path, nil, nil))
			for _, ws := range sockets {
				require.Equal(t, "closed", await(t, ws, "bye")["code"])
			}
			require.Equal(t, 404, request(t, site, who["bob"].Access, "POST", path+"join/", nil, nil))

			for name, other := range map[string]string{"ada": "bob", "bob": "ada"} {
				var past handler.Items[handler.PastCall]
				require.Eventually(t, func() bool {
					past = handler.Items[handler.PastCall]{}
					request(t, site, who[name].Access, "GET", "/api/facechats/history/", nil, &past)
					return len(past.Items) == 1
				}, 10*time.Second, 20*time.Millisecond, "what happened is soon written")
				require.Equal(t, "evening", past.Items[0].Room.Title)
				require.Equal(t, other, past.Items[0].With[0].Name)
				var lines handler.Items[handler.Message]
				require.Equal(t, 200, request(t, site, who[name].Access, "GET", path+"messages/", nil, &lines))
				require.Len(t, lines.Items, 1)
				require.Equal(t, "bob", lines.Items[0].Name)
				require.Equal(t, name == "bob", lines.Items[0].Mine)
			}
		})
	}
}

// TestWhatIsQueuedIsWrittenAtTheEnd: people who are in a call when the server ends have left it.
func TestWhatIsQueuedIsWrittenAtTheEnd(t *testing.T) {
	h := openHouse(t, "sqlite")
	ada, err := h.db.Users.Create(t.Context(), social.NewUser{
		Username: "ada", Email: "ada@example.org", PasswordHash: "x",
	})
	require.NoError(t, err)
	r, err := h.rooms.Open(t.Context(), "")
	require.NoError(t, err)
	hall := newCallHall(h.sfu, h.iceServers)
	who := handler.Guest{Key: handler.UserKey(ada.ID), Name: "ADA"}
	seat, err := hall.Reserve(r, who)
	require.NoError(t, err)
	token, _, err := h.keys.Tickets.Sign(auth.Ticket{
		RoomID: r.ID, Slug: r.Slug, Seat: seat, Key: who.Key, Name: who.Name,
	})
	require.NoError(t, err)
	site := httptest.NewServer(h.public)
	defer site.Close()
	sayHello(t, site, token)
	require.NoError(t, h.close(t.Context()))
	past, _, err := h.db.Participants.History(t.Context(), ada.ID, social.Page{})
	require.NoError(t, err)
	require.Len(t, past, 1)
}
