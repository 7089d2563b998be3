package social

// The codes of rings.
const (
	CodeRingFriends    Code = "ring_friends_only"
	CodeRingMembers    Code = "ring_members_only"
	CodeRingNotFound   Code = "ring_not_found"
	CodeRingOver       Code = "ring_over"
	CodeAlreadyRinging Code = "already_ringing"
	CodeAlreadyHere    Code = "already_in_room"
)

// The refusals of rings.
var (
	ErrRingFriends    = &Error{CodeRingFriends, "Only friends can be rung."}
	ErrRingMembers    = &Error{CodeRingMembers, "Only who was here, or is invited, rings others into this room."}
	ErrRingNotFound   = &Error{CodeRingNotFound, "Nobody rings in this room."}
	ErrRingOver       = &Error{CodeRingOver, "It has stopped ringing."}
	ErrAlreadyRinging = &Error{CodeAlreadyRinging, "You are ringing somebody already. Stop that first."}
	ErrAlreadyHere    = &Error{CodeAlreadyHere, "They are in this room already."}
)
