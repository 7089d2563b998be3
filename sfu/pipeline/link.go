package pipeline

import (
	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Uplink is a publisher's video as packets.
type Uplink interface {
	// Read reads one RTP packet into buf and returns its length; io.EOF when the video ended.
	Read(buf []byte) (n int, err error)
	// RequestKeyframe asks the publisher for a keyframe. It is throttled by the implementation and never
	// blocks.
	RequestKeyframe()
	// Codec is the video's compression.
	Codec() frame.Codec
}

// Downlink is a viewer's end of a line.
type Downlink interface {
	// WriteRTP sends one packet and keeps neither argument. It sets SSRC and payload type, and shifts
	// numbers and timestamps so that they go on from what it sent before.
	WriteRTP(h *rtp.Header, payload []byte) error
	// Codec is what the viewer negotiated, 0 before that.
	Codec() frame.Codec
}
