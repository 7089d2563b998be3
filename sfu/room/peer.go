package room

import (
	"context"

	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// Downlink is a track towards a person.
type Downlink interface {
	pipeline.Downlink
	// Attach says that another source feeds the track from the next packet on.
	Attach()
}

// Negotiator agrees with the client on the media.
type Negotiator interface {
	// Answer takes the client's offer, the first one or an ICE restart.
	Answer(ctx context.Context, offer string) (answer string, err error)
	AddCandidate(c webrtc.ICECandidateInit) error
}

// Tracks are where media goes to and comes from. Camera and Mirror are nil for someone who watches nothing.
type Tracks interface {
	Camera() Downlink
	Mirror() Downlink
	// ForwardAudioTo sends this person's sound to other from now on; nil: to nobody.
	ForwardAudioTo(other Peer)
}

// Peer is the media connection of one participant. Its methods are safe for concurrent use.
type Peer interface {
	Negotiator
	Tracks
	// Send sends one message on the data channel, or drops and counts it.
	Send(msg []byte) error
	// Close ends the connection and everything it started; it is idempotent.
	Close() error
}

// PeerHandlers hear from a peer. They may be called from any goroutine and do not block.
type PeerHandlers struct {
	// Camera hands over the camera's packets, each time that they begin.
	Camera func(up pipeline.Uplink)
	// Refused says that the camera sends in a codec that the server does not take.
	Refused func()
	// Connected says that media can flow.
	Connected func()
	// Estimate is what the way to the client carries, in bits per second.
	Estimate func(bps int)
	// Keyframe says that the client needs a keyframe on d.
	Keyframe func(d pipeline.Downlink)
	// Closed says that the connection is over.
	Closed func(reason error)
}

// PeerFactory makes the media connection of the participant id.
type PeerFactory func(id string, h PeerHandlers) (Peer, error)
