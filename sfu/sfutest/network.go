package sfutest

import (
	"math/rand/v2"
	"net"
	"sync"
)

// Network impairs the media of one browser: it loses and reorders RTP and RTCP, both ways, by a seeded
// generator. STUN and DTLS always pass, so that a connection stands. Probabilities may change while it runs;
// the zero value loses nothing. Safe for concurrent use.
type Network struct {
	mu       sync.Mutex
	rng      *rand.Rand // guarded by mu
	up, down float64    // guarded by mu; probability of loss
	reorder  float64    // guarded by mu; probability that a packet changes place with the next one
	held     heldPacket // guarded by mu; an outgoing packet that waits for the next
	lost     int        // guarded by mu
	swapped  int        // guarded by mu
}

type heldPacket struct {
	bytes []byte
	addr  net.Addr
}

// NewNetwork returns a network that loses nothing yet.
func NewNetwork(seed uint64) *Network {
	return &Network{rng: rand.New(rand.NewPCG(seed, 0))}
}

// Lose sets the probability of loss from the browser (up) and to it (down).
func (n *Network) Lose(up, down float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.up, n.down = up, down
}

// Reorder sets the probability that an outgoing packet changes place with the one after it.
func (n *Network) Reorder(p float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reorder = p
}

// Counts are the packets lost and swapped so far.
func (n *Network) Counts() (lost, swapped int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lost, n.swapped
}

// wrap puts the network in front of a socket; a nil network changes nothing.
func (n *Network) wrap(c net.PacketConn) net.PacketConn {
	if n == nil {
		return c
	}
	return &impaired{PacketConn: c, net: n}
}

// media reports whether a packet is RTP or RTCP (RFC 7983).
func media(b []byte) bool { return len(b) > 0 && b[0] >= 128 && b[0] <= 191 }

// impaired is a socket behind a network.
type impaired struct {
	net.PacketConn
	net *Network
}

// ReadFrom returns the next packet that was not lost.
func (c *impaired) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		k, addr, err := c.PacketConn.ReadFrom(b)
		if err != nil || !media(b[:k]) || !c.net.loses(false) {
			return k, addr, err
		}
	}
}

// WriteTo sends a packet, loses it, or holds it until the next one has passed it.
func (c *impaired) WriteTo(b []byte, addr net.Addr) (int, error) {
	if !media(b) {
		return c.PacketConn.WriteTo(b, addr)
	}
	if c.net.loses(true) {
		return len(b), nil
	}
	first, second := c.net.shuffle(b, addr)
	for _, p := range []heldPacket{first, second} {
		if p.bytes == nil {
			continue
		}
		if _, err := c.PacketConn.WriteTo(p.bytes, p.addr); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

func (n *Network) loses(up bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.down
	if up {
		p = n.up
	}
	if p == 0 || n.rng.Float64() >= p {
		return false
	}
	n.lost++
	return true
}

// shuffle returns what to send now, in order.
func (n *Network) shuffle(b []byte, addr net.Addr) (first, second heldPacket) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := heldPacket{b, addr}
	if n.held.bytes != nil {
		second = n.held
		n.held = heldPacket{}
		n.swapped++
		return now, second
	}
	if n.reorder > 0 && n.rng.Float64() < n.reorder {
		n.held = heldPacket{append([]byte(nil), b...), addr}
		return heldPacket{}, heldPacket{}
	}
	return now, heldPacket{}
}
