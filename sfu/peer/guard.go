package peer

import (
	"io"
	"sync/atomic"

	"github.com/pion/transport/v5/packetio"
)

const (
	// maxStrays is how many undeclared streams a peer may begin before it is cut off. Browsers begin none or a
	// few; each costs a little memory for as long as the connection lives.
	maxStrays = 128
	// rtpBufferBytes bounds what waits for a reader of one stream: about 1.6 s at 2.5 Mbit/s.
	rtpBufferBytes  = 512 << 10
	rtcpBufferBytes = 64 << 10
)

// guard stands at the entrance of the decrypted packets: it gives each declared stream its bounded buffer,
// and lets the packets of undeclared ones vanish, counted. Safe for concurrent use.
type guard struct {
	strayPackets atomic.Uint64
	strays       atomic.Int64                    // streams that were undeclared when they began, RTP and RTCP
	declared     atomic.Pointer[map[uint32]bool] // SSRCs that the browser may send on; the map never changes
	onAbuse      func()                          // called once, when the strays grow too many
}

// declare replaces the set of SSRCs that the browser may send on.
func (g *guard) declare(ssrcs map[uint32]bool) { g.declared.Store(&ssrcs) }

// knows reports whether ssrc is declared. Browsers probe the bandwidth with SSRC 0.
func (g *guard) knows(ssrc uint32) bool {
	if ssrc == 0 {
		return true
	}
	m := g.declared.Load()
	return m != nil && (*m)[ssrc]
}

// buffer is the library's buffer factory: it is called when the first packet of a stream arrives, and for
// streams that the server opens itself.
func (g *guard) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	if !g.knows(ssrc) && g.strays.Add(1) == maxStrays {
		g.onAbuse()
	}
	b := packetio.NewBuffer()
	if kind == packetio.RTCPBufferPacket {
		b.SetLimitSize(rtcpBufferBytes)
		return queue{b}
	}
	b.SetLimitSize(rtpBufferBytes)
	return &gate{queue: queue{b}, guard: g, ssrc: ssrc}
}

// queue is a bounded buffer of whole packets: the newest is dropped when it is full.
type queue struct{ *packetio.Buffer }

// Read takes the oldest packet; it waits for one.
func (q queue) Read(b []byte) (int, error) {
	n, _, err := q.Buffer.Read(b, nil)
	return n, err
}

// Write adds a packet.
func (q queue) Write(b []byte) (int, error) { return q.Buffer.Write(b, nil) }

// gate is a queue that takes packets only while its SSRC is declared: a later offer may declare it after all.
type gate struct {
	queue
	guard *guard
	ssrc  uint32
}

// Read takes the oldest packet. It ends at once while the stream is undeclared: nobody is to wait for it.
func (g *gate) Read(b []byte) (int, error) {
	if !g.guard.knows(g.ssrc) {
		return 0, io.EOF
	}
	return g.queue.Read(b)
}

// Write adds a packet, or counts and drops it.
func (g *gate) Write(b []byte) (int, error) {
	if !g.guard.knows(g.ssrc) {
		g.guard.strayPackets.Add(1)
		return 0, packetio.ErrFull // the library takes this as a drop, not as a failure
	}
	return g.queue.Write(b)
}
