// Package social is the domain: what people, rooms and pictures are, and the rules that hold for them. It
// knows neither HTTP nor a database.
package social

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxPresent is how many people a room holds at once.
const MaxPresent = 2

// Longest texts, in characters.
const (
	MaxTitle = 100
	MaxName  = 40
)

// State is where a room is in its life.
type State string

// The states of a room.
const (
	StateLive  State = "live"
	StateEnded State = "ended"
)

// FaceChat is a room for a video call of two people.
type FaceChat struct {
	ID          int64
	Slug        string // unguessable; whoever knows it may come to the door
	Title       string
	State       State
	HostID      int64 // 0: nobody's, opened by a guest
	AllowGuests bool
	Created     time.Time
}

// NewFaceChat is what a room is made from.
type NewFaceChat struct {
	Title       string
	HostID      int64
	AllowGuests bool
}

// Clean trims the texts and reports what is wrong with them.
func (n *NewFaceChat) Clean() error {
	n.Title = strings.TrimSpace(n.Title)
	if !printable(n.Title) || utf8.RuneCountInString(n.Title) > MaxTitle {
		return ErrTitleInvalid
	}
	return nil
}

// CleanName trims a display name and checks it: 1 to MaxName printable characters.
func CleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxName || !printable(name) {
		return "", ErrNameInvalid
	}
	return name, nil
}

// printable refuses broken UTF-8, control characters, and the marks that turn the direction of text around,
// which let one name look like another.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

// slugBytes makes 120 random bits, 24 characters without padding.
const slugBytes = 15

// slugEncoding leaves out i, l, o and u: a slug read aloud stays the same, and spells no words.
func slugEncoding() *base32.Encoding {
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
}

// NewSlug makes a slug that nobody can guess.
func NewSlug() string {
	var b [slugBytes]byte
	rand.Read(b[:]) // never fails: the runtime ends the program instead
	return slugEncoding().EncodeToString(b[:])
}

// ValidSlug reports whether s could be a slug.
func ValidSlug(s string) bool {
	b, err := slugEncoding().DecodeString(s)
	return err == nil && len(b) == slugBytes && len(s) == slugEncoding().EncodedLen(slugBytes)
}
