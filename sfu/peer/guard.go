package peer

import (
	"io"
	"sync"
	"sync/atomic"

	"github.com/pion/transport/v5/packetio"
)

const (
	// maxStrays is how many undeclared streams a peer may begin before it is cut off. Browsers begin none or a few;
	// each costs a little memory for as long as the connection lives.
	maxStrays = 128
	// rtpBufferBytes bounds what waits for a reader of one stream: about 1.6 s at 2.5 Mbit/s.
	rtpBufferBytes  = 512 << 10
	rtcpBufferBytes = 64 << 10
)

// guard stands at the entrance of the decrypted packets: it gives each declared stream its bounded buffer, and lets
// the packets of undeclared ones vanish, counted. Safe for concurrent use.
type guard struct {
	strayPackets atomic.Uint64
	onAbuse      func() // called once, without a lock, when the streams grow too many

	mu       sync.Mutex
	declared map[uint32]bool // guarded by mu
	strays   int             // guarded by mu; undeclared streams so far, RTP and RTCP
}

// declare replaces the set of SSRCs that the browser may send on.
func (g *guard) declare(ssrcs map[uint32]bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.declared = ssrcs
}

// buffer is the library's buffer factory: it is called when the first packet of a stream arrives, and for streams
// that the server opens itself.
func (g *guard) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	g.mu.Lock()
	known := ssrc == 0 || g.declared[ssrc] // browsers probe the bandwidth with SSRC 0
	abuse := false
	if !known {
		g.strays++
		abuse = g.strays == maxStrays
	}
	g.mu.Unlock()
	if abuse {
		g.onAbuse()
	}
	limit := rtcpBufferBytes
	if kind == packetio.RTPBufferPacket {
		if !known {
			return stray{&g.strayPackets}
		}
		limit = rtpBufferBytes
	}
	b := packetio.NewBuffer()
	b.SetLimitSize(limit)
	return queue{b}
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

// stray swallows and counts the packets of a stream that nobody declared.
type stray struct{ packets *atomic.Uint64 }

// Write counts one packet.
func (s stray) Write(b []byte) (int, error) {
	s.packets.Add(1)
	return len(b), nil
}

// Read ends at once: nobody is to wait for such a stream.
func (stray) Read([]byte) (int, error) { return 0, io.EOF }

// Close does nothing.
func (stray) Close() error { return nil }
