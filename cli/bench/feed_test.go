package bench

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answering is a server whose answers to all requests are written by hand.
func answering(t *testing.T, answer string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := conn.Read(make([]byte, 1000)); err == nil {
					_, _ = io.WriteString(conn, answer)
				}
			}()
		}
	}()
	return l.Addr().String()
}

func TestAskerReadsAnswers(t *testing.T) {
	for _, c := range []struct{ name, answer, body, wrong string }{
		{"whole", "HTTP/1.1 200 OK\r\nX: y\r\ncontent-LENGTH: 3\r\n\r\nabc", "abc", ""},
		{"status", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "", `answered "HTTP/1.1 503 Busy"`},
		{"length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", "how long"},
		{"number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "", "invalid syntax"},
		{"cut", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "", "EOF"},
		{"cut head", "HTTP/1.1 200 OK\r\nContent", "", "EOF"},
		{"line", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 65<<10), "", "buffer full"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := askOnce(t.Context(), answering(t, c.answer), "/")
			if c.wrong != "" {
				require.ErrorContains(t, err, c.wrong)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.body, string(body))
		})
	}
}

func TestClientsAskAgainAndAgain(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/page/" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		requests.Add(1)
		_, _ = w.Write([]byte("some text"))
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	times, err := ask(t.Context(), addr, "/page/", 4, 50*time.Millisecond)
	require.NoError(t, err)
	require.EqualValues(t, requests.Load(), len(times))
	require.Greater(t, len(times), 4)

	_, err = ask(t.Context(), addr, "/other/", 4, time.Second)
	require.ErrorContains(t, err, "404")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ask(ended, addr, "/page/", 4, time.Second)
	require.ErrorIs(t, err, context.Canceled)
}

func TestLogTellsWhereTheServerListens(t *testing.T) {
	log := `nonsense
{"msg":"database changed"}
{"msg":"listening","listener":"http","addr":"127.0.0.1:81"}
{"msg":"listening","listener":"admin","addr":"127.0.0.1:82"}
` + strings.Repeat("x", 100_000)
	listens := make(chan string, 1)
	in := bytes.NewBufferString(log)
	readLog(in, listens)
	require.Equal(t, "127.0.0.1:81", <-listens)
	require.Zero(t, in.Len(), "it is read to the end")

	readLog(bytes.NewBufferString("{}"), listens)
	require.Empty(t, listens)
}

func TestSiteHasItsOwnConfiguration(t *testing.T) {
	t.Setenv("PPENTER_DATABASE_URL", "postgres://somewhere/important")
	s := &site{dir: "/its/own"}
	cmd, err := s.command(t.Context(), "seed")
	require.NoError(t, err)
	env := strings.Join(cmd.Env, "\n")
	require.NotContains(t, env, "important")
	require.Contains(t, env, "PPENTER_DATA_DIR=/its/own")
}
