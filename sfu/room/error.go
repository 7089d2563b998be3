package room

import "fmt"

// Code is a stable error code of the call protocol.
type Code string

// The codes that a room answers with.
const (
	CodeRoomNotFound     Code = "room_not_found"
	CodeRoomFull         Code = "room_full"
	CodeTicketExpired    Code = "ticket_expired"
	CodeBadSDP           Code = "bad_sdp"
	CodeCodecUnsupported Code = "codec_unsupported"
	CodeBadCandidate     Code = "bad_candidate"
	CodeConsentRequired  Code = "consent_required"
	CodeMoodDisabled     Code = "mood_disabled"
	CodeUnknownMode      Code = "unknown_mode"
	CodeUnknownPicture   Code = "unknown_picture"
	CodeUnknownStrength  Code = "unknown_strength"
	CodeChatTooLong      Code = "chat_too_long"
	CodeRateLimited      Code = "rate_limited"
	CodeReplaced         Code = "replaced"
	CodeBadMessage       Code = "bad_message"
	CodeInternal         Code = "internal"

	CodeCaptureAlone      Code = "capture_alone"
	CodeCaptureBusy       Code = "capture_busy"
	CodeCaptureRefused    Code = "capture_refused"
	CodeCaptureUnanswered Code = "capture_unanswered"
	CodeCaptureFailed     Code = "capture_failed"
	CodeCaptureOver       Code = "capture_over"
)

// Error is a refusal with a stable code and a text for people.
type Error struct {
	Code Code
	Text string
	Err  error // the cause, for the log only; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Text, e.Err)
	}
	return e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors of one code equal, whatever their text.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

func refuse(c Code, text string) *Error { return &Error{Code: c, Text: text} }

func internal(text string, err error) *Error {
	return &Error{Code: CodeInternal, Text: text, Err: err}
}

// The refusals that callers compare with errors.Is. They are values, not state: nobody assigns to them.
var (
	ErrFull     error = &Error{Code: CodeRoomFull, Text: "the room is full"}
	ErrNotFound error = &Error{Code: CodeRoomNotFound, Text: "there is no such room"}
	ErrSeatGone error = &Error{Code: CodeTicketExpired, Text: "the seat is no longer reserved"}
	ErrReplaced error = &Error{Code: CodeReplaced, Text: "another connection of yours took the seat"}
	// ErrNoPicture: the person has no such picture.
	ErrNoPicture error = &Error{Code: CodeUnknownPicture, Text: "there is no such picture"}
	ErrClosed    error = &Error{Code: CodeInternal, Text: "the server is shutting down"}
)
