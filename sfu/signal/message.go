package signal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/room"
)

// Subprotocol names the protocol and its version in the WebSocket handshake.
const Subprotocol = "pp-enter.v1"

// MaxMessage is the size of the longest message, in bytes.
const MaxMessage = 64 << 10

// The messages of a client, one struct each. A pointer field must be present in the JSON.
type (
	// Hello takes the seat that the ticket reserved.
	Hello struct {
		Type   string `json:"type"`
		Ticket string `json:"ticket"`
	}
	// Offer is the client's description of its media.
	Offer struct {
		Type string `json:"type"`
		SDP  string `json:"sdp"`
	}
	// Candidate is one of the client's addresses; null says that there are no more.
	Candidate struct {
		Type      string                   `json:"type"`
		Candidate *webrtc.ICECandidateInit `json:"candidate"`
	}
	// Filter chooses what the server does to the client's camera.
	Filter struct {
		Type     string `json:"type"`
		Mode     string `json:"mode"`
		Picture  string `json:"picture,omitempty"`
		Strength string `json:"strength,omitempty"`
	}
	// Motion says whether the client's person wants little motion.
	Motion struct {
		Type    string `json:"type"`
		Reduced *bool  `json:"reduced"`
	}
	// Consent is a yes or a no to the analysis of the client's face.
	Consent struct {
		Type    string `json:"type"`
		Mood    *bool  `json:"mood"`
		Version int    `json:"version"`
	}
	// ShareMood says whether the other person may read the mood.
	ShareMood struct {
		Type string `json:"type"`
		On   *bool  `json:"on"`
	}
	// Media says what the client has switched on.
	Media struct {
		Type  string `json:"type"`
		Audio *bool  `json:"audio"`
		Video *bool  `json:"video"`
	}
	// Chat is a line of text.
	Chat struct {
		Type string `json:"type"`
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	// CaptureAnswer answers the other person's wish to take a picture of the call.
	CaptureAnswer struct {
		Type  string     `json:"type"`
		ID    string     `json:"id"`
		Allow room.Allow `json:"allow"`
	}
	// CaptureAllow says whether the other person may take pictures without asking.
	CaptureAllow struct {
		Type string `json:"type"`
		On   *bool  `json:"on"`
	}
	// Ping asks for a Pong with the same number.
	Ping struct {
		Type string   `json:"type"`
		T    *float64 `json:"t"`
	}
	// Leave gives the seat up.
	Leave struct {
		Type string `json:"type"`
	}
)

// The server's messages that belong to the socket; the others are in sfu/room.
type (
	// Answer describes the server's side of the media, all of its addresses included.
	Answer struct {
		SDP string `json:"sdp"`
	}
	// Pong answers a Ping.
	Pong struct {
		T float64 `json:"t"`
	}
	// Error says that a message changed nothing. Ref is the type of that message.
	Error struct {
		Code    room.Code `json:"code"`
		Message string    `json:"message"`
		Fatal   bool      `json:"fatal"`
		Ref     string    `json:"ref,omitempty"`
	}
)

// Kind implements room.Message.
func (Answer) Kind() string { return "answer" }

// Kind implements room.Message.
func (Pong) Kind() string { return "pong" }

// Kind implements room.Message.
func (Error) Kind() string { return "error" }

// The error codes of the socket itself; the others are in sfu/room.
const (
	CodeUnknownType   room.Code = "unknown_type"
	CodeMessageTooBig room.Code = "message_too_big"
	CodeHelloExpected room.Code = "hello_expected"
	CodeTicketInvalid room.Code = "ticket_invalid"
)

// request is a client's message that was decoded.
type request interface{ check() error }

// requests says which struct a type is decoded into.
func requests() map[string]func() request {
	return map[string]func() request{
		"hello":      func() request { return &Hello{} },
		"offer":      func() request { return &Offer{} },
		"candidate":  func() request { return &Candidate{} },
		"filter":     func() request { return &Filter{} },
		"motion":     func() request { return &Motion{} },
		"consent":    func() request { return &Consent{} },
		"share_mood": func() request { return &ShareMood{} },
		"media":      func() request { return &Media{} },
		"chat":       func() request { return &Chat{} },
		"ping":       func() request { return &Ping{} },

		"capture_answer": func() request { return &CaptureAnswer{} },
		"capture_allow":  func() request { return &CaptureAllow{} },

		"leave": func() request { return &Leave{} },
	}
}

func (m *Hello) check() error     { return need(m.Ticket != "", "ticket") }
func (m *Offer) check() error     { return need(m.SDP != "", "sdp") }
func (m *Candidate) check() error { return nil }
func (m *Filter) check() error    { return need(m.Mode != "", "mode") }
func (m *Motion) check() error    { return need(m.Reduced != nil, "reduced") }
func (m *Consent) check() error   { return need(m.Mood != nil, "mood") }
func (m *ShareMood) check() error { return need(m.On != nil, "on") }
func (m *Media) check() error     { return need(m.Audio != nil && m.Video != nil, "audio and video") }
func (m *Chat) check() error      { return need(m.ID != "", "id") }
func (m *CaptureAnswer) check() error {
	return need(m.ID != "" && m.Allow != "", "id and allow")
}
func (m *CaptureAllow) check() error { return need(m.On != nil, "on") }
func (m *Ping) check() error         { return need(m.T != nil, "t") }
func (m *Leave) check() error        { return nil }

func need(ok bool, field string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("the message needs %s", field)
}

// Decode reads one message of a client, strictly: an object of a known type with nothing but its fields. kind
// is the type as far as it could be read. The errors are *room.Error.
func Decode(data []byte) (m any, kind string, err error) {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, "", &room.Error{Code: room.CodeBadMessage, Text: "not a JSON object with a type", Err: err}
	}
	if head.Type == "" {
		return nil, "", &room.Error{Code: room.CodeBadMessage, Text: "a message needs a type"}
	}
	fresh, ok := requests()[head.Type]
	if !ok {
		return nil, "", &room.Error{Code: CodeUnknownType, Text: "there is no such type of message"}
	}
	req := fresh()
	if err := strict(data, req); err != nil {
		return nil, head.Type, &room.Error{Code: room.CodeBadMessage, Text: "the message is malformed", Err: err}
	}
	if err := req.check(); err != nil {
		return nil, head.Type, &room.Error{Code: room.CodeBadMessage, Text: err.Error()}
	}
	return req, head.Type, nil
}

func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}
