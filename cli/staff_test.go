package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// inFolder opens the database in a data folder.
func inFolder(t *testing.T, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestAdmin(t *testing.T) {
	dir := t.TempDir()
	admin := func(args ...string) (int, string, string) {
		return run(t, append([]string{"admin"}, args...), "PPENTER_DATA_DIR="+dir)
	}
	status, stdout, stderr := admin("list")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "Nobody is staff yet")

	db := inFolder(t, dir) // as the server has it open, too
	ada, err := db.Users.Create(t.Context(), social.NewUser{Username: "ada", Email: "ada@example.org"})
	require.NoError(t, err)
	_, err = db.Users.Create(t.Context(), social.NewUser{Username: "bob", Email: "bob@example.org"})
	require.NoError(t, err)
	_, err = db.Sessions.Create(t.Context(), social.NewSession{
		UserID: ada.ID, TokenHash: []byte("hash"), Expires: ada.Created.AddDate(1, 0, 0),
	})
	require.NoError(t, err)
	state := func() social.SessionState {
		s, err := db.Sessions.State(t.Context(), 1)
		require.NoError(t, err)
		return s
	}
	require.Equal(t, social.SessionState{UserID: ada.ID, Role: social.RoleUser, Live: true}, state())

	for _, c := range []struct {
		args   []string
		status int
		want   string
		role   social.Role
		acts   int
	}{
		{[]string{"promote", "nobody"}, 1, `no account has the username or e-mail address "nobody"`, "user", 0},
		{[]string{"promote", "' OR 1=1 --"}, 1, "no account has", "user", 0},
		{[]string{"demote", "ada"}, 0, "ada (ada@example.org) is no staff already.", "user", 0},
		{[]string{"promote", "ADA"}, 0, "ada (ada@example.org) is staff now.", "staff", 1},
		{[]string{"promote", "ada@example.org"}, 0, "ada (ada@example.org) is staff already.", "staff", 1},
		{[]string{"list"}, 0, "ada  ada@example.org\n", "staff", 1},
		{[]string{"demote", "Ada@Example.org"}, 0, "ada (ada@example.org) is no staff now.", "user", 2},
		{[]string{"promote"}, 2, "user", "user", 2},
		{[]string{"promote", "ada", "bob"}, 2, "bob", "user", 2},
	} {
		status, stdout, stderr := admin(c.args...)
		require.Equal(t, c.status, status, "%v: %s", c.args, stderr)
		require.Contains(t, stdout+stderr, c.want, "%v", c.args)
		require.Equal(t, social.SessionState{UserID: ada.ID, Role: c.role, Live: true}, state(), "%v", c.args)
		acts, _, err := db.Audit.List(t.Context(), social.AuditFilter{}, social.Page{})
		require.NoError(t, err)
		require.Len(t, acts, c.acts, "%v", c.args)
	}
	acts, _, err := db.Audit.List(t.Context(), social.AuditFilter{Action: social.ActPromote}, social.Page{})
	require.NoError(t, err)
	require.Len(t, acts, 1)
	require.Equal(t, "(console)", acts[0].ActorName)
	require.Equal(t, social.TargetUser, acts[0].Kind)
	require.Equal(t, ada.ID, acts[0].TargetID)
}

func TestMigrate(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"status"}, 0, "pending 20261123000001_social"},
		{[]string{"up"}, 0, "made 20261123000001_social"},
		{[]string{"up"}, 0, "newest state already"},
		{[]string{"status"}, 0, "in its newest state"},
		{[]string{"down"}, 1, "--yes"},
		{[]string{"status"}, 0, "in its newest state"},
		{[]string{"down", "--yes"}, 0, "took back "},
		{[]string{"status"}, 0, "pending 20261123000001_social"},
		{[]string{"down", "--yes"}, 0, "empty already"},
		{[]string{"sideways"}, 2, "sideways"},
	} {
		status, stdout, stderr := run(t, append([]string{"migrate"}, c.args...), "PPENTER_DATA_DIR="+dir)
		require.Equal(t, c.status, status, "%v: %s%s", c.args, stdout, stderr)
		require.Contains(t, stdout+stderr, c.want, "%v", c.args)
	}
	status, _, stderr := run(t, []string{"migrate", "status"}, "PPENTER_DATABASE_URL=mysql://x/y")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "database.url must begin with")
}
