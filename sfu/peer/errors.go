package peer

import (
	"errors"
	"fmt"
)

// The codes of an Error, as they go over the wire.
const (
	CodeBadSDP           = "bad_sdp"
	CodeCodecUnsupported = "codec_unsupported"
	CodeBadCandidate     = "bad_candidate"
)

// Error is a refusal that the client may be told: a stable code and a text that gives nothing internal away.
type Error struct {
	Code string
	Text string
	// Err is the cause for the log; it may be nil.
	Err error
}

// Error joins code, text and cause.
func (e *Error) Error() string {
	s := e.Code + ": " + e.Text
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// The reasons that Handlers.Closed reports, and the errors of a peer that is gone.
var (
	// ErrClosed is returned by calls on a closed peer or factory.
	ErrClosed = errors.New("peer is closed")
	// ErrRemoteClosed: the browser ended the connection.
	ErrRemoteClosed = errors.New("remote side closed the connection")
	// ErrTooManyStreams: the browser sent on far more undeclared streams than any browser does.
	ErrTooManyStreams = errors.New("too many undeclared streams")
	// ErrUnusable: the library took a part of an offer and then refused it. It cannot take that back, so no
	// other offer can follow on this peer.
	ErrUnusable = errors.New("peer is unusable after a broken offer")
	// ErrNotNegotiated is returned by DownTrack.Use for a codec that the viewer did not offer.
	ErrNotNegotiated = errors.New("codec was not negotiated")
)

// broken is the refusal of an offer that was applied in part.
func broken(text string, cause error) *Error {
	return badSDP(text, fmt.Errorf("%w: %w", ErrUnusable, cause))
}

// badSDP is the refusal of an offer.
func badSDP(text string, cause error) *Error {
	return &Error{Code: CodeBadSDP, Text: text, Err: cause}
}
