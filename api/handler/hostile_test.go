package handler_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// attack is a good request spoiled in one way.
type attack struct {
	name  string
	spoil func(good shot) shot
	// refused tells that the answer must be a refusal. Otherwise the request may also be taken, if nothing
	// breaks: a text may hold what looks like SQL.
	refused bool
	// idle tells that nothing may be written even where the answer is no refusal.
	idle bool
	// outside tells that no database is needed to refuse it.
	outside bool
	// field and text are of a text that must come back as it was, if it is taken.
	field, text string
	code        social.Code // of the refusal; empty: any
}

const (
	hostileBody   = 1 << 20
	hostileUpload = 2 << 20
	patience      = 2 * time.Second
)

// TestHostileInput takes a good request of every operation, spoils it in every way that its description
// allows, and looks at what comes of it.
func TestHostileInput(t *testing.T) {
	rows, doc, codes := matrixByID(t), readDocument(t), knownCodes(t)
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := siege{nature: newNature(t, kind), codes: codes}
			for _, route := range api.Table() {
				if len(rows[route.ID]) > 0 {
					s.route, s.row, s.op = route, rows[route.ID][0], doc.operations[route.ID]
					t.Run(route.ID, s.run)
				}
			}
		})
	}
}

// siege sends all attacks on one operation.
type siege struct {
	nature *nature
	codes  map[social.Code]bool
	route  api.Route
	row    matrixRow
	op     *operation
	echoed map[string]bool // the fields of the body that come back in the answer
}

// lenient lets all requests through that a limit of their number would stop.
func lenient(cfg *api.Config) {
	const many = 1 << 20
	cfg.BodyLimit, cfg.UploadLimit = hostileBody, hostileUpload
	cfg.JoinsPerMinute, cfg.CreatesPerMinute, cfg.RegistersPerMinute = many, many, many
	cfg.UploadsPerMinute = many
	cfg.Accounts.Throttle = auth.NewThrottle(auth.ThrottleConfig{
		PerPair: many, PerAddress: many, PerAccount: many, RefillEvery: time.Millisecond,
	})
}

func (s *siege) run(t *testing.T) {
	w := s.nature.world(t, lenient)
	good := s.row.make(w)
	attacks := slices.Concat(s.op.attacks(), s.cursorAttacks(w, good))
	a := w.fire(s.by(), s.route.Method, good)
	require.Less(t, a.status, http.StatusBadRequest, "the good request is none: %s", a.body)
	s.echoed = echoes(good, a)
	w, good = nil, shot{}
	wrong := 0
	for _, spoiled := range attacks {
		if spoiled.outside && s.nature.kind != "sqlite" {
			continue // once is enough
		}
		if w == nil {
			w = s.nature.world(t, lenient)
			good = s.row.make(w)
		}
		before := w.state()
		complaint, taken := s.try(w, spoiled, good)
		if complaint == "" && (!taken || spoiled.idle) && !maps.Equal(before, w.state()) {
			complaint, taken = "something was written", true
		}
		if taken && s.row.once {
			w = nil // what it did must not be in the way of the next one
		}
		if complaint != "" {
			t.Errorf("%s: %s", spoiled.name, complaint)
			wrong++
			if wrong > 12 {
				t.Fatal("and so on")
			}
		}
	}
}

// by is who makes the good request.
func (s *siege) by() caller {
	if s.row.by != "" {
		return s.row.by
	}
	return owner
}

// try sends one attack and returns what is wrong with the answer; taken tells that it was no refusal.
func (s *siege) try(w *world, spoiled attack, good shot) (complaint string, taken bool) {
	start := time.Now()
	a := w.fire(s.by(), s.route.Method, spoiled.spoil(good))
	shown := a.body[:min(len(a.body), 400)]
	switch took := time.Since(start); {
	case took > patience:
		return "it took " + took.String(), true
	case a.status == http.StatusInternalServerError:
		return "it broke the server: " + shown + "\n" + lastError(w.log.String()), true
	case strings.Contains(w.log.String(), "panicked"):
		return "it made something panic", true
	case a.status < http.StatusBadRequest && spoiled.refused:
		return "it was taken: " + shown, true
	case a.status < http.StatusBadRequest:
		return s.unlike(spoiled, a), true
	case !s.op.statuses[a.status]:
		return "the document does not tell of this answer: " + shown, false
	}
	var p handler.Problem
	err := json.Unmarshal([]byte(a.body), &p)
	switch {
	case err != nil || p.Status != a.status || p.Detail == "" || p.Title == "" ||
		a.header.Get("Content-Type") != "application/problem+json":
		return "this is no problem document: " + shown, false
	case !s.codes[p.Code]:
		return "nobody knows this code: " + shown, false
	case spoiled.code != "" && p.Code != spoiled.code:
		return "it should be refused as " + string(spoiled.code) + ": " + shown, false
	}
	return "", false
}

// fire sends a request without a network, so that no size is in the way of an answer.
func (w *world) fire(who caller, method string, s shot) answer {
	w.t.Helper()
	u, err := url.ParseRequestURI(s.path)
	require.NoError(w.t, err)
	r := httptest.NewRequestWithContext(w.t.Context(), method, "/", strings.NewReader(s.body))
	r.URL, r.RequestURI = u, s.path
	if s.unannounced {
		r.ContentLength = -1
	}
	r.Header = w.headers(who, s)
	rec := httptest.NewRecorder()
	w.server.Config.Handler.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Header(), rec.Body.String()}
}

// echoes finds the fields of a good request's body that come back in the answer.
func echoes(good shot, a answer) map[string]bool {
	var back any
	if json.Unmarshal([]byte(a.body), &back) != nil {
		return nil
	}
	echoed := map[string]bool{}
	for _, f := range fieldsOf(good) {
		echoed[f.name] = slices.Contains(texts(back, f.name, nil), string(f.content))
	}
	return echoed
}

// unlike tells whether a text that was taken came back as another one.
func (s *siege) unlike(spoiled attack, a answer) string {
	if !s.echoed[spoiled.field] || tidy(spoiled.text) == "" {
		return ""
	}
	var value any
	if err := json.Unmarshal([]byte(a.body), &value); err != nil {
		return "the answer is no JSON: " + err.Error()
	}
	found := texts(value, spoiled.field, nil)
	if slices.ContainsFunc(found, func(s string) bool { return tidy(s) == tidy(spoiled.text) }) {
		return ""
	}
	return "the text came back as " + strings.Join(found, " or ")
}

// texts finds the texts under a name anywhere in a JSON value.
func texts(value any, name string, found []string) []string {
	switch v := value.(type) {
	case map[string]any:
		for k, inner := range v {
			if s, ok := inner.(string); ok && k == name {
				found = append(found, s)
			}
			found = texts(inner, name, found)
		}
	case []any:
		for _, inner := range v {
			found = texts(inner, name, found)
		}
	}
	return found
}

// tidy is a text as the domain may tidy it up: without spaces around it, in normal form, in lower case.
func tidy(s string) string { return strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))) }

func lastError(log string) string {
	last := ""
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"level":"ERROR"`) {
			last = line
		}
	}
	return last
}
