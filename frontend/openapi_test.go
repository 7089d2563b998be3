package frontend_test

import (
	"bytes"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/frontend"
)

var update = flag.Bool("update", false, "write openapi.json anew from the server")

type nobody struct{}

func (nobody) Reserve(social.FaceChat, handler.Guest) (string, error) { return "", nil }
func (nobody) Present(int64) int                                      { return 0 }
func (nobody) Leave(int64, string)                                    {}
func (nobody) StartDemo(int64, string) error                          { return nil }
func (nobody) ICEServers(string) []handler.ICEServer                  { return nil }

// TestOpenAPIDocument keeps openapi.json, from which the page's client is generated, equal to what the server
// serves. After a change: go test ./frontend/ -update, then npm run generate.
func TestOpenAPIDocument(t *testing.T) {
	served := openAPI(t)
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", served, 0o644))
	}
	committed, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.Equal(t, string(served), string(committed))
}

func openAPI(t *testing.T) []byte {
	t.Helper()
	secret := bytes.Repeat([]byte{7}, auth.KeySize)
	tickets, err := auth.NewTickets(secret)
	require.NoError(t, err)
	guests, err := auth.NewGuests(secret)
	require.NoError(t, err)
	rooms, err := store.NewRooms(store.RoomsConfig{Max: 1, Idle: time.Hour})
	require.NoError(t, err)
	h, err := api.New(api.Config{
		Version:   "1",
		FaceChats: &handler.FaceChats{Rooms: rooms, SFU: nobody{}, Tickets: tickets, Guests: guests, Instant: true},
		Call:      http.NotFoundHandler(),
		Pages:     fstest.MapFS{},
		Ready:     func() api.Readiness { return api.Readiness{Status: api.ReadyDegraded} },
		BodyLimit: 4096, JoinsPerMinute: 1, CreatesPerMinute: 1,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/openapi.json", http.NoBody))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.Bytes()
}

// TestFiles holds in a clean clone too, where the page is not built yet.
func TestFiles(t *testing.T) {
	_, err := frontend.Files().Open(".")
	require.NoError(t, err)
}
