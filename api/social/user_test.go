package social

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCleanUsername(t *testing.T) {
	for in, want := range map[string]string{
		"ada": "ada", " Ada ": "ada", "민수": "민수", "a.b-c_9": "a.b-c_9", "ＡＤＡ": "ada",
		strings.Repeat("x", MaxUsername): strings.Repeat("x", MaxUsername),
		"":                               "", "a": "", ".ab": "", "ab.": "", "-x": "",
		"a b": "", "a@b": "", "a\x00b": "", "\xff\xfe": "",
		"<b>x": "", "a\u202eb": "", "admin'--": "", strings.Repeat("x", MaxUsername+1): "",
	} {
		got, err := CleanUsername(in)
		if want == "" {
			require.ErrorIs(t, err, ErrUsernameInvalid, "%q", in)
			continue
		}
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got)
		again, err := CleanUsername(got)
		require.NoError(t, err)
		require.Equal(t, got, again, "clean is clean")
	}
}

func TestCleanEmail(t *testing.T) {
	for in, want := range map[string]string{
		"Ada@Example.org": "ada@example.org", " a+b@c.de ": "a+b@c.de",
		"": "", "ada": "", "@": "", "a@": "", "Ada <a@b.c>": "", "a b@c.de": "",
		"a@b.c\r\nBcc: x@y.z": "", "a@b@c": "",
		strings.Repeat("a", 250) + "@b.de": "", "\xff@b.de": "",
	} {
		got, err := CleanEmail(in)
		if want == "" {
			require.ErrorIs(t, err, ErrEmailInvalid, "%q", in)
			continue
		}
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got)
	}
}

func TestCleanText(t *testing.T) {
	got, ok := CleanText(" a\r\nb\tc ", 10)
	require.True(t, ok)
	require.Equal(t, "a\nb\tc", got)
	for _, bad := range []string{"a\x00", "\xff", "a\u202e", strings.Repeat("a", 11)} {
		_, ok := CleanText(bad, 10)
		require.False(t, ok, "%q", bad)
	}
}

func TestNewUserClean(t *testing.T) {
	n := NewUser{Username: "Ada", Email: "A@b.de"}
	require.NoError(t, n.Clean())
	require.Equal(t, NewUser{Username: "ada", Email: "a@b.de", Nickname: "ada", Role: RoleUser}, n)
	n = NewUser{Username: "ada", Email: "a@b.de", Nickname: strings.Repeat("x", 41)}
	require.ErrorIs(t, n.Clean(), ErrNicknameInvalid)
}

func FuzzCleanUsername(f *testing.F) {
	f.Add("Ada")
	f.Add("ﬀ.İ")
	f.Fuzz(func(t *testing.T, s string) {
		if name, err := CleanUsername(s); err == nil {
			again, err := CleanUsername(name)
			require.NoError(t, err, "%q", name)
			require.Equal(t, name, again)
		}
	})
}
