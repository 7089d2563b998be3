package social

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestCleanTag(t *testing.T) {
	for in, want := range map[string]string{
		"바다": "바다", " #Sea ": "sea", "##Sea": "sea", "# sea": "sea", "ＳＥＡ": "sea", "＃바다": "바다",
		"\u1112\u1161\u11ab": "한",
		"c++":                "c++", "🎈": "🎈", "👩\u200d💻": "👩\u200d💻", "été": "été", "a_b-c.d": "a_b-c.d",
		"<b>": "<b>", "'--": "'--",
		strings.Repeat("김", MaxTag): strings.Repeat("김", MaxTag),

		"": "", "#": "", " # ": "", "a b": "", "a,b": "", "a，b": "", "a\u3000b": "", "a#b": "", "a\nb": "",
		"a\x00b": "", "\xff": "", "a\xffb": "", "a\u202eb": "", "a\u200bb": "", "\u200d": "", "\u0301": "",
		"\u3164": "", "\u115f": "", "\uffa0": "", "\u2800": "", "\ue000": "",
		strings.Repeat("a", MaxTag+1): "",
		strings.Repeat("ﷺ", 2):        "", // it is longer than it looks
	} {
		got, err := CleanTag(in)
		if want == "" {
			require.ErrorIs(t, err, ErrTagInvalid, "%q", in)
			continue
		}
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got)
	}
}

func TestCleanTags(t *testing.T) {
	got, err := CleanTags([]string{"#Sea", "바다", "sea", "ＳＥＡ"})
	require.NoError(t, err)
	require.Equal(t, []string{"sea", "바다"}, got)
	got, err = CleanTags(nil)
	require.NoError(t, err)
	require.Empty(t, got)
	_, err = CleanTags([]string{"sea", ""})
	require.ErrorIs(t, err, ErrTagInvalid)

	var many []string
	for i := range MaxTags {
		many = append(many, strings.Repeat("x", i+1))
	}
	_, err = CleanTags(append(many, many...))
	require.NoError(t, err, "the same ones count once")
	_, err = CleanTags(append(many, "another"))
	require.ErrorIs(t, err, ErrTagInvalid)
}

// FuzzCleanTags holds what is let through to what the rest relies on.
func FuzzCleanTags(f *testing.F) {
	for _, seed := range []string{"#Sea,바다", "ﬀ,İ,ß", "\u1112\u1161\u11ab", "a\u0323\u0307,ſ", "\xff", "K,Å"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in := strings.Split(text, ",")
		got, err := CleanTags(in)
		if err != nil {
			require.ErrorIs(t, err, ErrTagInvalid)
			return
		}
		require.LessOrEqual(t, len(got), min(len(in), MaxTags))
		for i, name := range got {
			require.True(t, utf8.ValidString(name))
			require.NotEmpty(t, name)
			require.LessOrEqual(t, utf8.RuneCountInString(name), MaxTag)
			require.False(t, strings.ContainsAny(name, ", #\t\n\x00"), "%q", name)
			require.NotContains(t, got[:i], name)
			require.LessOrEqual(t, len(name), 120, "what a cursor takes")
		}
		again, err := CleanTags(got)
		require.NoError(t, err, "%q", got)
		require.True(t, slices.Equal(got, again), "clean is clean: %q %q", got, again)
	})
}
