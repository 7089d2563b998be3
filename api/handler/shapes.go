package handler

import "time"

// RoomCard is a room as clients see it in a list.
type RoomCard struct {
	ID          int64     `json:"id"`
	Slug        string    `json:"slug" doc:"Unguessable: who has it may come to the door"`
	URL         string    `json:"url" doc:"The page of the room, without the host" example:"/r/0123"`
	Title       string    `json:"title"`
	Content     string    `json:"content" doc:"What it is about"`
	Host        *Person   `json:"host,omitempty" doc:"Missing: nobody's, opened without an account"`
	Mine        bool      `json:"mine" doc:"The caller is the host"`
	State       string    `json:"state" enum:"live,paused,ended" doc:"Nobody comes into a paused one"`
	Visibility  string    `json:"visibility" enum:"public,friends,link"`
	Max         int       `json:"max" doc:"How many people it holds"`
	Present     int       `json:"present" doc:"Seats that are taken"`
	AllowGuests bool      `json:"allow_guests" doc:"May people without an account come in?"`
	Tags        []Tag     `json:"tags" nullable:"false"`
	ViewCount   int64     `json:"view_count"`
	Created     time.Time `json:"created"`
}

// Room is a room as clients see it.
type Room struct {
	RoomCard
	Filters Filters `json:"filters"`
}

// Filters says what the server can do to a camera picture.
type Filters struct {
	Modes          []string  `json:"modes" nullable:"false" example:"[\"off\",\"blur\",\"mood\",\"tint\"]"`
	Pictures       []Picture `json:"pictures" nullable:"false"`
	Moods          []string  `json:"moods" nullable:"false"`
	MoodEnabled    bool      `json:"mood_enabled" doc:"Can moods be read at all?"`
	ConsentVersion int       `json:"consent_version" doc:"The text that a yes refers to"`
}

// Picture is a background picture.
type Picture struct {
	ID      string   `json:"id"`
	Name    Name     `json:"name"`
	Colours []string `json:"colours" nullable:"false" doc:"What it is made of, as #rrggbb, for a small preview"`
}

// Name is a text in the languages of the page.
type Name struct {
	KO string `json:"ko"`
	EN string `json:"en"`
}

// Entry is what a client needs to enter a room.
type Entry struct {
	Ticket        string      `json:"ticket" doc:"For the first message on the socket, and as a bearer token"`
	ExpiresAt     time.Time   `json:"expires_at" doc:"Until when the ticket opens the socket"`
	ParticipantID string      `json:"participant_id"`
	Room          Room        `json:"room"`
	SocketURL     string      `json:"socket_url"`
	ICEServers    []ICEServer `json:"ice_servers" nullable:"false"`
}

// ICEServer is a STUN or TURN server (RTCIceServer of WebRTC).
type ICEServer struct {
	URLs       []string `json:"urls" nullable:"false"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// IDRequest is about the thing in the path.
type IDRequest struct {
	ID int64 `path:"id" minimum:"1"`
}
