package social

// The codes of rooms with a host.
const (
	CodeRoomPaused     Code = "room_paused"
	CodeNotHost        Code = "not_the_host"
	CodeRoomState      Code = "room_state_invalid"
	CodeRoomContent    Code = "room_content_invalid"
	CodeRoomVisibility Code = "room_visibility_invalid"
	CodeTooManyInvites Code = "too_many_invites"
	CodeNotMember      Code = "not_a_member"
)

// The refusals of rooms with a host.
var (
	ErrRoomPaused     = &Error{CodeRoomPaused, "The host has closed the door for now."}
	ErrNotHost        = &Error{CodeNotHost, "Only the host of the room may do this."}
	ErrRoomState      = &Error{CodeRoomState, "A room is live or paused; to end it, delete it."}
	ErrRoomContent    = &Error{CodeRoomContent, "A description has at most 1000 characters."}
	ErrRoomVisibility = &Error{CodeRoomVisibility, "A room is public, for friends or for who has the link."}
	ErrTooManyInvites = &Error{CodeTooManyInvites, "At most 20 people can be invited at once."}
	ErrNotMember      = &Error{CodeNotMember, "Only who was in the room may read what was said in it."}
)
