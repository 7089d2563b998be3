package social

import (
	"strings"
	"time"
	"unicode/utf8"
)

// MaxActReason is the longest reason or note of an act of the staff, in characters.
const MaxActReason = 500

// What the staff does, as the audit names it.
const (
	ActPromote       = "user.promote"
	ActDemote        = "user.demote"
	ActDisable       = "user.disable"
	ActEnable        = "user.enable"
	ActRemovePost    = "post.remove"
	ActRemoveComment = "comment.remove"
	ActCloseRoom     = "room.close"
	ActResolve       = "report.resolve"
	ActDismiss       = "report.dismiss"
)

// Act is who of the staff does something, and why.
type Act struct {
	ActorID int64 // 0: the console
	Reason  string
}

// Clean trims the reason and reports what is wrong with it. Where it is wanted, it must not be empty.
func (a *Act) Clean(wanted bool) error {
	reason, ok := CleanText(a.Reason, MaxActReason)
	if !ok || wanted && reason == "" {
		return ErrActReason
	}
	a.Reason = reason
	return nil
}

// Excerpt is at most n characters of a text, with a mark where some are missing.
func Excerpt(text string, n int) string {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:n-1])) + "…"
}

// UserFilter is which accounts the staff looks for.
type UserFilter struct {
	Text     string // part of a username, a nickname or an e-mail address; empty: all
	Disabled bool   // only those that are disabled
	Staff    bool   // only those of the staff
}

// UserCard is an account with what the staff should know before it acts.
type UserCard struct {
	User
	Posts    int64
	Comments int64
	Sessions int64 // log-ins that are alive
	Reports  int64 // open ones, about the person and what they made
}

// PostFilter is which posts the staff looks for. It sees those that are public, and those about which, or
// about whose picture, a report is open.
type PostFilter struct {
	Text     string // words of the post; empty: all
	OwnerID  int64  // 0: anybody's
	Reported bool   // only those with an open report
}

// PostCard is a post as the staff sees it.
type PostCard struct {
	ID         int64
	Owner      Person
	Title      string
	Content    string
	Visibility Visibility
	Comments   int64
	Reports    int64 // open ones, about the post or its picture
	Photo      Photo // ID 0: it has none
	Created    time.Time
}

// CommentFilter is which comments the staff looks for. It sees those to public posts, and those about which a
// report is open.
type CommentFilter struct {
	Text     string // part of the comment as it stands; empty: all
	AuthorID int64  // 0: anybody's
	PostID   int64  // 0: to any post
	Reported bool   // only those with an open report
}

// CommentCard is a comment as the staff sees it.
type CommentCard struct {
	ID        int64
	Author    Person
	PostID    int64
	PostTitle string // empty where the staff does not see the post
	Content   string
	Reports   int64 // open ones
	Created   time.Time
}

// RoomCard is a live room as the staff sees it: without the link, which would let it in. What a room is
// called is only known where it is public or a report about it is open.
type RoomCard struct {
	ID         int64
	Host       Person // nobody: a guest opened it
	Title      string
	Visibility Visibility
	Reports    int64 // open ones, about the room or what was written in it
	Created    time.Time
	Used       time.Time
}

// ReportTarget is what a report is about, as it is now.
type ReportTarget struct {
	Owner  Person // nobody: it is gone, or nobody's
	Gone   bool
	Title  string
	Text   string // the beginning of it
	PostID int64  // the post that it is, belongs to or is shown by; 0: none
	RoomID int64  // the room that it is or was written in; 0: none
	Photo  Photo  // the picture that it is or shows; ID 0: none
}

// ReportCard is a report with what it is about.
type ReportCard struct {
	Report
	Target ReportTarget
}

// AuditFilter is which acts are looked for; what is zero does not matter.
type AuditFilter struct {
	ActorID  int64
	Action   string
	Kind     TargetKind
	TargetID int64
}
