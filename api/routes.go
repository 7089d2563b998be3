package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"github.com/pp-enter/pp-enter/api/handler"
)

// Routes that are files: they have no trailing slash.
const (
	openAPIPath  = "/api/openapi.json"
	docsPath     = "/api/docs/"
	docsCSSPath  = "/api/docs/style.css"
	callPath     = "/ws/call/"
	healthPath   = "/healthz"
	readyPath    = "/readyz"
	ticketScheme = "ticket"
)

func isFileRoute(path string) bool { return path == openAPIPath || path == docsCSSPath }

// routes is the whole table. What is not in it, and does not begin with /api/ or /ws/, is the page's.
func (s *server) routes() error {
	s.echo.GET(healthPath, healthz)
	s.echo.GET(readyPath, s.readyz)
	s.echo.GET(callPath, echo.WrapHandler(s.cfg.Call))
	s.newHuma()

	f := s.cfg.FaceChats
	create, join := s.limit(s.creates), s.limit(s.joins)
	route(s, f.Open, operation{
		method: "POST", path: "/api/facechats/instant/", id: "openRoom", status: 201,
		errors: []int{403, 422, 429, 503}, summary: "Open a room for anyone who has the link", limit: create,
	})
	route(s, f.ICE, operation{
		method: "GET", path: "/api/facechats/ice/", id: "iceServers", status: 200, errors: []int{401, 429},
		summary: "List the servers that help through a NAT", limit: join,
	})
	route(s, f.ByLink, operation{
		method: "GET", path: "/api/facechats/by-link/{slug}/", id: "roomByLink", status: 200, errors: []int{404},
		summary: "Show a room by its link",
	})
	route(s, f.Join, operation{
		method: "POST", path: "/api/facechats/by-link/{slug}/join/", id: "joinByLink", status: 200,
		errors: []int{403, 404, 409, 422, 429}, summary: "Reserve a seat and get the ticket for it", limit: join,
	})
	route(s, f.Exit, operation{
		method: "POST", path: "/api/facechats/{id}/exit/", id: "exitRoom", status: 204, errors: []int{401, 403},
		summary: "Give your seat up", ticket: true,
	})
	route(s, f.Demo, operation{
		method: "POST", path: "/api/facechats/{id}/demo/", id: "startDemo", status: 202,
		errors: []int{401, 403, 409, 429}, summary: "Let the demo partner come in", ticket: true, limit: join,
	})

	return s.serveDocs()
}

// operation is one row of the table.
type operation struct {
	method, path, id, summary string
	status                    int
	errors                    []int
	ticket                    bool // needs the room ticket as a bearer token
	limit                     func(huma.Context, func(huma.Context))
}

// route adds one row. What the handler returns as an error goes through the one table of errors.
func route[In, Out any](s *server, handle func(context.Context, *In) (*Out, error), op operation) {
	o := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary, Tags: []string{"facechats"},
		DefaultStatus: op.status, Errors: op.errors, MaxBodyBytes: int64(s.cfg.BodyLimit),
	}
	if op.ticket {
		o.Security = []map[string][]string{{ticketScheme: {}}}
	}
	if op.limit != nil {
		o.Middlewares = huma.Middlewares{op.limit}
	}
	huma.Register(s.huma, o, func(ctx context.Context, in *In) (*Out, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(err, handler.ClientOf(ctx).RequestID)
		}
		return out, nil
	})
}

func (s *server) newHuma() {
	useProblems()
	cfg := huma.DefaultConfig("PP-ENTER", s.cfg.Version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", "" // served by us
	cfg.CreateHooks = nil                                       // no $schema in the bodies
	cfg.Info.Description = "Two-person video calls, filtered live by the server. Errors are " +
		"application/problem+json with a stable code. A trailing slash is optional. " +
		"The call itself runs over the socket at /ws/call/."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		ticketScheme: {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The ticket of the room."},
	}
	s.huma = humaecho.New(s.echo, cfg)
}

func (s *server) serveDocs() error {
	document, page, err := documents(s.huma.OpenAPI())
	if err != nil {
		return err
	}
	s.echo.GET(openAPIPath, func(c echo.Context) error {
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, document)
	})
	s.echo.GET(docsPath, func(c echo.Context) error { return c.HTMLBlob(http.StatusOK, page) })
	s.echo.GET(docsCSSPath, func(c echo.Context) error {
		return c.Blob(http.StatusOK, "text/css", []byte(docsCSS))
	})
	return nil
}
