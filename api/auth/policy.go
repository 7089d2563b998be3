package auth

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/pp-enter/pp-enter/api/social"
)

// Lengths of a password in characters.
const (
	MinPassword = 8
	MaxPassword = 128
)

// commonText lists passwords that everybody tries first, and the words that they are made of, one a line.
//
//go:embed common.txt
var commonText string

// Policy decides which passwords are good enough: by length, and by not being what an attacker tries first.
// It asks for no digits or signs: such rules make passwords worse. Immutable.
type Policy struct{ common map[string]bool }

// NewPolicy reads the built-in list.
func NewPolicy() *Policy {
	p := &Policy{common: map[string]bool{}}
	for line := range strings.Lines(commonText) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			p.common[word] = true
		}
	}
	return p
}

// Check reports what is wrong with a password: social.ErrPasswordLength, or social.ErrPasswordCommon where it
// is well known, one key over and over, a run of neighbours, or one of the owner's own names.
func (p *Policy) Check(password string, own ...string) error {
	password = normal(password)
	n := utf8.RuneCountInString(password)
	if !utf8.ValidString(password) || n < MinPassword || n > MaxPassword {
		return social.ErrPasswordLength
	}
	folded := fold(password)
	if p.known(folded) || monotonous(folded) {
		return social.ErrPasswordCommon
	}
	for _, name := range own {
		local, _, _ := strings.Cut(name, "@")
		for _, name := range []string{name, local} {
			if name = fold(name); name != "" && (folded == name || stem(folded) == name) {
				return social.ErrPasswordCommon
			}
		}
	}
	return nil
}

func (p *Policy) known(folded string) bool {
	plain := strings.NewReplacer("@", "a", "0", "o", "1", "i", "3", "e", "$", "s", "5", "s", "!", "i")
	for _, s := range []string{folded, stem(folded)} {
		if p.common[s] || p.common[plain.Replace(s)] {
			return true
		}
	}
	return false
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// stem cuts off the few digits and signs that people append to a word.
func stem(s string) string {
	const most = 4
	runes := []rune(s)
	end := len(runes)
	for end > 0 && len(runes)-end < most && !unicode.IsLetter(runes[end-1]) {
		end--
	}
	return string(runes[:end])
}

// monotonous reports whether s is made of very few characters, or of one step up or down again and again,
// such as abcdefgh and 87654321.
func monotonous(s string) bool {
	runes := []rune(s)
	distinct := map[rune]bool{}
	steady := true
	for i, r := range runes {
		distinct[r] = true
		if i >= 2 && r-runes[i-1] != runes[1]-runes[0] {
			steady = false
		}
	}
	step := runes[1] - runes[0]
	return len(distinct) <= 2 || (steady && step >= -1 && step <= 1)
}
