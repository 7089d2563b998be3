package social

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Longest texts of a picture, in characters.
const (
	MaxPhotoName = 100
	MaxPhotoAlt  = 1000
)

// PhotoKind says what a picture was made for.
type PhotoKind string

// The kinds of pictures.
const (
	PhotoScreenshot PhotoKind = "screenshot"
	PhotoUpload     PhotoKind = "upload"
	PhotoAvatar     PhotoKind = "avatar"
	PhotoBackground PhotoKind = "background"
)

// Valid tells whether there is such a kind.
func (k PhotoKind) Valid() bool {
	return k == PhotoScreenshot || k == PhotoUpload || k == PhotoAvatar || k == PhotoBackground
}

// Photo is a picture that somebody keeps. Only its owner sees it, unless a post shows it or it is the owner's
// picture of themselves.
type Photo struct {
	ID          int64
	OwnerID     int64
	FaceChatID  int64 // the room where a screenshot was taken; 0: none, or it is gone
	Kind        PhotoKind
	Name        string
	Alt         string // what is to be seen, for who does not see it
	Blob        string // the folder of its sizes in the blob store
	ContentType string
	Size        int64 // bytes of the largest size
	Width       int   // pixels of the largest size
	Height      int
	Blurhash    string
	Created     time.Time
}

// NewPhoto is what a picture's row is made from, once its bytes are kept.
type NewPhoto struct {
	OwnerID     int64
	FaceChatID  int64 // 0: none
	Kind        PhotoKind
	Name        string
	Alt         string
	Blob        string
	ContentType string
	Size        int64
	Width       int
	Height      int
	Blurhash    string
}

// Clean normalises the texts and reports what is wrong with them.
func (n *NewPhoto) Clean() error {
	if !n.Kind.Valid() {
		return ErrPhotoKind
	}
	change := PhotoChange{Name: &n.Name, Alt: &n.Alt}
	if err := change.Clean(); err != nil {
		return err
	}
	n.Name, n.Alt = *change.Name, *change.Alt
	return nil
}

// PhotoChange changes what is not nil.
type PhotoChange struct {
	Name *string
	Alt  *string
}

// Clean normalises the texts and reports what is wrong with them: a name is one line, an alternative text may
// have several.
func (c *PhotoChange) Clean() error {
	if c.Name != nil {
		name := strings.TrimSpace(*c.Name)
		if utf8.RuneCountInString(name) > MaxPhotoName || !printable(name) {
			return ErrPhotoName
		}
		c.Name = &name
	}
	if c.Alt != nil {
		alt, ok := CleanText(*c.Alt, MaxPhotoAlt)
		if !ok {
			return ErrPhotoAlt
		}
		c.Alt = &alt
	}
	return nil
}

// PhotoView is a picture as somebody sees it.
type PhotoView struct {
	Photo
	Public bool // everybody sees it
}
