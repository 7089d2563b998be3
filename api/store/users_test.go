package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// person makes an account and returns its id.
func person(t testing.TB, db *store.DB, name string) int64 {
	t.Helper()
	u, err := db.Users.Create(t.Context(), social.NewUser{
		Username: name, Email: name + "@example.org", PasswordHash: "hash of " + name,
	})
	require.NoError(t, err)
	return u.ID
}

// people makes n accounts.
func people(t testing.TB, db *store.DB, prefix string, n int) []int64 {
	t.Helper()
	ids := make([]int64, n)
	require.NoError(t, db.InTx(t.Context(), func(tx *store.DB) error {
		for i := range ids {
			ids[i] = person(t, tx, fmt.Sprintf("%s%03d", prefix, i))
		}
		return nil
	}))
	return ids
}

// count is how many rows a table has.
func count(t testing.TB, db *store.DB, from string, args ...any) int64 {
	t.Helper()
	n, err := db.Int(t.Context(), "SELECT count(*) FROM "+from, args...)
	require.NoError(t, err)
	return n
}

// sameQueries requires that list makes as many queries for one row as for fifty.
func sameQueries(t *testing.T, db *store.DB, one, fifty func() int) {
	t.Helper()
	var rows int
	few := storetest.Queries(db, func() { rows = one() })
	require.Equal(t, 1, rows)
	many := storetest.Queries(db, func() { rows = fifty() })
	require.Equal(t, 50, rows)
	require.NotEmpty(t, few)
	require.Len(t, many, len(few), "queries grow with the rows:\n%s", strings.Join(many, "\n"))
}

func TestCreateUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		u, err := db.Users.Create(t.Context(), social.NewUser{
			Username: " Min-Su ", Email: "Min@Example.ORG", Nickname: "민수", PasswordHash: "h",
		})
		require.NoError(t, err)
		require.Equal(t, "min-su", u.Username)
		found, err := db.Users.ByID(t.Context(), u.ID)
		require.NoError(t, err)
		require.Equal(t, u, found, "what was made is what is kept, times included")
		found, err = db.Users.ByUsername(t.Context(), "MIN-SU")
		require.NoError(t, err)
		require.Equal(t, u, found)
		for _, login := range []string{"min-su", "MIN-su", "min@example.org", "MIN@example.org"} {
			c, err := db.Users.Credentials(t.Context(), login)
			require.NoError(t, err, login)
			require.Equal(t, social.Credentials{UserID: u.ID, PasswordHash: "h"}, c)
		}
		for _, login := range []string{"", "minsu", "x@example.org", "' OR 1=1 --", "\x00", "\xff"} {
			_, err := db.Users.Credentials(t.Context(), login)
			require.ErrorIs(t, err, social.ErrUserNotFound, "%q", login)
		}
		_, err = db.Users.Create(t.Context(), social.NewUser{Username: "MIN-SU", Email: "other@example.org"})
		require.ErrorIs(t, err, social.ErrUsernameTaken)
		_, err = db.Users.Create(t.Context(), social.NewUser{Username: "other", Email: "min@example.org"})
		require.ErrorIs(t, err, social.ErrEmailTaken)
		require.Equal(t, int64(1), count(t, db, "users"))
		require.Equal(t, int64(1), count(t, db, "profiles"))
	})
}

func TestUserChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		id := person(t, db, "ada")
		require.NoError(t, db.Users.SetPassword(t.Context(), id, "new"))
		storetest.Disable(t, db, id)
		c, err := db.Users.CredentialsByID(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, social.Credentials{UserID: id, PasswordHash: "new", Disabled: true}, c)
		require.ErrorIs(t, db.Users.SetPassword(t.Context(), 99, "x"), social.ErrUserNotFound)
	})
}

func TestUserList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "only")
		people(t, db, "many", 60)
		list := func(text string, limit int) func() int {
			return func() int {
				users, _, err := db.Users.List(t.Context(), social.UserFilter{Text: text}, social.Page{Limit: limit})
				require.NoError(t, err)
				return len(users)
			}
		}
		sameQueries(t, db, list("only", 50), list("many", 50))
		require.Equal(t, 1, list("only@example.org", 50)())
		require.Equal(t, 50, list("", 50)())
		require.Zero(t, list("nobody", 50)())
		n, err := db.Users.Count(t.Context())
		require.NoError(t, err)
		require.Equal(t, 61, n)
	})
}

func TestPagesAreStableWhileRowsArrive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := people(t, db, "p", 25)
		var seen []int64
		page := social.Page{Limit: 10}
		for i := 0; ; i++ {
			users, next, err := db.Users.List(t.Context(), social.UserFilter{}, page)
			require.NoError(t, err)
			for _, u := range users {
				seen = append(seen, u.ID)
			}
			person(t, db, fmt.Sprintf("new%d", i))
			if page.Cursor = next; next == "" {
				break
			}
		}
		require.Len(t, seen, len(ids), "nothing twice, nothing missing, nothing that came later")
		for i := range ids {
			require.Equal(t, ids[len(ids)-1-i], seen[i])
		}
		for _, bad := range []string{"x", social.EncodeCursor("people", 5), social.EncodeCursor("users", 5) + "A"} {
			_, _, err := db.Users.List(t.Context(), social.UserFilter{}, social.Page{Cursor: bad})
			require.ErrorIs(t, err, social.ErrCursor)
		}
	})
}
