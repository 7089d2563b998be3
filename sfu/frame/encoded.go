package frame

import (
	"fmt"
	"time"
)

// Codec names a video compression.
type Codec uint8

// The codecs that the server knows. H264 is only ever an output, and off by default.
const (
	VP8 Codec = iota + 1
	VP9
	H264
)

var codecNames = [...]string{VP8: "VP8", VP9: "VP9", H264: "H264"}

// String is the codec's name as in SDP.
func (c Codec) String() string {
	if c == 0 || int(c) >= len(codecNames) {
		return fmt.Sprintf("Codec(%d)", uint8(c))
	}
	return codecNames[c]
}

// MimeType is the codec's media type, such as video/VP8.
func (c Codec) MimeType() string { return "video/" + c.String() }

// ParseMimeType finds the codec of a media type; ok is false for one that the server does not know.
func ParseMimeType(mime string) (c Codec, ok bool) {
	switch mime {
	case "video/VP8":
		return VP8, true
	case "video/VP9":
		return VP9, true
	case "video/H264":
		return H264, true
	default:
		return 0, false
	}
}

// Encoded is one access unit: the compressed bytes of one picture.
type Encoded struct {
	// Payload is the bitstream. Its owner may reuse it: who keeps an Encoded beyond the call copies the
	// bytes.
	Payload  []byte
	Codec    Codec
	Keyframe bool
	// Timestamp is the RTP timestamp, 90 kHz.
	Timestamp uint32
	// Arrived is when the last packet of the source picture came in; zero where there was none.
	Arrived time.Time
}
