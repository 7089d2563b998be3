package social

import "time"

// RoomEventKind says what happened in a room.
type RoomEventKind string

// The kinds of events.
const (
	RoomJoined RoomEventKind = "joined" // somebody's socket took a seat
	RoomLeft   RoomEventKind = "left"   // the seat is free again
	RoomSaid   RoomEventKind = "said"   // a line of chat
)

// RoomEvent is something that happened in a call and that is kept.
type RoomEvent struct {
	Kind   RoomEventKind
	RoomID int64
	Seat   string
	// UserID is whose seat it is; 0: a guest's, whom GuestKey tells from others and Name from nobody.
	UserID   int64
	GuestKey string
	Name     string
	At       time.Time
	ClientID string // of a line, given by who said it
	Text     string // of a line
}

// Message is a line of chat that was kept.
type Message struct {
	ID     int64
	Sender Person // the zero Person: a guest
	Name   string // of a guest
	Text   string
	Sent   time.Time
}

// PastKind says how a call went.
type PastKind string

// The kinds of past calls. All but PastCall are calls that did not come about.
const (
	PastCall      PastKind = "call"
	PastMissed    PastKind = "missed"
	PastDeclined  PastKind = "declined"
	PastBusy      PastKind = "busy"
	PastCancelled PastKind = "cancelled"
)

// Past is a call in somebody's past.
type Past struct {
	Kind     PastKind
	ID       int64 // among the calls of its kind
	Room     FaceChat
	Outgoing bool // for a call that did not come about: they rang the other one
	With     []PastPerson
	Began    time.Time // when they came in, or it began to ring
	Ended    time.Time
}

// PastPerson is somebody who was in a call.
type PastPerson struct {
	Person Person // the zero Person: a guest, or an account that is gone
	Name   string // of a guest
}
