package handler_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
)

// Who asks may delete their account, in another tab, just after a request of theirs was let in. Each
// operation must bear that: it is refused or does nothing, and breaks nothing.
func TestAccountGoesDuringEachRequest(t *testing.T) {
	rows, doc := matrixByID(t), readDocument(t)
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			n := newNature(t, kind)
			for _, route := range api.Table() {
				if len(rows[route.ID]) == 0 || route.Access == api.Blind {
					continue
				}
				row := rows[route.ID][0]
				if row.by == "" {
					row.by = owner
				}
				if row.by == anonymous || row.by == guest {
					continue // there is no account
				}
				t.Run(route.ID, func(t *testing.T) { n.vanish(t, route, row, doc.operations[route.ID]) })
			}
		})
	}
}

// vanish deletes the account of who asks as soon as their session has been looked at.
func (n *nature) vanish(t *testing.T, route api.Route, row matrixRow, op *operation) {
	t.Helper()
	w := n.world(t, lenient)
	s, who := row.make(w), w.as(row.by)
	var gone atomic.Bool
	stop := w.db.Watch(func(query string) {
		read := strings.HasPrefix(query, "SELECT") && strings.Contains(query, "sessions")
		if read && gone.CompareAndSwap(false, true) {
			if _, err := w.db.Users.Delete(t.Context(), who.id); err != nil {
				t.Error(err)
			}
		}
	})
	a := w.fire(row.by, route.Method, s)
	stop()
	require.True(t, gone.Load(), "the session is looked at")
	require.Less(t, a.status, http.StatusInternalServerError, "%s\n%s", a.body, lastError(w.log.String()))
	if a.status >= http.StatusBadRequest {
		require.True(t, op.statuses[a.status], "the document does not tell of this answer: %s", a.body)
	}
	require.Empty(t, lastError(w.log.String()))
	sound(t, w.contents)
}
