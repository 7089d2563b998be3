package bench

import (
	"encoding/binary"
	"io"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// player hands footage to a line as its uplink. It renumbers the packets, so that the footage may be played
// again and again.
type player struct {
	footage   *footage
	packets   chan []byte
	next      int    // picture
	sequence  uint16 // of the last packet
	timestamp uint32 // of the last picture
}

func newPlayer(f *footage) *player { return &player{footage: f, packets: make(chan []byte, 256)} }

// Codec implements pipeline.Uplink.
func (p *player) Codec() frame.Codec { return frame.VP8 }

// RequestKeyframe implements pipeline.Uplink. The footage begins with a keyframe each time around.
func (p *player) RequestKeyframe() {}

// Read implements pipeline.Uplink.
func (p *player) Read(buf []byte) (int, error) {
	packet, ok := <-p.packets
	if !ok {
		return 0, io.EOF
	}
	return copy(buf, packet), nil
}

// send queues the packets of the next picture.
func (p *player) send() {
	packets := p.footage.pictures[p.next]
	p.next = (p.next + 1) % len(p.footage.pictures)
	p.timestamp += frameTicks
	for _, raw := range packets {
		p.sequence++
		binary.BigEndian.PutUint16(raw[2:], p.sequence)
		binary.BigEndian.PutUint32(raw[4:], p.timestamp)
		p.packets <- raw
	}
}

func (p *player) close() { close(p.packets) }
