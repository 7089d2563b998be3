package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
)

func TestShortAnswersAreWhole(t *testing.T) {
	short, long := strings.Repeat("a", 5000), strings.Repeat("b", maxWhole)
	flushed := make(chan struct{})
	e := echo.New()
	e.Use(whole())
	e.GET("/short", func(c echo.Context) error {
		c.Response().WriteHeader(http.StatusTeapot)
		c.Response().WriteHeader(http.StatusOK) // comes too late
		_, err := io.WriteString(c.Response(), short[:2000])
		require.NoError(t, err)
		_, err = io.WriteString(c.Response(), short[2000:])
		return err
	})
	e.GET("/long", func(c echo.Context) error {
		return c.String(http.StatusCreated, long+"end")
	})
	e.GET("/parts", func(c echo.Context) error {
		_, err := io.WriteString(c.Response(), long)
		require.NoError(t, err)
		_, err = io.WriteString(c.Response(), "end")
		return err
	})
	e.GET("/told", func(c echo.Context) error {
		c.Response().Header().Set("Content-Length", "3")
		_, err := io.WriteString(c.Response(), "abc")
		require.NoError(t, err)
		w, ok := c.Response().Writer.(*wholeWriter)
		require.True(t, ok)
		require.Empty(t, w.body, "goes through")
		return err
	})
	e.GET("/flushed", func(c echo.Context) error {
		_, err := io.WriteString(c.Response(), "first")
		require.NoError(t, err)
		c.Response().Flush()
		<-flushed
		_, err = io.WriteString(c.Response(), "second")
		return err
	})
	e.GET("/nothing", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	e.GET("/silent", func(echo.Context) error { return nil })
	e.GET("/error", func(echo.Context) error { return echo.ErrNotFound })
	e.GET("/abort", func(c echo.Context) error {
		_, err := io.WriteString(c.Response(), short)
		require.NoError(t, err)
		panic(http.ErrAbortHandler)
	})
	server := httptest.NewServer(e)
	defer server.Close()
	get := func(path string) *http.Response {
		r, err := server.Client().Get(server.URL + path)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, r.Body.Close()) })
		return r
	}
	for _, c := range []struct {
		path   string
		status int
		length int64
		body   string
	}{
		{"/short", http.StatusTeapot, 5000, short},
		{"/long", http.StatusCreated, -1, long + "end"},
		{"/parts", http.StatusOK, -1, long + "end"},
		{"/told", http.StatusOK, 3, "abc"},
		{"/nothing", http.StatusNoContent, 0, ""},
		{"/silent", http.StatusOK, 0, ""},
		{"/error", http.StatusNotFound, 24, `{"message":"Not Found"}` + "\n"},
		{"/short", http.StatusTeapot, 5000, short}, // by a writer that was used before
	} {
		r := get(c.path)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err, c.path)
		require.Equal(t, c.body, string(body), c.path)
		require.Equal(t, c.status, r.StatusCode, c.path)
		require.Equal(t, c.length, r.ContentLength, c.path)
	}

	r := get("/flushed")
	first := make([]byte, 5)
	_, err := io.ReadFull(r.Body, first)
	require.NoError(t, err)
	require.Equal(t, "first", string(first), "before the rest is written")
	close(flushed)
	rest, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.Equal(t, "second", string(rest))

	_, err = server.Client().Get(server.URL + "/abort")
	require.Error(t, err, "what was gathered is not sent as if it were whole")
}
