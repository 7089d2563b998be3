package social

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestBigrams(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "",
		" ,.!'\"*-":          "",
		"김민수":                "김민 민수 수",
		"a":                  "a",
		"Ab":                 "ab b",
		"ab ab":              "ab b",
		"can't":              "ca an n t",
		"ＦＵ１":                "fu u1 1",
		"\u1100\u1161\uac00": "가가 가",
		"x\xffy":             "x y",
		"🎈a🎈":                "a",
		"a\x00b":             "a b",
	} {
		require.Equal(t, want, Bigrams(text), "%q", text)
	}
	require.Equal(t, "ab b cd d", Bigrams("ab", "", "cd"))
}

func TestSearchTerms(t *testing.T) {
	for text, want := range map[string]struct {
		terms  []string
		prefix string
	}{
		"":           {},
		"민수":         {terms: []string{"민수"}},
		"민":          {prefix: "민"},
		"김민수 a":      {terms: []string{"김민", "민수"}, prefix: "a"},
		"aaaa":       {terms: []string{"aa"}},
		"' OR \"*\"": {terms: []string{"or"}},
	} {
		terms, prefix := SearchTerms(text)
		require.Equal(t, want.terms, terms, text)
		require.Equal(t, want.prefix, prefix, text)
	}
	terms, _ := SearchTerms(strings.Repeat("abcdefghij", 1000))
	require.LessOrEqual(t, len(terms), MaxSearch, "a long text does not make a long query")
}

// FuzzSearch finds every text by its own terms, and lets nothing through that a query's syntax knows.
func FuzzSearch(f *testing.F) {
	f.Add("김민수 hello")
	f.Add("O'Brien \"x\"*")
	f.Fuzz(func(t *testing.T, text string) {
		have := strings.Fields(Bigrams(text))
		terms, prefix := SearchTerms(text)
		for _, r := range strings.Join(append(terms, prefix), "") {
			require.True(t, unicode.IsLetter(r) || unicode.IsDigit(r), "%q", r)
		}
		for _, term := range terms {
			require.Contains(t, have, term)
		}
		if prefix != "" {
			require.True(t, slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, prefix) }))
		}
	})
}
