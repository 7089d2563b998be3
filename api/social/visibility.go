package social

// Visibility says for whom a thing is.
type Visibility string

// The visibilities. Posts are public, for friends or private; rooms are public, for friends, or for those who
// have the link.
const (
	VisiblePublic  Visibility = "public"
	VisibleFriends Visibility = "friends"
	VisiblePrivate Visibility = "private"
	VisibleLink    Visibility = "link"
)

// ForPosts tells whether a post can have this visibility.
func (v Visibility) ForPosts() bool {
	return v == VisiblePublic || v == VisibleFriends || v == VisiblePrivate
}

// ForRooms tells whether a room can have this visibility.
func (v Visibility) ForRooms() bool {
	return v == VisiblePublic || v == VisibleFriends || v == VisibleLink
}

// Relation is how a viewer stands to another person. The zero Relation is that of strangers, and of people
// without an account to everybody.
type Relation struct {
	Self       bool
	Friend     bool
	Following  bool  // the viewer follows the other one
	FollowedBy bool  // the other one follows the viewer
	Blocking   bool  // the viewer blocks the other one
	BlockedBy  bool  // the other one blocks the viewer
	Sent       int64 // the viewer's pending friend request to the other one; 0: none
	Received   int64 // the other one's pending friend request to the viewer; 0: none
}

// Hidden tells whether the two do not see each other at all.
func (r Relation) Hidden() bool { return r.Blocking || r.BlockedBy }

// MaySee is the rule of who sees a thing: r is how the viewer stands to its owner. The store's lists hold the
// same rule as a condition.
func MaySee(v Visibility, r Relation) bool {
	switch {
	case r.Self:
		return true
	case r.Hidden():
		return false
	case v == VisiblePublic:
		return true
	default:
		return v == VisibleFriends && r.Friend
	}
}
