package social

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCleanComment(t *testing.T) {
	for in, want := range map[string]string{
		" 안녕\r\n<b>x</b> ":              "안녕\n<b>x</b>",
		"🎈":                             "🎈",
		strings.Repeat("김", MaxComment): strings.Repeat("김", MaxComment),

		"": "", " \n\t ": "", "\u200b": "", "a\x00": "", "\xff": "", "a\u202eb": "",
		strings.Repeat("a", MaxComment+1): "",
	} {
		got, err := CleanComment(in)
		if want == "" {
			require.ErrorIs(t, err, ErrCommentInvalid, "%q", in)
			continue
		}
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got)
	}
}

func TestMayRemoveComment(t *testing.T) {
	const author, owner, other = 1, 2, 3
	require.True(t, MayRemoveComment(author, author, owner, false))
	require.True(t, MayRemoveComment(owner, author, owner, false))
	require.True(t, MayRemoveComment(other, author, owner, true))
	require.False(t, MayRemoveComment(other, author, owner, false))
	require.False(t, MayRemoveComment(0, 0, owner, false), "nobody is nobody's author")
}
