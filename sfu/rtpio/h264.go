package rtpio

import "encoding/binary"

// isH264Keyframe looks for an IDR slice, or the parameter sets that precede one, in a payload (RFC 6184, 5.2).
func isH264Keyframe(b []byte) bool {
	const (
		idr, sps   = 5, 7
		aggregate  = 24 // STAP-A
		fragment   = 28 // FU-A
		firstOfAll = 0x80
		typeBits   = 0x1f
	)
	if len(b) < 2 {
		return false
	}
	switch t := b[0] & typeBits; t {
	case idr, sps:
		return true
	case fragment:
		return b[1]&firstOfAll != 0 && b[1]&typeBits == idr
	case aggregate:
		for b = b[1:]; len(b) > 2; {
			n := int(binary.BigEndian.Uint16(b))
			if t := b[2] & typeBits; n > 0 && (t == idr || t == sps) {
				return true
			}
			b = b[min(2+n, len(b)):]
		}
	}
	return false
}
