package handler_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// A list costs as many queries with many rows as with one.
func TestListsOfPeopleCostTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ada := r.user("ada")
		paths := []string{
			ada.path("/api/accounts/followers/"), ada.path("/api/accounts/following/"), requestsPath, friendsPath,
			requestsPath + "?direction=out", "/api/accounts/blocks/", "/api/accounts/notifications/",
			"/api/accounts/sessions/", "/api/accounts/users/search/?q=fan",
		}
		cost := func(path string) (rows, queries int) {
			all := storetest.Queries(r.db, func() {
				rows = len(ada.ok(200, "GET", path, "").items(t))
			})
			return rows, len(all)
		}
		grow := func(from, to int) {
			for i := from; i < to; i++ {
				fan := r.user("fan" + strconv.Itoa(i))
				fan.ok(204, "POST", ada.path("/api/accounts/follow/"), "")
				ada.ok(204, "POST", fan.path("/api/accounts/follow/"), "")
				fan.ask(t, ada)
				ada.ask(t, r.user("idol"+strconv.Itoa(i)))
				befriend(t, ada, r.user("friend"+strconv.Itoa(i)))
				ada.ok(204, "POST", r.user("foe"+strconv.Itoa(i)).path("/api/accounts/block/"), "")
				r.login("ada")
			}
		}
		grow(0, 1)
		few := map[string]int{}
		for _, path := range paths {
			rows, queries := cost(path)
			require.Positive(t, rows, path)
			few[path] = queries
		}
		grow(1, 8)
		for _, path := range paths {
			rows, queries := cost(path)
			require.GreaterOrEqual(t, rows, 8, path)
			require.Equal(t, few[path], queries, path)
		}
	})
}
