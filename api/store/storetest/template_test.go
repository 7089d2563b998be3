package storetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func create(t *testing.T, url, name string) int64 {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	user, err := db.Users.Create(t.Context(), social.NewUser{
		Username: name, Email: name + "@example.org", Nickname: name, PasswordHash: "x",
	})
	require.NoError(t, err)
	require.NoError(t, db.Close())
	return user.ID
}

func TestTemplate(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			template := storetest.NewTemplate(t, kind, func(url string) { create(t, url, "ada") })
			first := template.Again(t)
			contents := storetest.OpenContents(t, first)
			before, mark := contents.Sum(t), contents.Mark(t)
			require.Regexp(t, "^1 rows ", before["users"])
			require.Regexp(t, "^1 rows ", before["profiles"])
			require.Equal(t, mark, contents.Mark(t), "reading changes nothing")
			create(t, first, "bob")
			require.NotEqual(t, mark, contents.Mark(t))
			require.Regexp(t, "^2 rows ", contents.Sum(t)["users"])
			require.Zero(t, contents.Dangling(t))
			again := storetest.OpenContents(t, template.Again(t))
			require.Equal(t, before, again.Sum(t))
		})
	}
}
