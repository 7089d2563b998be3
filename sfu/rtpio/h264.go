package rtpio

import "encoding/binary"

// isH264Keyframe looks for a sequence parameter set in a payload (RFC 6184, 5.2). Encoders for live video
// send one right before each IDR slice, and a viewer can begin only there.
func isH264Keyframe(b []byte) bool {
	const sps, aggregate, typeBits = 7, 24, 0x1f
	if len(b) < 2 {
		return false
	}
	if t := b[0] & typeBits; t != aggregate {
		return t == sps
	}
	for b = b[1:]; len(b) > 2; {
		n := int(binary.BigEndian.Uint16(b))
		if n > 0 && b[2]&typeBits == sps {
			return true
		}
		b = b[min(2+n, len(b)):]
	}
	return false
}
