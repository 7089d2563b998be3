package social

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxSearch is how much of a search text counts, in characters.
const MaxSearch = 100

// Bigrams is the text that is searched instead of texts: their words' overlapping pairs of characters, and
// each word's last character, each once, with spaces between. Words are runs of letters and digits after
// normalisation (NFKC, lower case). Pairs find a two-syllable Korean word inside a longer one, which a search
// by words cannot; the last characters serve a search for one character.
func Bigrams(texts ...string) string {
	var out []string
	seen := map[string]bool{}
	add := func(term string) {
		if !seen[term] {
			seen[term] = true
			out = append(out, term)
		}
	}
	for _, text := range texts {
		for _, word := range words(text) {
			for i := range len(word) - 1 {
				add(string(word[i : i+2]))
			}
			add(string(word[len(word)-1:]))
		}
	}
	return strings.Join(out, " ")
}

// SearchTerms is what Bigrams of a text must hold for the text to be found: all the terms, and something that
// begins with prefix, where there is one: that is a single character, which a pair or a word's end begins
// with. Both are empty for a text without letters and digits. Terms are letters and digits only.
func SearchTerms(text string) (terms []string, prefix string) {
	if runes := []rune(text); len(runes) > MaxSearch {
		text = string(runes[:MaxSearch])
	}
	for _, word := range words(text) {
		if len(word) == 1 {
			// One such word is enough: more of them would hardly make the result smaller.
			prefix = string(word)
			continue
		}
		for i := range len(word) - 1 {
			if term := string(word[i : i+2]); !slices.Contains(terms, term) {
				terms = append(terms, term)
			}
		}
	}
	return terms, prefix
}

// words are the runs of letters and digits in a text, normalised.
func words(text string) [][]rune {
	text = strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " ")))
	fields := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := make([][]rune, len(fields))
	for i, f := range fields {
		out[i] = []rune(f)
	}
	return out
}
