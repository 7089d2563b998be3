// Package social is the domain: what people, rooms and pictures are, and the rules that hold for them. It
// knows neither HTTP nor a database.
package social

import (
	"crypto/rand"
	"encoding/base32"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxPresent is how many people a room holds at once.
const MaxPresent = 2

// Longest texts, in characters.
const (
	MaxTitle       = 100
	MaxName        = 40
	MaxRoomContent = 1000
)

// MaxInvites is how many people one request invites into a room.
const MaxInvites = 20

// State is where a room is in its life.
type State string

// The states of a room. Nobody comes into a paused one, and who is in it stays; an ended one is nowhere
// found, but in the past of who was in it.
const (
	StateLive   State = "live"
	StatePaused State = "paused"
	StateEnded  State = "ended"
)

// FaceChat is a room for a video call of two people.
type FaceChat struct {
	ID          int64
	Slug        string // unguessable; whoever knows it may come to the door
	Title       string
	Content     string
	Host        Person // the zero Person: nobody's, opened without an account
	State       State
	Visibility  Visibility
	AllowGuests bool
	Tags        []Tag
	ViewCount   int64
	Created     time.Time
	Updated     time.Time
	Finished    time.Time // zero: it has not ended
}

// NewFaceChat is what a room is made from.
type NewFaceChat struct {
	Title       string
	Content     string
	HostID      int64      // 0: nobody's
	Visibility  Visibility // empty: VisibleLink
	AllowGuests bool
	Tags        []string
	Invite      []int64 // accounts
}

// Clean normalises the texts and lists and reports what is wrong with them.
func (n *NewFaceChat) Clean() (err error) {
	if n.Visibility == "" {
		n.Visibility = VisibleLink
	}
	if !n.Visibility.ForRooms() {
		return ErrRoomVisibility
	}
	if n.Title, err = cleanTitle(n.Title); err != nil {
		return err
	}
	if n.Content, err = cleanRoomText(n.Content); err != nil {
		return err
	}
	if n.Tags, err = CleanTags(n.Tags); err != nil {
		return err
	}
	n.Invite, err = cleanInvites(n.Invite)
	return err
}

// FaceChatChange changes what is not nil, and invites more people.
type FaceChatChange struct {
	Title       *string
	Content     *string
	Visibility  *Visibility
	AllowGuests *bool
	State       *State // live or paused
	Tags        *[]string
	Invite      []int64
}

// Clean normalises the texts and lists and reports what is wrong with them.
func (c *FaceChatChange) Clean() error {
	if c.Title != nil {
		title, err := cleanTitle(*c.Title)
		if err != nil {
			return err
		}
		c.Title = &title
	}
	if c.Content != nil {
		content, err := cleanRoomText(*c.Content)
		if err != nil {
			return err
		}
		c.Content = &content
	}
	if c.Tags != nil {
		tags, err := CleanTags(*c.Tags)
		if err != nil {
			return err
		}
		c.Tags = &tags
	}
	if c.Visibility != nil && !c.Visibility.ForRooms() {
		return ErrRoomVisibility
	}
	if c.State != nil && *c.State != StateLive && *c.State != StatePaused {
		return ErrRoomState
	}
	var err error
	c.Invite, err = cleanInvites(c.Invite)
	return err
}

func cleanTitle(s string) (string, error) {
	s = strings.TrimSpace(s)
	if !printable(s) || utf8.RuneCountInString(s) > MaxTitle {
		return "", ErrTitleInvalid
	}
	return s, nil
}

func cleanRoomText(s string) (string, error) {
	s, ok := CleanText(s, MaxRoomContent)
	if !ok {
		return "", ErrRoomContent
	}
	return s, nil
}

// cleanInvites names each account once, in the order of the ids.
func cleanInvites(ids []int64) ([]int64, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > MaxInvites {
		return nil, ErrTooManyInvites
	}
	return ids, nil
}

// Standing is what a person has to do with a room, beside how they stand to its host.
type Standing struct {
	Relation // to the host
	Invited  bool
	WasIn    bool // they were in the room before
}

// MayEnter is the rule of who sees a room by its number and may come in, while it has not ended. Whoever has
// the link may come in as well, unless they and the host are hidden from each other; guests only where the
// host lets them. The store's queries hold the same rule as a condition.
func MayEnter(v Visibility, s Standing) bool {
	return MaySee(v, s.Relation) || !s.Hidden() && (s.Invited || s.WasIn)
}

// RoomFilter is which rooms are listed.
type RoomFilter struct {
	Tag  string // as CleanTag makes it; empty: with any tags or none
	Mine bool   // only the viewer's own
}

// Told is a notification that was stored for somebody, to be shown to them at once.
type Told struct {
	UserID         int64
	NotificationID int64 // 0: none was
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
