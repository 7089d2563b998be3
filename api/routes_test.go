package api

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableIsWhatIsServed(t *testing.T) {
	h, _ := newHandler(t, nil)
	document, err := Document("1.2.3")
	require.NoError(t, err)
	w := get(h, "GET", "/api/openapi.json")
	require.JSONEq(t, string(document), w.Body.String(), "the document needs no server behind it")
	var doc struct{ Paths map[string]map[string]any }
	require.NoError(t, json.Unmarshal(document, &doc))

	ids, rows := map[string]bool{}, 0
	for _, route := range Table() {
		require.False(t, ids[route.ID], route.ID)
		ids[route.ID] = true
		require.Contains(t, doc.Paths[route.Path], strings.ToLower(route.Method), route.Path)
		require.NotEmpty(t, route.Access, route.Path)
		path := strings.NewReplacer("{id}", "1", "{slug}", "x").Replace(route.Path)
		if route.Access == User || route.Access == Staff {
			a := httptest.NewRecorder()
			h.ServeHTTP(a, httptest.NewRequest(route.Method, path, strings.NewReader("not json")))
			require.Equal(t, "login_required", problemCode(t, a), "%s %s: before the body is read", route.Method, path)
		}
		rows++
	}
	operations := 0
	for _, methods := range doc.Paths {
		operations += len(methods)
	}
	require.Equal(t, operations, rows)
}
