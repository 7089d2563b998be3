package seed

import (
	"bytes"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

//go:embed words.yaml
var wordsFile []byte

// both are words of the two languages.
type both struct {
	Korean  []string `yaml:"ko"`
	English []string `yaml:"en"`
}

func (b both) of(korean bool) []string {
	if korean {
		return b.Korean
	}
	return b.English
}

// names are what nicknames are put together from.
type names struct{ First, Second, Given []string }

// theme is what a post can be about.
type theme struct {
	Name   string
	Hue    int // of its pictures, in degrees
	Tags   both
	Photos both
	Titles both
	Lines  both
}

// words is words.yaml.
type words struct {
	Names struct {
		Korean  names `yaml:"ko"`
		English names `yaml:"en"`
		Handle  struct{ First, Second []string }
	}
	Places   both
	Times    both
	Whos     both
	Bios     both
	Themes   []theme
	Comments both
	Replies  both
	Rooms    both
}

func loadWords() (*words, error) {
	var w words
	dec := yaml.NewDecoder(bytes.NewReader(wordsFile))
	dec.KnownFields(true)
	if err := dec.Decode(&w); err != nil {
		return nil, fmt.Errorf("read words: %w", err)
	}
	return &w, nil
}

// say puts a place, a time and somebody into one of the sentences.
func (w *words) say(r *rand.Rand, sentences both, korean bool) string {
	return w.fill(r, pick(r, sentences.of(korean)), korean)
}

func (w *words) fill(r *rand.Rand, s string, korean bool) string {
	if !strings.Contains(s, "{") {
		return s
	}
	s = strings.NewReplacer(
		"{place}", pick(r, w.Places.of(korean)), "{time}", pick(r, w.Times.of(korean)),
		"{who}", pick(r, w.Whos.of(korean)),
	).Replace(s)
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
