// Package rtpio joins RTP packets and compressed pictures: Assembler makes access units of packets (RFC
// 7741 for VP8, RFC 9628 for VP9), Packetiser makes packets of access units, Sequencer and VP8Rewriter keep
// one outgoing stream continuous over several sources, Pacer spreads a picture's packets over time. Nothing
// here owns a goroutine or a socket, and nothing allocates per packet in steady state for VP8 and VP9.
package rtpio

import (
	"errors"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// ErrUnsupported is a codec that the type does not handle.
var ErrUnsupported = errors.New("unsupported codec")

// IsKeyframe reports whether payload, the payload of one RTP packet, is the first of a keyframe. It reads the
// payload descriptor and the first bytes of the picture behind it; broken packets are no keyframes.
func IsKeyframe(c frame.Codec, payload []byte) bool {
	switch c {
	case frame.VP8, frame.VP9:
		d, ok := parseDescriptor(c, payload)
		return ok && d.keyframe
	case frame.H264:
		return isH264Keyframe(payload)
	default:
		return false
	}
}

// descriptor is what the assembler wants to know of a packet.
type descriptor struct {
	size     int  // bytes before the picture's
	start    bool // the first packet of a picture (of a layer of it, for VP9)
	keyframe bool // and that is a keyframe
}

// parseDescriptor reads the payload descriptor; ok is false when it is broken.
func parseDescriptor(c frame.Codec, payload []byte) (d descriptor, ok bool) {
	var predicted, intra bool
	if c == frame.VP8 {
		v, ok := parseVP8(payload)
		if !ok {
			return d, false
		}
		d.size, d.start = v.size, v.start
		intra = payload[v.size]&1 == 0
	} else {
		v, ok := parseVP9(payload)
		if !ok {
			return d, false
		}
		d.size, d.start, predicted = v.size, v.start, v.predicted
		intra = isVP9Keyframe(payload[v.size:])
	}
	d.keyframe = d.start && !predicted && intra
	return d, true
}
