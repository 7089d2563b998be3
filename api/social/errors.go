package social

// Code is a stable name of what went wrong, the same on HTTP and in the clients' texts.
type Code string

// The codes. The edge maps each to a status; the detail of an Error is public text.
const (
	CodeRoomNotFound     Code = "room_not_found"
	CodeRoomFull         Code = "room_full"
	CodeTooManyRooms     Code = "too_many_rooms"
	CodeInstantOff       Code = "instant_rooms_off"
	CodeGuestsNotAllowed Code = "guests_not_allowed"
	CodeDemoOff          Code = "demo_off"
	CodeNameInvalid      Code = "display_name_invalid"
	CodeTitleInvalid     Code = "title_invalid"
	CodeTicketMissing    Code = "ticket_missing"
	CodeTicketInvalid    Code = "ticket_invalid"
	CodeTicketExpired    Code = "ticket_expired"
	CodeTicketOtherRoom  Code = "ticket_of_other_room"
	CodeNotInRoom        Code = "not_in_room"
	CodeStopping         Code = "server_stopping"
)

// Error is a refusal that the caller may read.
type Error struct {
	Code   Code
	Detail string
}

// Error is the public text.
func (e *Error) Error() string { return e.Detail }

// The refusals of the domain, to be returned as they are or wrapped, and compared with errors.Is.
var (
	ErrRoomNotFound = &Error{CodeRoomNotFound, "There is no such room, or it has ended."}
	ErrRoomFull     = &Error{CodeRoomFull, "Two people are in this room already."}
	ErrTooManyRooms = &Error{CodeTooManyRooms, "The server holds as many rooms as it can. Try again later."}
	ErrInstantOff   = &Error{CodeInstantOff, "Rooms without an account are switched off on this server."}
	ErrGuests       = &Error{CodeGuestsNotAllowed, "The host lets nobody in without an account."}
	ErrDemoOff      = &Error{CodeDemoOff, "The demo partner is not available on this server."}
	ErrNameInvalid  = &Error{CodeNameInvalid, "A name has 1 to 40 characters."}
	ErrTitleInvalid = &Error{CodeTitleInvalid, "A title has at most 100 characters."}
	ErrNotInRoom    = &Error{CodeNotInRoom, "You are not in this room any more."}

	ErrStopping        = &Error{CodeStopping, "The server is about to stop. Try again in a moment."}
	ErrTicketMissing   = &Error{CodeTicketMissing, "Send the ticket as Authorization: Bearer."}
	ErrTicketOtherRoom = &Error{CodeTicketOtherRoom, "The ticket is of another room."}
)
