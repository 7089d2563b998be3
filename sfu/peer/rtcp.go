package peer

import (
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
)

// readRTCP reads compound packets and gives each packet in them to handle, until the stream or the peer ends.
func (p *Peer) readRTCP(read func([]byte) (int, interceptor.Attributes, error), handle func(rtcp.Packet)) {
	buf := make([]byte, maxPacketBytes)
	for fails := 0; fails < maxReadErrors; {
		n, attributes, err := read(buf)
		if err != nil {
			if ended(err) || p.ctx.Err() != nil {
				return
			}
			fails++
			p.count.badRTCP.Add(1)
			continue
		}
		fails = 0
		packets, err := parseRTCP(attributes, buf[:n])
		if err != nil {
			p.count.badRTCP.Add(1)
			continue
		}
		for _, pkt := range packets {
			handle(pkt)
		}
	}
}

// parseRTCP takes the packets that the chain has parsed already, where it did.
func parseRTCP(a interceptor.Attributes, b []byte) ([]rtcp.Packet, error) {
	if a == nil {
		return rtcp.Unmarshal(b)
	}
	return a.GetRTCPPackets(b)
}
