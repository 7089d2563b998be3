package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/room"
)

func sampleView() pipelineView {
	return pipelineView{
		Version: "1", At: time.Unix(0, 0), UptimeS: 5,
		Inference: engineInfo{Provider: "cpu", Runtime: "1.30.0", Why: "auto: no CUDA"},
		Snapshot: sfu.Snapshot{Snapshot: room.Snapshot{Rooms: []room.RoomSnapshot{{
			ID: 3, Participants: []room.ParticipantSnapshot{
				{
					ID: "p1", Presence: "connected", Mode: "mood", State: pipeline.Active, Mood: "happy<b>",
					Line: &pipeline.Stats{
						Route: "encoded", CodecIn: "VP8", CodecOut: "VP8", Width: 640, Height: 480, FPSOut: 29.97,
						Stages: []pipeline.StageStats{{Stage: "decode", Count: 9, P50: 1.234, P95: 2.345}},
						Drops:  map[string]uint64{"replaced": 4, "late": 0}, Waiting: true,
					},
				},
				{ID: "p2", Demo: true, Presence: "connected", Mode: "off", State: pipeline.Off},
			},
		}}}},
	}
}

func ask(t *testing.T, path, host string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	h := adminHandler(newMetrics(engineInfo{Provider: "cpu"}), sampleView)
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	r.Host = host
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPipelineAsJSON(t *testing.T) {
	for _, accept := range []string{"", "*/*", "application/json", "application/json, text/html"} {
		w := ask(t, "/debug/pipeline", "127.0.0.1:8081", "Accept", accept)
		require.Equal(t, 200, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		var got map[string]any
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
		rooms, _ := got["rooms"].([]any)
		require.Len(t, rooms, 1)
		require.Contains(t, w.Body.String(), `"p95_ms": 2.345`)
	}
}

func TestPipelineAsPage(t *testing.T) {
	w := ask(t, "/debug/pipeline", "127.0.0.1:8081", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	require.Equal(t, 200, w.Code)
	page := w.Body.String()
	for _, want := range []string{
		"Room 3, participant p1", "demo partner p2", "<td>decode</td><td>9</td><td>1.23</td><td>2.3", "replaced 4",
		"mood happy&lt;b&gt;", "mailbox holds a picture", "640x480", "ONNX Runtime 1.30.0", "No video yet.",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "late 0")
}

func TestAdminRoutes(t *testing.T) {
	require.Contains(t, ask(t, "/metrics", "127.0.0.1:8081").Body.String(), `ppenter_build_info{provider="cpu"`)
	require.Equal(t, 200, ask(t, "/debug/pprof/", "127.0.0.1:8081").Code)
	require.Contains(t, ask(t, "/", "127.0.0.1:8081").Body.String(), "/debug/pipeline")
	require.Equal(t, 404, ask(t, "/nothing", "127.0.0.1:8081").Code)
}

// TestBrowsersMustAskByAddress: a page may let its own name point here. What browsers send then was recorded
// from Chromium.
func TestBrowsersMustAskByAddress(t *testing.T) {
	plain := []string{"Accept-Language", "en-US,en;q=0.9"}
	trusted := append(slices.Clone(plain), "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "same-origin")
	for _, c := range []struct {
		host    string
		headers []string
		status  int
	}{
		{"evil.example:8081", plain, 403},
		{"evil.example", plain, 403},
		{"evil", plain, 403},
		{"evil.example:8081", trusted, 403},
		{"evil.example:8081", []string{"Accept-Language", "en", "Sec-Fetch-Mode", "navigate"}, 403},
		{"localhost:8081", trusted, 200},
		{"127.0.0.1:8081", plain, 200},
		{"127.0.0.1", plain, 200},
		{"[::1]:8081", trusted, 200},
		{"192.0.2.7:8081", plain, 200},
		{"pp-enter.example:8081", nil, 200}, // Prometheus
	} {
		require.Equal(t, c.status, ask(t, "/metrics", c.host, c.headers...).Code, "%+v", c)
	}
}
