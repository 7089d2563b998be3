package handler_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/notify"
)

var update = flag.Bool("update", false, "write the examples of events anew")

// The files are the events as others see them, and belong to the protocol of the socket.
func TestEventsOnTheWire(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	jimin := handler.Person{
		ID: 7, Username: "jimin", Nickname: "지민",
		Avatar: handler.Avatar{
			PhotoID: 3, URL: "/api/posts/photos/3/avatar/", Blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
		},
	}
	minsu := handler.Person{
		ID: 8, Username: "minsu", Nickname: "민수", Avatar: handler.Avatar{URL: "/api/accounts/avatar/"},
	}
	ring := handler.Ring{
		ID: 5, Room: handler.RingRoom{ID: 42, Slug: "q7d2m4x9", URL: "/r/q7d2m4x9", Title: "Lunch"},
		Caller: jimin, Callee: minsu, State: "ringing", Created: at, ExpiresAt: at.Add(30 * time.Second),
	}
	for name, c := range map[string]struct {
		kind string
		body any
	}{
		"hello": {notify.KindHello, handler.Greeting{Protocol: 1, User: 8, Rings: []handler.Ring{}}},
		"hello_rings": {notify.KindHello, handler.Greeting{
			Protocol: 1, User: 8, Unread: 2, Rings: []handler.Ring{ring},
		}},
		"ring": {handler.RingEvent, ring},
		"ring_stopped": {handler.RingStoppedEvent, handler.RingStopped{
			RingID: 5, RoomID: 42, Reason: "accepted",
		}},
		"notification": {handler.NotificationEvent, handler.Notification{
			ID: 9, Kind: "missed_call", Actor: &jimin, FaceChatID: 42, Created: at,
		}},
	} {
		text, err := notify.Encode(c.kind, c.body)
		require.NoError(t, err)
		path := filepath.Join("..", "notify", "testdata", "messages", "server_"+name+".json")
		if *update {
			require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSpace(string(want)), string(text), name)
	}
}
