package social

import (
	"strings"
	"time"
)

const (
	// MaxComment is the longest comment, in characters.
	MaxComment = 2000
	// MaxReplies is how many replies come with the comment that they stand under; the others are asked for.
	MaxReplies = 50
)

// Comment is what somebody said to a post, or to another comment there.
type Comment struct {
	ID       int64
	PostID   int64
	ParentID int64  // the comment that it answers; 0: it is about the post itself
	RootID   int64  // the comment about the post under which it stands, however deep; 0: it is one
	Author   Person // nobody where Empty
	Content  string // nothing where Empty
	Created  time.Time
	Updated  time.Time // as Created, unless the author wrote it anew
	// Empty marks a comment that was deleted, or whose author and the viewer do not see each other. It holds the
	// place above the replies to it.
	Empty bool
}

// Thread is a comment about a post with all replies under it, to itself and to each other, the oldest first.
type Thread struct {
	Comment
	Replies []Comment // MaxReplies at most
	More    string    // the cursor of further replies; empty: these are all
}

// NewComment is what a comment is made from.
type NewComment struct {
	PostID   int64
	ParentID int64 // 0: about the post itself
	AuthorID int64
	Content  string
}

// Commented is what came of a comment.
type Commented struct {
	ID   int64
	Told []Told
}

// CleanComment trims a comment, makes its line ends \n and checks it: 1 to MaxComment characters, of which
// one can be seen.
func CleanComment(content string) (string, error) {
	content, ok := CleanText(content, MaxComment)
	if !ok || !strings.ContainsFunc(content, visible) {
		return "", ErrCommentInvalid
	}
	return content, nil
}

// MayRemoveComment is the rule of who deletes a comment: its author, also where they do not see the post any
// more; the owner of the post; and the staff, as far as it sees the comment. Only its author writes it anew.
func MayRemoveComment(userID, authorID, postOwnerID int64, staffSees bool) bool {
	return userID != 0 && (userID == authorID || userID == postOwnerID || staffSees)
}
