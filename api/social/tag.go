package social

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxTag is the longest name of a tag, in characters; MaxTags is how many tags one thing has.
const (
	MaxTag  = 30
	MaxTags = 10
)

// Tag is a word that posts, rooms and pictures share.
type Tag struct {
	ID        int64
	Name      string // as CleanTag makes it
	CreatorID int64  // 0: their account is gone
}

// What the staff does to tags, for the audit.
const (
	ActRemoveTag            = "tag.remove"
	TargetTag    TargetKind = "tag"
)

// TagOrder is in which order tags are listed.
type TagOrder string

// The orders of tags.
const (
	TagsByName TagOrder = "name"
	TagsByUse  TagOrder = "use" // the most used first
)

// TagView is a tag with what counts for a viewer.
type TagView struct {
	Tag
	Posts int64 // that have it and that everybody may see
}

// TagRef names a tag: by its id, or where that is 0 by its name.
type TagRef struct {
	ID   int64
	Name string
}

// PhotoTag is a tag on a picture.
type PhotoTag struct {
	ID      int64
	PhotoID int64
	Tag     Tag
	Created time.Time
}

// CleanTag makes one form of all the ways to write a tag (without #, NFKC, lower case) and checks it: 1 to
// MaxTag characters that can be seen, without spaces and commas. It fails with ErrTagInvalid.
func CleanTag(name string) (string, error) {
	if !utf8.ValidString(name) { // before lower case, which would mend it
		return "", ErrTagInvalid
	}
	// Lower case may have to be composed again, and normalising may bring forth a space or a #.
	name = norm.NFKC.String(strings.ToLower(norm.NFKC.String(name)))
	before := func(r rune) bool { return r == '#' || unicode.IsSpace(r) }
	name = strings.TrimSpace(strings.TrimLeftFunc(name, before))
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxTag || !printable(name) ||
		strings.ContainsFunc(name, breaksTag) || !strings.ContainsFunc(name, visible) {
		return "", ErrTagInvalid
	}
	return name, nil
}

// CleanTags is CleanTag for the tags of one thing, in the order in which they were given, each once. More
// than MaxTags are ErrTagInvalid.
func CleanTags(names []string) ([]string, error) {
	clean := make([]string, 0, min(len(names), MaxTags))
	for _, name := range names {
		name, err := CleanTag(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(clean, name) {
			continue
		}
		if len(clean) == MaxTags {
			return nil, ErrTagInvalid
		}
		clean = append(clean, name)
	}
	return clean, nil
}

// breaksTag tells whether a tag ends at r when people write several in one line, or whether r only pretends
// to be something: the fillers of Hangul and the empty pattern of Braille are letters and symbols by name.
func breaksTag(r rune) bool {
	switch r {
	case ',', '#', '\u115f', '\u1160', '\u2800', '\ufeff', '\u200b', '\u2060':
		return true
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Co, r)
}

// visible tells whether r shows by itself, unlike joiners, selectors and combining marks.
func visible(r rune) bool { return unicode.IsPrint(r) && !unicode.Is(unicode.M, r) }
