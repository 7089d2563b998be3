package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/pp-enter/pp-enter/api/handler"
)

// contentPolicy lets the page load its own files only. Media comes from cameras and peers (blob:), sockets go
// to the same host.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; " +
	"worker-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const permissions = "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), " +
	"autoplay=(self), picture-in-picture=(self), geolocation=(), payment=(), usb=()"

// addSlash makes the trailing slash of API and socket routes optional: the table of routes has it.
func addSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		ours := strings.HasPrefix(u.Path, "/api/") || strings.HasPrefix(u.Path, "/ws/")
		if ours && !strings.HasSuffix(u.Path, "/") && !isFileRoute(u.Path) {
			u.Path += "/"
			if u.RawPath != "" {
				u.RawPath += "/"
			}
		}
		return next(c)
	}
}

// requestID names the request in the answer and in the log. A name that the client sends is not taken over.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, rand.Text())
		return next(c)
	}
}

// accessLog writes one line a request and counts it. It logs the route, never the address line or headers:
// slugs, tickets and cookies are secrets.
func (s *server) accessLog(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		route, level := c.Path(), slog.LevelInfo
		switch route {
		case "":
			route, level = "page", slog.LevelDebug
		case healthPath, readyPath:
			level = slog.LevelDebug
		}
		status := c.Response().Status
		s.meter.observe(route, c.Request().Method, status, took)
		s.log.LogAttrs(context.WithoutCancel(c.Request().Context()), level, "request",
			slog.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)),
			slog.String("method", c.Request().Method), slog.String("route", route), slog.Int("status", status),
			slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("bytes", c.Response().Size),
			slog.String("address", c.RealIP()))
		return nil
	}
}

// recoverPanic turns a panic of a handler into the answer 500. The stack goes to the log.
func (s *server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the value that net/http asks to pass on as it is
				panic(v)
			}
			s.log.Error("handler panicked", slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
			err = panicError(v)
		}()
		return next(c)
	}
}

func (s *server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Permissions-Policy", permissions)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.secure(c.Request()) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(c.Request().URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		return next(c)
	}
}

// limitBody refuses bodies over the limit, whether they announce their size or not.
func (s *server) limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, limit := c.Request(), int64(s.cfg.BodyLimit)
		if own, ok := s.bodies[r.Method+" "+c.Path()]; ok {
			limit = own
		}
		if r.ContentLength > limit {
			return handler.StatusProblem(http.StatusRequestEntityTooLarge, "")
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
		}
		return next(c)
	}
}

// crossOrigin refuses writes that another site's page makes a browser send.
func crossOrigin(protect *http.CrossOriginProtection) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protect.Check(c.Request()); err != nil {
				return handler.NewProblem(http.StatusForbidden, handler.CodeCrossOrigin,
					"A page of another origin may not do this.")
			}
			return next(c)
		}
	}
}

// client tells the handlers how the request came.
func (s *server) client(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		ctx := handler.WithClient(r.Context(), handler.Client{
			RequestID: c.Response().Header().Get(echo.HeaderXRequestID), Secure: s.secure(r),
			Address: c.RealIP(), Agent: r.UserAgent(), URL: *r.URL,
		})
		c.SetRequest(r.WithContext(ctx))
		// The API speaks JSON whatever is asked for, and huma 2.37 panics on a header such as "a;q=".
		r.Header.Del(echo.HeaderAccept)
		return next(c)
	}
}

func (s *server) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !strings.EqualFold(r.Header.Get(echo.HeaderXForwardedProto), "https") {
		return false
	}
	for _, p := range s.proxies {
		if p.Contains(peer.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// addressExtractor finds the client's address: the peer's own, or what trusted proxies say.
func addressExtractor(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{
		echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false),
	}
	for _, p := range proxies {
		p = p.Masked()
		trust = append(trust, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
