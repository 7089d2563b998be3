package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// admit is the middleware that stands before each operation: it finds out who asks, and turns away who may
// not, before anything of the request's body is read.
func (s *server) admit(op operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r := humaecho.Unwrap(ctx).Request()
		caller, err := s.identify(r, op.access)
		if err == nil {
			err = readable(r.URL)
		}
		if err != nil {
			s.refuse(ctx, s.problem(ctx.Context(), err, handler.ClientOf(ctx.Context()).RequestID))
			return
		}
		next(huma.WithContext(ctx, handler.WithCaller(ctx.Context(), caller)))
	}
}

// readable reports a query that cannot be read. What is wrong in it would else be as if it were not there.
func readable(u *url.URL) error {
	if !strings.ContainsAny(u.RawQuery, ";%") {
		return nil
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return handler.StatusProblem(http.StatusBadRequest, "The query of the address cannot be read.")
	}
	for name, list := range values {
		if !utf8.ValidString(name + strings.Join(list, "")) {
			return handler.StatusProblem(http.StatusBadRequest, "The query of the address is not UTF-8.")
		}
	}
	return nil
}

// refuse writes a problem from a middleware of huma's.
func (s *server) refuse(ctx huma.Context, p *handler.Problem) {
	for name, values := range p.GetHeaders() {
		for _, value := range values {
			ctx.SetHeader(name, value)
		}
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	// An answer that cannot be written has nobody to read it.
	_ = s.huma.Marshal(ctx.BodyWriter(), "application/json", p)
}

// identify finds out who sent r and whether that is enough for access: by the bearer token, an access token
// or the ticket of a room, else by the cookie. A bearer token that is no good is refused even where none is
// needed, so that its owner learns of it; a stale cookie is not, since browsers send cookies unasked.
func (s *server) identify(r *http.Request, access Access) (handler.Caller, error) {
	if access == Blind {
		return handler.Caller{}, nil
	}
	caller, err := handler.Caller{}, error(nil)
	header, cookie := r.Header.Get("Authorization"), cookieValue(r, auth.AccessCookie)
	switch {
	case header != "":
		if caller, err = s.bearer(r.Context(), header, access); err != nil {
			return handler.Caller{}, err
		}
	case cookie != "" && access != Ticket:
		caller, err = s.user(r.Context(), cookie)
		switch {
		case err == nil && !safe(r.Method) && !s.cfg.Keys.CSRF.Check(r.Header.Get(auth.CSRFHeader), caller.Session):
			return handler.Caller{}, social.ErrCSRF
		case err != nil && !stale(err):
			return handler.Caller{}, err
		}
	}
	if missing := wants(access, caller); missing != nil {
		if err != nil {
			return handler.Caller{}, err // why the cookie was not enough
		}
		return handler.Caller{}, missing
	}
	return caller, nil
}

// wants is what access misses in the caller; nil: nothing.
func wants(access Access, c handler.Caller) error {
	switch access {
	case User:
		if c.UserID == 0 {
			return social.ErrLoginRequired
		}
	case Staff:
		if c.UserID == 0 {
			return social.ErrLoginRequired
		}
		if !c.Staff {
			return social.ErrStaffOnly
		}
	case Ticket:
		if c.Ticket == nil {
			return social.ErrTicketMissing
		}
	case UserOrTicket:
		if c.UserID == 0 && c.Ticket == nil {
			return social.ErrLoginRequired
		}
	case Public, TicketPublic, Blind:
	}
	return nil
}

// bearer reads the Authorization header.
func (s *server) bearer(ctx context.Context, header string, access Access) (handler.Caller, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		if access == Ticket || access == TicketPublic {
			return handler.Caller{}, social.ErrTicketMissing
		}
		return handler.Caller{}, social.ErrTokenInvalid
	}
	caller, err := s.user(ctx, token)
	if !errors.Is(err, social.ErrTokenInvalid) {
		return caller, err
	}
	ticket, ticketErr := s.cfg.Keys.Tickets.VerifySeat(token)
	switch {
	case ticketErr == nil:
		return handler.Caller{Ticket: &ticket}, nil
	case errors.Is(ticketErr, auth.ErrTicketExpired) || access == Ticket || access == TicketPublic:
		return handler.Caller{}, ticketErr
	}
	return handler.Caller{}, err
}

// user is who an access token speaks for.
func (s *server) user(ctx context.Context, token string) (handler.Caller, error) {
	a, err := s.cfg.Keys.Access.Verify(token)
	if err != nil {
		return handler.Caller{}, err
	}
	return s.cfg.Accounts.Caller(ctx, a)
}

// overtaken is why a request failed whose sender was let in: social.ErrSessionEnded where their account
// went, or their session ended, while it was under way, and err itself otherwise.
func (s *server) overtaken(ctx context.Context, err error) error {
	c := handler.CallerOf(ctx)
	if _, known := handler.ProblemOf(err); c.UserID == 0 || known && !errors.Is(err, social.ErrUserNotFound) {
		return err
	}
	_, now := s.cfg.Accounts.Caller(ctx, auth.Access{UserID: c.UserID, SessionID: c.Session})
	if errors.Is(now, social.ErrSessionEnded) {
		return now
	}
	return err
}

// stale reports whether err says that a token was good once, or never.
func stale(err error) bool {
	return errors.Is(err, social.ErrTokenInvalid) || errors.Is(err, social.ErrTokenExpired) ||
		errors.Is(err, social.ErrSessionEnded)
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}
