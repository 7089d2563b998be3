package demo

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

const (
	// jumpEvery is how soon after a keyframe another one is sent because it was asked for.
	jumpEvery = time.Second
	// tooLate is when the player gives up catching up with the clock and goes on from now.
	tooLate = time.Second
)

// Player plays a clip round and round in real time as RTP with continuous numbers and timestamps. It is a
// pipeline.Uplink with one reader; RequestKeyframe and Close may be called from anywhere.
type Player struct {
	clip       *Clip
	packetiser *rtpio.Packetiser
	asked      atomic.Bool // for a keyframe
	done       chan struct{}
	close      sync.Once

	// Owned by the reader.
	start   time.Time     // when time 0 of the stream was
	origin  time.Duration // where in the stream time 0 of the clip is, in this round
	next    int           // index of the unit to come
	jumped  time.Time     // when a keyframe was sent
	timer   *time.Timer
	packets [][]byte // of the current unit, of which the first sent are gone
	sent    int
	count   int
}

// NewPlayer returns a player that begins with its first Read.
func NewPlayer(c *Clip) (*Player, error) {
	p, err := rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: c.Codec})
	if err != nil {
		return nil, fmt.Errorf("create player: %w", err)
	}
	return &Player{clip: c, packetiser: p, done: make(chan struct{})}, nil
}

// Codec implements pipeline.Uplink.
func (p *Player) Codec() frame.Codec { return p.clip.Codec }

// RequestKeyframe makes the clip go back to its last keyframe, a second after it was sent at the earliest.
func (p *Player) RequestKeyframe() { p.asked.Store(true) }

// Close ends the stream: Read returns io.EOF.
func (p *Player) Close() error {
	p.close.Do(func() { close(p.done) })
	return nil
}

// Read implements pipeline.Uplink: it waits for the time of the next packet.
func (p *Player) Read(buf []byte) (int, error) {
	if p.sent == p.count {
		if err := p.load(); err != nil {
			return 0, err
		}
	}
	packet := p.packets[p.sent]
	p.sent++
	if len(buf) < len(packet) {
		return 0, io.ErrShortBuffer
	}
	return copy(buf, packet), nil
}

// load waits for the next unit and packetises it.
func (p *Player) load() error {
	now := time.Now()
	if p.start.IsZero() {
		p.start = now
	}
	if now.Sub(p.jumped) >= jumpEvery && p.asked.Load() {
		p.jump()
	}
	u := &p.clip.units[p.next]
	at := p.origin + u.at
	if late := now.Sub(p.start) - at; late > tooLate {
		p.start = p.start.Add(late)
	}
	if !p.wait(p.start.Add(at).Sub(now)) {
		return io.EOF
	}
	if u.keyframe {
		p.jumped = time.Now()
		p.asked.Store(false)
	}
	p.next++
	if p.next == len(p.clip.units) {
		p.next = 0
		p.origin += p.clip.length
	}
	return p.packetise(u, at)
}

// jump goes back to the last keyframe before the next unit; time goes on.
func (p *Player) jump() {
	to := p.next
	for to > 0 && !p.clip.units[to].keyframe {
		to--
	}
	p.origin += p.clip.units[p.next].at - p.clip.units[to].at
	p.next = to
}

// wait reports false when the player was closed.
func (p *Player) wait(d time.Duration) bool {
	if d <= 0 {
		select {
		case <-p.done:
			return false
		default:
			return true
		}
	}
	if p.timer == nil {
		p.timer = time.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	select {
	case <-p.timer.C:
		return true
	case <-p.done:
		p.timer.Stop()
		return false
	}
}

// packetise fills packets, whose memory is used again and again.
func (p *Player) packetise(u *unit, at time.Duration) error {
	p.count, p.sent = 0, 0
	e := frame.Encoded{
		Payload: u.payload, Codec: p.clip.Codec, Keyframe: u.keyframe,
		Timestamp: uint32(at * 90 / time.Millisecond),
	}
	err := p.packetiser.Packetise(&e, func(h *rtp.Header, payload []byte, _ bool) error {
		if p.count == len(p.packets) {
			p.packets = append(p.packets, nil)
		}
		p.packets[p.count] = appendPacket(p.packets[p.count][:0], h, payload)
		p.count++
		return nil
	})
	if err != nil {
		return fmt.Errorf("play clip: %w", err)
	}
	return nil
}

// appendPacket writes a packet with neither extensions nor contributing sources (RFC 3550, 5.1).
func appendPacket(b []byte, h *rtp.Header, payload []byte) []byte {
	second := h.PayloadType
	if h.Marker {
		second |= 0x80
	}
	b = append(b, 0x80, second)
	b = binary.BigEndian.AppendUint16(b, h.SequenceNumber)
	b = binary.BigEndian.AppendUint32(b, h.Timestamp)
	b = binary.BigEndian.AppendUint32(b, h.SSRC)
	return append(b, payload...)
}
