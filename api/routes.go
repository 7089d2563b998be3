package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
)

// Routes that are files: they have no trailing slash.
const (
	openAPIPath  = "/api/openapi.json"
	docsPath     = "/api/docs/"
	docsCSSPath  = "/api/docs/style.css"
	callPath     = "/ws/call/"
	notifyPath   = "/ws/notify/"
	healthPath   = "/healthz"
	readyPath    = "/readyz"
	ticketScheme = "ticket"
	userScheme   = "user"
)

func isFileRoute(path string) bool { return path == openAPIPath || path == docsCSSPath }

// rows is the whole table. What is not in it, and does not begin with /api/ or /ws/, is the page's.
func (s *server) rows() []row {
	return slices.Concat(
		s.accountRows(),
		s.peopleRows(),
		s.faceChatRows(),
		s.ringRows(),
		s.postRows(),
		s.commentRows(),
		s.tagRows(),
		s.photoRows(),
		s.screenshotRows(),
		s.adminRows(),
	)
}

func (s *server) routes() {
	s.echo.GET(healthPath, healthz)
	s.echo.GET(readyPath, s.readyz)
	s.echo.GET(callPath, echo.WrapHandler(s.cfg.Call))
	s.echo.GET(notifyPath, echo.WrapHandler(s.cfg.Notify))
	s.newHuma()
	for _, r := range s.rows() {
		r.add(s)
	}
	s.serveDocs()
}

// Access says who may call a route. Whose thing it is about is for the handler to look at.
type Access string

// The kinds of access.
const (
	Public       Access = "public"          // anybody; who shows a token that is no good is told so
	Blind        Access = "blind"           // anybody; tokens are not looked at
	User         Access = "user"            // who is logged in
	Ticket       Access = "ticket"          // who shows the ticket of a room
	UserOrTicket Access = "user_or_ticket"  // either
	TicketPublic Access = "ticket_optional" // anybody; a ticket, or being logged in, gives more
	Staff        Access = "staff"           // who is logged in and belongs to the staff
)

// Route is one row of the table, for tests that walk through all of them.
type Route struct {
	Method, Path string // the path with {names}
	ID           string
	Access       Access
}

// Table lists every operation of the API.
func Table() []Route {
	var table []Route
	for _, r := range blank("").rows() {
		table = append(table, Route{Method: r.op.method, Path: r.op.path, ID: r.op.id, Access: r.op.access})
	}
	return table
}

// Document is the OpenAPI document.
func Document(version string) ([]byte, error) {
	s := blank(version)
	s.newHuma()
	for _, r := range s.rows() {
		r.add(s)
	}
	d, err := documents(s.huma.OpenAPI())
	return d.document, err
}

// blank is a server that has routes and nothing behind them.
func blank(version string) *server {
	return &server{
		echo: echo.New(), bodies: map[string]int64{},
		joins: newLimiter(1), creates: newLimiter(1), registers: newLimiter(1), uploads: newUploads(1, 1),
		cfg: Config{
			Version: version, BodyLimit: 1, UploadLimit: 1,
			FaceChats: &handler.FaceChats{}, Accounts: &handler.Accounts{}, People: &handler.People{},
			Rings: &handler.Ringer{}, Posts: &handler.Posts{}, Comments: &handler.Comments{},
			Tags: &handler.Tags{}, Photos: &handler.Photos{}, Admin: &handler.Admin{},
			Captures: &handler.Screenshots{},
		},
	}
}

// operation describes one row of the table.
type operation struct {
	method, path, id, summary string

	access Access
	status int
	again  int   // the status where a POST finds what it would make; 0: there is no such answer
	errors []int // beside those that follow from access
	limit  *limiter
	form   func(huma.Registry) *huma.RequestBody // describes a body that the input reads itself
	body   int                                   // the largest body in bytes; 0: the configured limit
}

// row is an operation with what answers it.
type row struct {
	op  operation
	add func(*server)
}

// on makes a row. What handle returns as an error goes through the one table of errors.
func on[In, Out any](handle func(context.Context, *In) (*Out, error), op operation) row {
	op.errors = append(slices.Clone(op.errors), refusals(reflect.TypeFor[In](), op.form != nil)...)
	return row{op: op, add: func(s *server) {
		huma.Register(s.huma, s.describe(op), func(ctx context.Context, in *In) (*Out, error) {
			out, err := handle(ctx, in)
			if err != nil {
				return nil, s.problem(ctx, s.overtaken(ctx, err), handler.ClientOf(ctx).RequestID)
			}
			return out, nil
		})
		s.describeForm(op)
		s.describeAgain(op)
	}}
}

// describeAgain adds the answer of an operation that finds what it would make.
func (s *server) describeAgain(op operation) {
	if op.again == 0 {
		return
	}
	responses := s.huma.OpenAPI().Paths[op.path].Post.Responses
	same := *responses[strconv.Itoa(op.status)]
	same.Description = http.StatusText(op.again)
	responses[strconv.Itoa(op.again)] = &same
}

// refusals are the answers to input that cannot be read or does not fit; reads tells that the input reads the
// body itself.
func refusals(in reflect.Type, reads bool) []int {
	var all []int
	if _, body := in.FieldByName("Body"); body || reads {
		all = []int{
			http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
			http.StatusUnprocessableEntity,
		}
	}
	for _, field := range reflect.VisibleFields(in) {
		query := field.Tag.Get("query") != ""
		if query {
			all = append(all, http.StatusBadRequest)
		}
		narrow := field.Type.Kind() != reflect.String || field.Tag.Get("enum") != ""
		if narrow && (query || field.Tag.Get("path") != "") {
			all = append(all, http.StatusUnprocessableEntity)
		}
	}
	return all
}

// describeForm adds the body of an operation whose input reads it itself. huma must not know of it when a
// request comes: it would read the body first.
func (s *server) describeForm(op operation) {
	if op.form == nil {
		return
	}
	doc := s.huma.OpenAPI()
	item := doc.Paths[op.path]
	for _, at := range []**huma.Operation{&item.Post, &item.Put} {
		if o := *at; o != nil && o.Method == op.method {
			described := *o
			described.RequestBody = op.form(doc.Components.Schemas)
			*at = &described
		}
	}
}

// describe is the operation in huma's words.
func (s *server) describe(op operation) huma.Operation {
	o := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary,
		Tags: []string{strings.Split(op.path, "/")[2]}, DefaultStatus: op.status, Errors: op.errors,
		MaxBodyBytes: int64(s.cfg.BodyLimit), Middlewares: huma.Middlewares{s.admit(op)},
	}
	if op.body > 0 {
		o.MaxBodyBytes = int64(op.body)
		o.Middlewares = append(o.Middlewares, s.gate)
		o.Errors = append(o.Errors, http.StatusTooManyRequests, http.StatusServiceUnavailable)
		o.BodyReadTimeout = -1 // the listener's own limit is enough for an upload
		s.bodies[op.method+" "+strings.NewReplacer("{", ":", "}", "").Replace(op.path)] = o.MaxBodyBytes
	}
	if op.limit != nil {
		o.Middlewares = append(o.Middlewares, s.limit(op.limit))
		o.Errors = append(o.Errors, http.StatusTooManyRequests)
	}
	user, ticket := map[string][]string{userScheme: {}}, map[string][]string{ticketScheme: {}}
	switch op.access {
	case User, Staff:
		o.Security = []map[string][]string{user}
	case Ticket:
		o.Security = []map[string][]string{ticket}
	case UserOrTicket:
		o.Security = []map[string][]string{user, ticket}
	case TicketPublic:
		o.Security = []map[string][]string{{}, user, ticket}
	case Public:
		o.Security = []map[string][]string{{}, user}
	case Blind:
	}
	if op.access != Blind {
		o.Errors = append(o.Errors, http.StatusUnauthorized)
	}
	if op.access == Staff || (op.access != Blind && !safe(op.method)) {
		o.Errors = append(o.Errors, http.StatusForbidden)
	}
	slices.Sort(o.Errors)
	o.Errors = slices.Compact(o.Errors)
	return o
}

func (s *server) newHuma() {
	useProblems()
	cfg := huma.DefaultConfig("PP-ENTER", s.cfg.Version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", "" // served by us
	strict := huma.DefaultJSONFormat
	strict.Unmarshal = handler.StrictJSON
	cfg.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	cfg.CreateHooks = nil // no $schema in the bodies
	cfg.Info.Description = "Two-person video calls, filtered live by the server. Errors are " +
		"application/problem+json with a stable code. A trailing slash is optional. " +
		"The call itself runs over the socket at /ws/call/."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		ticketScheme: {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The ticket of the room."},
		userScheme: {
			Type: "http", Scheme: "bearer", BearerFormat: "JWT",
			Description: "The access token. Browsers send the cookie " + auth.AccessCookie + " instead, and with " +
				"each request that writes the cookie " + auth.CSRFCookie + " as the header " + auth.CSRFHeader + ".",
		},
	}
	s.huma = humaecho.New(s.echo, cfg)
}

// serveDocs serves the documents, which are made when the first client asks.
func (s *server) serveDocs() {
	made := sync.OnceValues(func() (docs, error) { return documents(s.huma.OpenAPI()) })
	s.echo.GET(openAPIPath, func(c echo.Context) error {
		d, err := made()
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, d.document)
	})
	s.echo.GET(docsPath, func(c echo.Context) error {
		d, err := made()
		if err != nil {
			return err
		}
		return c.HTMLBlob(http.StatusOK, d.page)
	})
	s.echo.GET(docsCSSPath, func(c echo.Context) error {
		return c.Blob(http.StatusOK, "text/css", []byte(docsCSS))
	})
}
