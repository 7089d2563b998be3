package handler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/social"
)

// matrixRow says what each caller gets from one operation.
//
// want lists callers and their answers: "owner 200, friend guest 403 some_code, others 404 other_code";
// "200 #2" is a list of two. Beside the callers' names it knows users (all who are logged in and whose
// token is good), guests (with a ticket), tokens (those that are no good) and others (all that nothing else
// says anything of); what is said first holds. What follows from the operation's access alone, see
// byAccess, need not be said.
type matrixRow struct {
	id    string
	about string // where an operation has several rows: of which kind of thing this one is
	want  string
	// make makes what the request is about, which belongs to the owner, and returns the request. It is called
	// once in a world.
	make func(w *world) shot
	// by is who succeeds, for tests that begin with a good request; empty: the owner.
	by caller
	// once tells that the request works only once in a world, or changes what comes of the next one.
	once bool
}

// expectation is an answer; a code of "" is that of a success.
type expectation struct {
	status int
	code   social.Code
	items  int // how many the list has; -1: not said
}

func (e expectation) String() string {
	if e.items >= 0 {
		return fmt.Sprint(e.status, " #", e.items)
	}
	return strings.TrimSpace(fmt.Sprint(e.status, " ", e.code))
}

func (e expectation) refusal() bool { return e.status >= http.StatusBadRequest }

// group are the callers that a word in want stands for.
func group(word string) []caller {
	switch word {
	case "users":
		return []caller{stranger, friend, blocked, owner, staff}
	case "guests":
		return []caller{guest, otherGuest}
	case "tokens":
		return []caller{expired, deleted, disabled, ended}
	}
	if slices.Contains(callers(), caller(word)) {
		return []caller{caller(word)}
	}
	return nil
}

func names(who []caller) []string {
	var all []string
	for _, c := range who {
		all = append(all, string(c))
	}
	return all
}

// byAccess is what the kind of access says by itself.
func byAccess(access api.Access) string {
	const tokens = "expired 401 token_expired, tokens 401 session_ended"
	switch access {
	case api.User:
		return "anonymous guests 401 login_required, " + tokens
	case api.Staff:
		return "anonymous guests 401 login_required, " + tokens + ", users 403 staff_only"
	case api.Ticket:
		return "anonymous users 401 ticket_missing, " + tokens
	case api.UserOrTicket:
		return "anonymous 401 login_required, " + tokens
	case api.Public, api.TicketPublic:
		return tokens
	case api.Blind:
	}
	return ""
}

// expectations reads want, and then what the access says.
func expectations(want string, access api.Access) (map[caller]expectation, error) {
	all, said := map[caller]expectation{}, strings.Split(want+","+byAccess(access), ",")
	// The others come last.
	slices.SortStableFunc(said, func(a, b string) int {
		return strings.Count(a, "others") - strings.Count(b, "others")
	})
	for _, clause := range said {
		words := strings.Fields(strings.Replace(clause, "others", strings.Join(names(callers()), " "), 1))
		var who []caller
		for len(words) > 0 && group(words[0]) != nil {
			who, words = append(who, group(words[0])...), words[1:]
		}
		if len(words) == 0 && len(who) == 0 {
			continue
		}
		if len(who) == 0 || len(words) == 0 || len(words) > 2 {
			return nil, fmt.Errorf("cannot read %q", clause)
		}
		status, err := strconv.Atoi(words[0])
		if err != nil {
			return nil, fmt.Errorf("cannot read %q: %w", clause, err)
		}
		e := expectation{status: status, items: -1}
		if len(words) == 2 {
			if _, err := fmt.Sscanf(words[1], "#%d", &e.items); err != nil {
				e.code = social.Code(words[1])
			}
		}
		if e.refusal() != (e.code != "") {
			return nil, fmt.Errorf("a refusal has a code, a success none: %q", clause)
		}
		for _, c := range who {
			if _, said := all[c]; !said {
				all[c] = e
			}
		}
	}
	return all, nil
}

// matrixRows is the whole matrix.
func matrixRows() []matrixRow {
	return slices.Concat(
		accountCells(),
		peopleCells(),
		roomCells(),
		doorCells(),
		ringCells(),
		postCells(),
		commentCells(),
		tagCells(),
		photoCells(),
		adminCells(),
	)
}

// matrixByID finds the rows of each operation of the table, and fails the test for each that is missing.
func matrixByID(t *testing.T) map[string][]matrixRow {
	t.Helper()
	rows, routes := map[string][]matrixRow{}, map[string]bool{}
	for _, row := range matrixRows() {
		rows[row.id] = append(rows[row.id], row)
	}
	for _, route := range api.Table() {
		routes[route.ID] = true
		if len(rows[route.ID]) == 0 {
			t.Errorf("%s %s has no row in the authorisation matrix. Add one to matrix_*_test.go that says what "+
				"each caller gets:\n\t{id: %q, want: \"owner 200, others 404 some_code\", make: func(w *world) "+
				"shot {\n\t\t// make the thing as w.as(owner), return shot{path: ..., body: ...}\n\t}},",
				route.Method, route.Path, route.ID)
		}
	}
	for id := range rows {
		require.True(t, routes[id], "the matrix has a row for %q, which is no operation", id)
	}
	return rows
}

// TestAuthorisationMatrix walks every operation with every kind of caller.
func TestAuthorisationMatrix(t *testing.T) {
	rows, doc := matrixByID(t), readDocument(t)
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			n := newNature(t, kind)
			for _, route := range api.Table() {
				for _, row := range rows[route.ID] {
					t.Run(strings.TrimSuffix(route.ID+"/"+row.about, "/"), func(t *testing.T) {
						want, err := expectations(row.want, route.Access)
						require.NoError(t, err)
						for _, who := range callers() {
							require.Contains(t, want, who, "the row says nothing of this caller")
							require.True(t, doc.operations[route.ID].statuses[want[who].status],
								"the document does not tell of the answer to %s: %s", who, want[who])
						}
						n.walk(t, route, row, want)
					})
				}
			}
		})
	}
}

// walk tries one operation with all callers. Who is refused or only reads leaves all as it was, so they come
// one after the other in one world; who writes gets one of their own.
func (n *nature) walk(t *testing.T, route api.Route, row matrixRow, want map[caller]expectation) {
	t.Helper()
	reads := route.Method == http.MethodGet
	w := n.world(t)
	s := row.make(w)
	w.healthy()
	for _, who := range callers() {
		if e := want[who]; e.refusal() || reads {
			before := w.state()
			w.expect(who, route, s, e)
			if e.refusal() {
				require.Equal(t, before, w.state(), "%s was refused, and yet something changed", who)
			}
		}
	}
	for _, who := range callers() {
		if e := want[who]; !e.refusal() && !reads {
			if w == nil {
				w = n.world(t)
				s = row.make(w)
			}
			w.expect(who, route, s, e)
			w = nil
		}
	}
}

// expect sends the request as who and asserts the answer.
func (w *world) expect(who caller, route api.Route, s shot, e expectation) {
	w.t.Helper()
	a := w.send(who, route.Method, s)
	got := expectation{status: a.status, items: -1}
	if e.items >= 0 && a.status == http.StatusOK {
		got.items = len(a.items(w.t))
	}
	if got.refusal() {
		var p struct {
			Code   social.Code
			Detail string
		}
		require.NoError(w.t, json.Unmarshal([]byte(a.body), &p), a.body)
		require.NotEmpty(w.t, p.Detail)
		got.code = p.Code
	}
	require.Equal(w.t, e.String(), got.String(), "%s: %s %s: %s", who, route.Method, s.path, a.body)
	w.healthy()
}
