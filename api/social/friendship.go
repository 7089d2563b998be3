package social

import "time"

// RequestState is where a friend request is in its life.
type RequestState string

// The states of a friend request.
const (
	RequestPending   RequestState = "pending"
	RequestAccepted  RequestState = "accepted"
	RequestRejected  RequestState = "rejected"
	RequestCancelled RequestState = "cancelled"
)

// FriendRequest is one person's wish to be another one's friend.
type FriendRequest struct {
	ID       int64
	From     Person
	To       Person
	State    RequestState
	Created  time.Time
	Answered time.Time // zero: not yet
}

// Direction is which side of friend requests is listed.
type Direction string

// The directions.
const (
	Incoming Direction = "in"
	Outgoing Direction = "out"
)

// Friendship is a friend of the person whose list it is in.
type Friendship struct {
	ID     int64
	Friend Person
	Since  time.Time
}

// Asked is what came of asking somebody to be a friend: a pending request, or a friendship, because the other
// one had asked before.
type Asked struct {
	RequestID    int64 // the request that is pending now, or the other one's that is accepted now
	FriendshipID int64 // 0: the request is pending
	// NotificationID is what the other one is told by.
	NotificationID int64
}

// Follow is a follower, or somebody who is followed, in a list of them.
type Follow struct {
	ID     int64
	Person Person
	Since  time.Time
}

// Block is somebody in the list of those whom one blocks.
type Block struct {
	ID     int64
	Person Person
	Since  time.Time
}

// Pair orders two ids, as a friendship keeps them.
func Pair(a, b int64) (low, high int64) { return min(a, b), max(a, b) }
