// Package api is the public HTTP face: Echo, the order of its middleware, the whole table of routes, one
// error handler, the built page, and the OpenAPI document that follows from the handlers' types.
package api

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
)

// Config is what the HTTP face is made of.
type Config struct {
	Version   string
	Keys      *auth.Keys
	Accounts  *handler.Accounts
	People    *handler.People
	FaceChats *handler.FaceChats
	Rings     *handler.Ringer
	Posts     *handler.Posts
	Comments  *handler.Comments
	Tags      *handler.Tags
	Photos    *handler.Photos
	Captures  *handler.Screenshots
	Admin     *handler.Admin
	Call      http.Handler // the call's socket, at /ws/call/
	Notify    http.Handler // the socket of a user's own events, at /ws/notify/
	Pages     fs.FS        // the built front end; without index.html a page says how to build it
	// Ready says whether the server can do its work; called at each /readyz.
	Ready func() Readiness

	TrustedProxies     []string // networks whose forwarding headers are believed
	Origins            []string // other origins that may send requests
	BodyLimit          int      // bytes
	UploadLimit        int      // bytes of a body that carries a picture
	RegistersPerMinute int      // per address
	JoinsPerMinute     int      // per address
	CreatesPerMinute   int      // per address
	UploadsPerMinute   int      // per account

	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// server holds what middleware and routes share; immutable after New.
type server struct {
	cfg       Config
	log       *slog.Logger
	proxies   []netip.Prefix
	echo      *echo.Echo
	huma      huma.API
	pages     *pages
	meter     *meter
	joins     *limiter
	registers *limiter
	creates   *limiter
	uploads   *uploads
	bodies    map[string]int64 // method and route -> the largest body, where that is not the configured limit
}

// New builds the handler of the public listener.
func New(cfg Config) (http.Handler, error) {
	s, err := newServer(cfg)
	if err != nil {
		return nil, fmt.Errorf("build api: %w", err)
	}
	protect := http.NewCrossOriginProtection()
	for _, origin := range cfg.Origins {
		if err := protect.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("build api: %w", err)
		}
	}
	e := s.echo
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = addressExtractor(s.proxies)
	e.Pre(addSlash)
	e.Use(
		whole(),
		requestID,
		s.accessLog,
		s.recoverPanic,
		s.secureHeaders,
		s.limitBody,
		crossOrigin(protect),
		s.client,
		s.servePages,
	)
	s.routes()
	return e, nil
}

// check reports a resource that is missing, or misses something.
func (c *Config) check() error {
	if c.FaceChats == nil || c.Accounts == nil || c.People == nil || c.Rings == nil || c.Posts == nil ||
		c.Comments == nil || c.Tags == nil || c.Photos == nil || c.Captures == nil || c.Admin == nil {
		return errors.New("every resource must be given")
	}
	return errors.Join(
		c.FaceChats.Check(), c.Accounts.Check(), c.People.Check(), c.Rings.Check(), c.Posts.Check(),
		c.Comments.Check(), c.Tags.Check(), c.Photos.Check(), c.Captures.Check(), c.Admin.Check(),
	)
}

func newServer(cfg Config) (*server, error) {
	if cfg.Keys == nil || cfg.Call == nil || cfg.Notify == nil || cfg.Pages == nil || cfg.Ready == nil {
		return nil, errors.New("keys, sockets, pages and readiness must be given")
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.BodyLimit < 1 || cfg.UploadLimit < 1 || cfg.RegistersPerMinute < 1 ||
		cfg.JoinsPerMinute < 1 || cfg.CreatesPerMinute < 1 || cfg.UploadsPerMinute < 1 {
		return nil, errors.New("limits must be positive")
	}
	s := &server{cfg: cfg, log: cfg.Log, echo: echo.New(), bodies: map[string]int64{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, network := range cfg.TrustedProxies {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return nil, fmt.Errorf("read trusted proxies: %w", err)
		}
		s.proxies = append(s.proxies, prefix)
	}
	var err error
	if s.pages, err = loadPages(cfg.Pages); err != nil {
		return nil, err
	}
	if s.meter, err = newMeter(cfg.Metrics); err != nil {
		return nil, err
	}
	s.joins, s.creates = newLimiter(cfg.JoinsPerMinute), newLimiter(cfg.CreatesPerMinute)
	s.registers = newLimiter(cfg.RegistersPerMinute)
	s.uploads = newUploads(cfg.UploadsPerMinute, int64(cfg.BodyLimit))
	s.echo.HideBanner, s.echo.HidePort = true, true
	return s, nil
}
