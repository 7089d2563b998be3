package rtpio

import (
	"fmt"
	"math/rand/v2"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

const (
	headerSize = 12 // of RTP without extensions
	minMTU     = 64
	maxMTU     = 1460 // what Pion reads
	defaultMTU = 1200 // as browsers do: leaves room for extensions, SRTP, TURN and IPv6
)

// EmitFunc takes one packet; header and payload are valid only inside the call, last marks a picture's end.
type EmitFunc func(h *rtp.Header, payload []byte, last bool) error

// PacketiserConfig says what packets to make.
type PacketiserConfig struct {
	Codec frame.Codec
	// MTU is the size in bytes of the largest RTP packet without header extensions; 0 means 1200.
	MTU int
}

// Packetiser makes the RTP packets of one stream. Sequence numbers and picture ids begin at random and go on
// without a gap. It is not safe for concurrent use.
type Packetiser struct {
	codec     frame.Codec
	room      int // bytes of payload per packet
	header    rtp.Header
	buf       []byte // payload of the packet at hand
	sequence  uint16 // of the next packet
	pictureID uint16 // of the next picture, 15 bits
	h264      codecs.H264Payloader
}

// NewPacketiser returns a packetiser of VP8, VP9 or H264; ErrUnsupported for another codec.
func NewPacketiser(cfg PacketiserConfig) (*Packetiser, error) {
	if cfg.MTU == 0 {
		cfg.MTU = defaultMTU
	}
	if cfg.MTU < minMTU || cfg.MTU > maxMTU {
		return nil, fmt.Errorf("new packetiser: MTU %d is not within %d..%d", cfg.MTU, minMTU, maxMTU)
	}
	switch cfg.Codec {
	case frame.VP8, frame.VP9, frame.H264:
	default:
		return nil, fmt.Errorf("new packetiser of %s: %w", cfg.Codec, ErrUnsupported)
	}
	room := cfg.MTU - headerSize
	return &Packetiser{
		codec: cfg.Codec, room: room, buf: make([]byte, room),
		sequence: uint16(rand.Uint32()), pictureID: uint16(rand.Uint32()) & 0x7fff,
	}, nil
}

// Count is the number of packets that Packetise makes of e: exact for VP8 and VP9, about right for H264.
func (p *Packetiser) Count(e *frame.Encoded) int {
	room := p.room - max(vp8DescriptorSize, vp9DescriptorSize)
	return (len(e.Payload) + room - 1) / room
}

// Packetise calls emit for each packet of e in order; the last one carries the marker. Header and payload
// are valid only inside the call. SSRC and payload type are left to the caller. It stops at emit's first
// error and returns it; the sequence numbers go on as if the rest had been sent and lost.
func (p *Packetiser) Packetise(e *frame.Encoded, emit EmitFunc) error {
	if e.Codec != p.codec {
		return fmt.Errorf("packetise %s as %s: %w", e.Codec, p.codec, ErrUnsupported)
	}
	if p.codec == frame.H264 {
		return p.packetiseH264(e, emit)
	}
	n := p.Count(e)
	first := p.sequence
	p.sequence += uint16(n)
	id := p.pictureID
	p.pictureID = (id + 1) & 0x7fff
	rest := e.Payload
	for i := range n {
		chunk := rest[:(len(rest)+n-i-1)/(n-i)] // packets of equal size, within a byte
		rest = rest[len(chunk):]
		last := i == n-1
		size := p.descriptor(i == 0, last, e.Keyframe, id)
		size += copy(p.buf[size:], chunk)
		p.header = rtp.Header{Version: 2, Marker: last, SequenceNumber: first + uint16(i), Timestamp: e.Timestamp}
		if err := emit(&p.header, p.buf[:size], last); err != nil {
			return fmt.Errorf("emit packet: %w", err)
		}
	}
	return nil
}

func (p *Packetiser) descriptor(start, end, keyframe bool, id uint16) int {
	if p.codec == frame.VP9 {
		return writeVP9(p.buf, start, end, keyframe, id)
	}
	writeVP8(p.buf, start, id)
	return vp8DescriptorSize
}

func (p *Packetiser) packetiseH264(e *frame.Encoded, emit EmitFunc) error {
	payloads := p.h264.Payload(uint16(p.room), e.Payload)
	first := p.sequence
	p.sequence += uint16(len(payloads))
	for i, payload := range payloads {
		last := i == len(payloads)-1
		p.header = rtp.Header{Version: 2, Marker: last, SequenceNumber: first + uint16(i), Timestamp: e.Timestamp}
		if err := emit(&p.header, payload, last); err != nil {
			return fmt.Errorf("emit packet: %w", err)
		}
	}
	return nil
}
