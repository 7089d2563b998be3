package social

import (
	"fmt"
	"time"
)

// RingFor is how long somebody is rung before the call counts as missed.
const RingFor = 30 * time.Second

// A person rings at most MaxRings times in RingsWithin.
const (
	MaxRings    = 10
	RingsWithin = time.Minute
)

// RingState is where a ring is in its life. All but RingRinging are final.
type RingState string

// The states of a ring.
const (
	RingRinging   RingState = "ringing"
	RingAccepted  RingState = "accepted"
	RingDeclined  RingState = "declined"
	RingBusy      RingState = "busy"      // the callee was talking or being rung; their screens never showed it
	RingCancelled RingState = "cancelled" // by the caller, or because one of the two or the room was gone
	RingMissed    RingState = "missed"    // nobody answered within RingFor
)

// Ring is one person's wish that another one come into a room now.
type Ring struct {
	ID      int64
	Room    RingRoom
	Caller  Person
	Callee  Person
	State   RingState
	Created time.Time
	Expires time.Time // when it is missed
	Ended   time.Time // zero: it still rings
}

// RingRoom is the room that a ring is about.
type RingRoom struct {
	ID    int64
	Slug  string
	Title string
}

// NewRing is what a ring is made from.
type NewRing struct {
	RoomID   int64
	CallerID int64
	CalleeID int64
	Inside   bool // the caller sits in the room
	Here     bool // the callee sits in it
	Full     bool // the two do not both find a seat in it
	Talking  bool // the callee sits with somebody in another room
}

// Rung is what came of ringing somebody.
type Rung struct {
	RingID int64
	// Crossed: the callee was ringing the caller, so that ring was answered instead. RingID is the callee's.
	Crossed bool
	// NotificationID is what the callee is told by where they were busy; 0: they were not.
	NotificationID int64
}

// LiveRing is a ring that has not stopped, as the watch over rings sees it.
type LiveRing struct {
	ID       int64
	RoomID   int64
	CallerID int64
	CalleeID int64
	Due      bool // nobody answered in time
	Broken   bool // an account was disabled, or the room has ended
}

// TooManyRings refuses somebody who rings all the time.
type TooManyRings struct {
	Wait time.Duration // when to try again
}

// Error says when to try again.
func (e *TooManyRings) Error() string { return fmt.Sprintf("too many rings: wait %s", e.Wait) }
