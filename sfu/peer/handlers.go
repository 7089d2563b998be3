package peer

import "github.com/pion/webrtc/v4"

// State is what the transport of a peer does.
type State string

// The states of a peer. A disconnected peer may come back by itself; a failed one needs a new offer.
const (
	StateConnecting   State = "connecting"
	StateConnected    State = "connected"
	StateDisconnected State = "disconnected"
	StateFailed       State = "failed"
	StateClosed       State = "closed"
)

// Handlers are told what happens to a peer. They run on the peer's goroutines: they must neither block nor
// call Close, which waits for them. Each may be nil. None runs after Close has returned.
type Handlers struct {
	// Camera gets the camera's stream when its RTP begins, and a new UpTrack whenever it begins again: after a
	// new offer with another SSRC, or with another codec. The former UpTrack has then ended (Read returns
	// io.EOF).
	Camera func(*UpTrack)
	// CameraRefused is told once per stream when the publisher sends a codec that the server does not accept,
	// such as video/H264. The packets are counted and dropped.
	CameraRefused func(mimeType string)
	// State follows the transport. Fast changes may be merged into the last of them.
	State func(State)
	// Estimate says how many bits per second the viewer's downlink carries, all of its tracks together.
	Estimate func(bps int)
	// Keyframe: the viewer asked for a keyframe of d (PLI or FIR).
	Keyframe func(d *DownTrack)
	// Closed is called once when the connection ended without Close: by the browser, or because it misbehaved.
	// The owner still has to call Close.
	Closed func(reason error)
}

// stateOf maps the library's state; ok is false for one that nobody needs to hear of.
func stateOf(s webrtc.PeerConnectionState) (State, bool) {
	switch s {
	case webrtc.PeerConnectionStateConnecting:
		return StateConnecting, true
	case webrtc.PeerConnectionStateConnected:
		return StateConnected, true
	case webrtc.PeerConnectionStateDisconnected:
		return StateDisconnected, true
	case webrtc.PeerConnectionStateFailed:
		return StateFailed, true
	case webrtc.PeerConnectionStateClosed:
		return StateClosed, true
	case webrtc.PeerConnectionStateUnknown, webrtc.PeerConnectionStateNew:
		return "", false
	default:
		return "", false
	}
}
