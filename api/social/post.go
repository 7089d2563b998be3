package social

import (
	"strings"
	"time"
	"unicode/utf8"
)

// MaxContent is the longest text of a post, in characters.
const MaxContent = 10_000

// Post is a picture with a title and a text, as one viewer sees it. Of its photo, and of its owner's picture,
// it holds what is shown, and not where the bytes are and what they are like.
type Post struct {
	ID            int64
	Owner         Person
	Photo         Photo // ID 0: its picture is gone
	Title         string
	Content       string
	Visibility    Visibility
	Tags          []Tag // in the order of their names
	ViewCount     int64
	LikeCount     int64
	FavoriteCount int64
	CommentCount  int64
	LikeID        int64 // the viewer's own like; 0: none
	FavoriteID    int64 // the viewer's own favourite; 0: none
	Created       time.Time
	Updated       time.Time
}

// NewPost is what a post is made from.
type NewPost struct {
	OwnerID    int64
	PhotoID    int64 // a screenshot or an upload of the owner's
	Title      string
	Content    string
	Visibility Visibility // empty: public
	Tags       []string
}

// Clean normalises the texts and reports what is wrong with them. It does not look at the photo.
func (n *NewPost) Clean() (err error) {
	if n.Title, err = cleanPostTitle(n.Title); err != nil {
		return err
	}
	if n.Content, err = cleanContent(n.Content); err != nil {
		return err
	}
	if n.Visibility == "" {
		n.Visibility = VisiblePublic
	}
	if !n.Visibility.ForPosts() {
		return ErrPostVisibility
	}
	n.Tags, err = CleanTags(n.Tags)
	return err
}

// PostChange changes what is not nil.
type PostChange struct {
	PhotoID    *int64 // a screenshot or an upload of the owner's
	Title      *string
	Content    *string
	Visibility *Visibility
	Tags       *[]string // all that the post has from now on
}

// Clean normalises the texts and reports what is wrong with them. It does not look at the photo.
func (c *PostChange) Clean() error {
	if c.Title != nil {
		title, err := cleanPostTitle(*c.Title)
		if err != nil {
			return err
		}
		c.Title = &title
	}
	if c.Content != nil {
		content, err := cleanContent(*c.Content)
		if err != nil {
			return err
		}
		c.Content = &content
	}
	if c.Visibility != nil && !c.Visibility.ForPosts() {
		return ErrPostVisibility
	}
	if c.Tags != nil {
		tags, err := CleanTags(*c.Tags)
		if err != nil {
			return err
		}
		c.Tags = &tags
	}
	return nil
}

// Reaction is somebody's like of a post, or their keeping it as a favourite.
type Reaction struct {
	ID      int64
	PostID  int64
	Created time.Time
	Count   int64 // of the post's reactions of this kind
	Fresh   bool  // it was not there before
	// NotificationID is what the post's owner is told by; 0: there is nothing to tell, or not once more.
	NotificationID int64
	OwnerID        int64 // of the post
}

func cleanPostTitle(s string) (string, error) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n < 1 || n > MaxTitle || !printable(s) {
		return "", ErrPostTitle
	}
	return s, nil
}

func cleanContent(s string) (string, error) {
	s, ok := CleanText(s, MaxContent)
	if !ok {
		return "", ErrPostContent
	}
	return s, nil
}
