package room

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// Message is one of the things that a room says to a participant, as PROTOCOL.md in sfu/signal defines them.
type Message interface {
	// Kind is the message's type on the wire.
	Kind() string
}

// ParticipantInfo is what a client knows of a person in the room.
type ParticipantInfo struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Demo       bool       `json:"demo"`
	Audio      bool       `json:"audio"`
	Video      bool       `json:"video"`
	Filter     FilterInfo `json:"filter"`
	MoodShared bool       `json:"mood_shared"`
}

// FilterInfo is a person's filter: what was chosen and what the line makes of it.
type FilterInfo struct {
	Mode     string         `json:"mode"`
	Picture  string         `json:"picture,omitempty"`
	Strength string         `json:"strength,omitempty"` // of a blur
	State    pipeline.State `json:"state"`
}

// Filters tells a client what it may choose from.
type Filters struct {
	Modes          []string  `json:"modes"`
	Pictures       []Picture `json:"pictures"`
	Moods          []string  `json:"moods"`
	MoodEnabled    bool      `json:"mood_enabled"`
	ConsentVersion int       `json:"consent_version"`
}

// Picture is one background to choose, its name by language. Colours are those that it is made of, as
// #rrggbb, the largest part first: enough for a small preview.
type Picture struct {
	ID      string            `json:"id"`
	Name    map[string]string `json:"name"`
	Colours []string          `json:"colours,omitempty"`
}

// FiltersChanged says that there is something else to choose from now. What was chosen stays.
type FiltersChanged struct {
	Filters Filters `json:"filters"`
}

// Welcome gives the seat.
type Welcome struct {
	Protocol int              `json:"protocol"`
	You      ParticipantInfo  `json:"you"`
	Peer     *ParticipantInfo `json:"peer"`
	Room     Info             `json:"room"`
	Filters  Filters          `json:"filters"`
	GraceS   int              `json:"grace_s"`
}

// PeerJoined says that the other person is here, for the first time or again.
type PeerJoined struct {
	Peer ParticipantInfo `json:"peer"`
}

// PeerAway says that the other person's socket is lost and the seat is kept.
type PeerAway struct {
	ParticipantID string `json:"participant_id"`
	GraceS        int    `json:"grace_s"`
}

// PeerLeft says that the other person is gone.
type PeerLeft struct {
	ParticipantID string      `json:"participant_id"`
	Reason        LeaveReason `json:"reason"`
}

// LeaveReason says why a person is gone.
type LeaveReason string

// The reasons of PeerLeft.
const (
	ReasonLeft   LeaveReason = "left"
	ReasonLost   LeaveReason = "lost"
	ReasonClosed LeaveReason = "closed"
)

// PeerMedia says what the other person has switched on.
type PeerMedia struct {
	ParticipantID string `json:"participant_id"`
	Audio         bool   `json:"audio"`
	Video         bool   `json:"video"`
}

// FilterState says what the server really does to a person's camera.
type FilterState struct {
	ParticipantID string         `json:"participant_id"`
	Mode          string         `json:"mode"`
	Picture       string         `json:"picture,omitempty"`
	Strength      string         `json:"strength,omitempty"` // of a blur
	State         pipeline.State `json:"state"`
	Reason        string         `json:"reason,omitempty"`
}

// PeerMood says whether the other's mood may be read.
type PeerMood struct {
	ParticipantID string `json:"participant_id"`
	Shared        bool   `json:"shared"`
}

// Chat is one line of text, told to both.
type Chat struct {
	ID   string    `json:"id"`
	From string    `json:"from"`
	Name string    `json:"name"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// CaptureAsk asks whether the other person may take a picture of the call. The answer names the id.
type CaptureAsk struct {
	ID       string `json:"id"`
	From     string `json:"from"`
	Layout   Layout `json:"layout"`
	Filtered bool   `json:"filtered"`
	ExpiresS int    `json:"expires_s"`
}

// CaptureResult says that a picture was taken, or why it was not.
type CaptureResult struct {
	ID       string `json:"id"`
	By       string `json:"by"`
	Layout   Layout `json:"layout"`
	Filtered bool   `json:"filtered"`
	Taken    bool   `json:"taken"`
	Reason   Code   `json:"reason,omitempty"`
}

// Bye is the last message of a socket.
type Bye struct {
	Code ByeCode `json:"code"`
}

// ByeCode says why the server ends a socket.
type ByeCode string

// The codes of Bye.
const (
	ByeLeft     ByeCode = "left"
	ByeReplaced ByeCode = "replaced"
	ByeClosed   ByeCode = "closed"
	ByeShutdown ByeCode = "shutdown"
)

// Mood is a person's mood, on the data channel.
type Mood struct {
	ParticipantID string  `json:"participant_id"`
	Label         string  `json:"label"`
	Confidence    float32 `json:"confidence"`
	Scene         string  `json:"scene"`
}

// Stats is how a person's own line does, on the data channel.
type Stats struct {
	ParticipantID string  `json:"participant_id"`
	FPS           float64 `json:"fps"`
	MS            float64 `json:"ms"`
	Dropped       uint64  `json:"dropped"`
}

// Kind implements Message.
func (Welcome) Kind() string { return "welcome" }

// Kind implements Message.
func (PeerJoined) Kind() string { return "peer_joined" }

// Kind implements Message.
func (PeerAway) Kind() string { return "peer_away" }

// Kind implements Message.
func (PeerLeft) Kind() string { return "peer_left" }

// Kind implements Message.
func (PeerMedia) Kind() string { return "peer_media" }

// Kind implements Message.
func (FilterState) Kind() string { return "filter_state" }

// Kind implements Message.
func (FiltersChanged) Kind() string { return "filters" }

// Kind implements Message.
func (PeerMood) Kind() string { return "peer_mood" }

// Kind implements Message.
func (Chat) Kind() string { return "chat" }

// Kind implements Message.
func (CaptureAsk) Kind() string { return "capture_ask" }

// Kind implements Message.
func (CaptureResult) Kind() string { return "capture_result" }

// Kind implements Message.
func (Bye) Kind() string { return "bye" }

// Kind implements Message.
func (Mood) Kind() string { return "mood" }

// Kind implements Message.
func (Stats) Kind() string { return "stats" }

// Encode makes the JSON object of m, with its kind in front as `type`.
func Encode(m Message) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode message %s: %w", m.Kind(), err)
	}
	head := fmt.Sprintf(`{"type":%q`, m.Kind())
	if len(body) > 2 {
		head += ","
	}
	return append([]byte(head), body[1:]...), nil
}
