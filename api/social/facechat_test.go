package social

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlugsAreLongAndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := NewSlug()
		require.Len(t, s, 24)
		require.True(t, ValidSlug(s))
		require.False(t, seen[s])
		seen[s] = true
	}
	for _, bad := range []string{
		"", "a", strings.Repeat("u", 24), strings.Repeat("0", 25), "../../etc/passwd" + strings.Repeat("\x00", 8),
	} {
		require.False(t, ValidSlug(bad), "%q", bad)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"민수":                         "민수",
		"  Ada ":                     "Ada",
		strings.Repeat("김", MaxName): strings.Repeat("김", MaxName),
		"":                           "",
		" \t ":                       "",
		strings.Repeat("김", 41):      "",
		"a\x00b":                     "",
		"a\nb":                       "",
		"evil\u202etxt":              "",
		"\xff\xfe":                   "",
	} {
		got, err := CleanName(in)
		if want == "" {
			require.ErrorIs(t, err, ErrNameInvalid, "%q", in)
			continue
		}
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got)
	}
}

func TestCleanTitle(t *testing.T) {
	n := NewFaceChat{Title: "  저녁 통화 "}
	require.NoError(t, n.Clean())
	require.Equal(t, "저녁 통화", n.Title)
	require.NoError(t, new(NewFaceChat).Clean(), "a room needs no title")
	for _, bad := range []string{strings.Repeat("a", MaxTitle+1), "a\u2028b", "\xff"} {
		n := NewFaceChat{Title: bad}
		require.ErrorIs(t, n.Clean(), ErrTitleInvalid)
	}
}
