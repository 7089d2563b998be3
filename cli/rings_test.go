package cli

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/notify"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/configs"
)

// A browser's page on the whole server: the cookie opens the socket, and the server says goodbye.
func TestPageOfAUser(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cfg := configs.Default()
	cfg.Data.Dir, cfg.RTC.UDPPort, cfg.Inference.Library = t.TempDir(), 0, "/nowhere.so"
	h, err := build(ctx, cfg, newLog(cfg.Log, t.Output()))
	require.NoError(t, err)
	defer func() { require.NoError(t, h.closeDatabase()) }()
	site := httptest.NewServer(h.public)
	defer site.Close()

	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar}
	body := `{"username":"ada","email":"ada@example.org","nickname":"Ada","password":"a good long phrase"}`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, site.URL+"/api/accounts/register/",
		strings.NewReader(body))
	require.NoError(t, err)
	res, err := browser.Do(req)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusCreated, res.StatusCode)

	ws, _, err := websocket.Dial(ctx, site.URL+"/ws/notify", &websocket.DialOptions{
		HTTPClient: browser, Subprotocols: []string{notify.Subprotocol},
		HTTPHeader: http.Header{"Origin": {site.URL}},
	})
	require.NoError(t, err)
	defer ws.CloseNow()
	_, text, err := ws.Read(ctx)
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"hello","protocol":1,"user":1,"unread":0,"rings":[]}`, string(text))
	h.hub.Push(1, "news", struct{}{})
	_, text, err = ws.Read(ctx)
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"news"}`, string(text))

	hall := newCallHall(h.sfu, nil)
	seat, err := hall.Reserve(social.FaceChat{ID: 5}, handler.Guest{Key: handler.UserKey(1), Name: "Ada"})
	require.NoError(t, err)
	require.Equal(t, []int64{5}, hall.RoomsOf(handler.UserKey(1)))
	require.Empty(t, hall.RoomsOf(handler.UserKey(2)))
	hall.Leave(5, seat)
	require.Empty(t, hall.RoomsOf(handler.UserKey(1)))

	closed := make(chan error, 1)
	go func() { closed <- h.close(ctx) }()
	_, text, err = ws.Read(ctx)
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"bye","code":"shutdown"}`, string(text))
	_, _, err = ws.Read(ctx)
	require.Error(t, err)
	require.NoError(t, <-closed)
}
