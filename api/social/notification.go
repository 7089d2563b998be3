package social

import "time"

// NotificationKind says what happened.
type NotificationKind string

// The kinds of notifications.
const (
	NotifyFriendRequest  NotificationKind = "friend_request"
	NotifyFriendAccepted NotificationKind = "friend_accepted"
	NotifyFollow         NotificationKind = "follow"
	NotifyLike           NotificationKind = "like"
	NotifyComment        NotificationKind = "comment"
	NotifyReply          NotificationKind = "reply"
	NotifyInvite         NotificationKind = "invite"
	NotifyMissedCall     NotificationKind = "missed_call"
)

// NewNotification is what a notification is made from. Ids that are 0 stand for nothing.
type NewNotification struct {
	UserID     int64 // who is told
	Kind       NotificationKind
	ActorID    int64 // who did it
	RequestID  int64 // the friend request
	PostID     int64
	CommentID  int64
	FaceChatID int64
	RingID     int64
}

// Notification is something that happened to a person.
type Notification struct {
	ID         int64
	UserID     int64
	Kind       NotificationKind
	Actor      Person
	RequestID  int64
	PostID     int64
	PostTitle  string
	CommentID  int64
	FaceChatID int64
	RingID     int64
	Created    time.Time
	Read       time.Time // zero: not yet
}
