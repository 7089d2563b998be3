package cli

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/store/storetest"
	"github.com/pp-enter/pp-enter/configs"
)

// A request that is under way when the program is told to stop is answered, and what it wrote stays;
// newcomers find a closed door.
func TestStopFinishesRequestsUnderWay(t *testing.T) {
	cfg := configs.Default()
	cfg.Data.Dir, cfg.RTC.UDPPort, cfg.Inference.Library = t.TempDir(), 0, "/nowhere.so"
	cfg.Database.URL, cfg.Demo.Enabled = storetest.URL(t, "sqlite"), false
	cfg.Auth.HashMemory, cfg.Auth.HashPasses = 8, 1
	h, err := build(t.Context(), cfg, newLog(cfg.Log, t.Output()))
	require.NoError(t, err)
	public, err := listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	admin, err := listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.serve(ctx, public, admin) }()

	const first, last = `{"username":"ada","email":"ada@example.org",`, `"password":"a good long phrase"}`
	body, more := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"http://"+public.Addr().String()+"/api/accounts/register/", body)
	require.NoError(t, err)
	r.ContentLength = int64(len(first) + len(last))
	r.Header.Set("Expect", "100-continue")
	answer := make(chan string, 1)
	go func() {
		client := http.Client{
			Timeout: 20 * time.Second, Transport: &http.Transport{ExpectContinueTimeout: time.Minute},
		}
		res, err := client.Do(r)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		answer <- res.Status + " " + string(text)
	}()
	// The body goes when the handler reads it, and the pipe passes it on when somebody does: the request is
	// under way now.
	_, err = io.WriteString(more, first)
	require.NoError(t, err)
	require.True(t, up(t, public.Addr()))
	stop()
	require.Eventually(t, func() bool { return !up(t, public.Addr()) }, 10*time.Second, 10*time.Millisecond)
	select {
	case a := <-answer:
		t.Fatal("it did not wait for the rest: " + a)
	case err := <-done:
		t.Fatal("it did not wait for the request: ", err)
	case <-time.After(200 * time.Millisecond):
	}
	_, err = io.WriteString(more, last)
	require.NoError(t, err)
	a := <-answer
	require.True(t, strings.HasPrefix(a, "201 "), a)
	var tokens struct{ User struct{ Username string } }
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(a, "201 Created ")), &tokens))
	require.Equal(t, "ada", tokens.User.Username)
	require.NoError(t, <-done, "and then it stops in good order")
}

// up tells whether somebody takes connections.
func up(t *testing.T, at net.Addr) bool {
	t.Helper()
	c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", at.String())
	if err != nil {
		return false
	}
	return c.Close() == nil
}
