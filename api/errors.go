package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/pp-enter/pp-enter/api/handler"
)

// useProblems makes huma's own refusals (a body that does not fit its type, and so on) speak like ours. huma
// keeps this hook in a variable of its package, so it is set once for the process.
var useProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		p := handler.StatusProblem(status, msg)
		if status >= http.StatusInternalServerError {
			return p
		}
		for _, err := range errs {
			detail := &huma.ErrorDetail{}
			if d, ok := err.(huma.ErrorDetailer); ok { //nolint:errorlint // huma's own contract: not wrapped
				// The value is what the client sent, passwords included: it is not repeated.
				detail.Message, detail.Location = d.ErrorDetail().Message, d.ErrorDetail().Location
			} else if err != nil {
				detail.Message = err.Error()
			}
			p.Errors = append(p.Errors, detail)
		}
		return p
	}
})

// fail is the one error handler: what any middleware or route returned becomes a problem document.
func (s *server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	var p *handler.Problem
	if refused, ok := errors.AsType[*echo.HTTPError](err); ok {
		p = handler.StatusProblem(refused.Code, "")
	} else {
		p = s.problem(c.Request().Context(), err, c.Response().Header().Get(echo.HeaderXRequestID))
	}
	maps.Copy(c.Response().Header(), p.GetHeaders())
	if c.Request().Method == http.MethodHead {
		err = c.NoContent(p.Status)
	} else {
		c.Response().Header().Set(echo.HeaderContentType, p.ContentType(""))
		err = c.JSON(p.Status, p)
	}
	if err != nil {
		s.log.Debug("answer was not delivered", slog.Any("error", err))
	}
}

// problem maps err to its answer and logs what the client is not told.
func (s *server) problem(ctx context.Context, err error, requestID string) *handler.Problem {
	p, known := handler.ProblemOf(err)
	switch {
	case known:
	case errors.Is(ctx.Err(), context.Canceled): // nobody waits for the answer any more
		s.log.Debug("request given up", slog.Any("error", err), slog.String("request_id", requestID))
	default:
		s.log.Error("request failed", slog.Any("error", err), slog.String("request_id", requestID))
	}
	return p
}

// errPanic marks a request whose handler panicked; the stack is in the log.
var errPanic = errors.New("handler panicked")

func panicError(v any) error { return fmt.Errorf("%w: %v", errPanic, v) }
