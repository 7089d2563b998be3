package api

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// maxWhole is the largest body that is gathered before it is sent.
const maxWhole = 64 << 10

// whole sends short answers in one piece and with their length: huma does not tell it, and net/http would
// send chunks of 2 KiB. Longer answers, those that tell their length, and sockets go through as they come.
func whole() echo.MiddlewareFunc {
	pool := &sync.Pool{New: func() any { return &wholeWriter{body: make([]byte, 0, 16<<10)} }}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if strings.HasPrefix(c.Request().URL.Path, "/ws/") {
				return next(c)
			}
			w, _ := pool.Get().(*wholeWriter)
			under := c.Response().Writer
			w.under, w.status, w.open, w.body = under, 0, false, w.body[:0]
			c.Response().Writer = w
			err := next(c) // a panic that gets here ends the connection, and w with it
			c.Response().Writer = under
			w.finish()
			w.under = nil
			pool.Put(w)
			return err
		}
	}
}

// wholeWriter gathers one answer.
type wholeWriter struct {
	under  http.ResponseWriter
	status int // 0: not yet known
	open   bool
	body   []byte
}

// Header is the answer's header, for http.ResponseWriter.
func (w *wholeWriter) Header() http.Header { return w.under.Header() }

// WriteHeader notes the status, for http.ResponseWriter.
func (w *wholeWriter) WriteHeader(status int) {
	switch {
	case w.open || status < http.StatusOK:
		w.under.WriteHeader(status)
	case w.status != 0: // the first one holds
	default:
		w.status = status
		if w.Header().Get(echo.HeaderContentLength) != "" {
			w.through()
		}
	}
}

// Write gathers a part of the body, for http.ResponseWriter.
func (w *wholeWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.open && len(w.body)+len(b) <= maxWhole {
		w.body = append(w.body, b...)
		return len(b), nil
	}
	if !w.open {
		w.through()
	}
	return w.under.Write(b)
}

// Flush sends what there is, for http.Flusher.
func (w *wholeWriter) Flush() {
	if !w.open {
		w.through()
	}
	// What cannot be flushed is sent in its own time.
	_ = http.NewResponseController(w.under).Flush()
}

// Unwrap is the writer below, for http.ResponseController.
func (w *wholeWriter) Unwrap() http.ResponseWriter { return w.under }

// through sends what was gathered, and from now on everything at once.
func (w *wholeWriter) through() {
	w.open = true
	if w.status != 0 {
		w.under.WriteHeader(w.status)
	}
	if len(w.body) > 0 {
		_, _ = w.under.Write(w.body) // as the rest will: there is nobody to read it
	}
}

// finish sends an answer that was gathered to its end.
func (w *wholeWriter) finish() {
	if w.open || w.status == 0 {
		return
	}
	if len(w.body) > 0 {
		w.Header().Set(echo.HeaderContentLength, strconv.Itoa(len(w.body)))
	}
	w.through()
}
