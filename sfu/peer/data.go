package peer

import (
	"fmt"

	"github.com/pion/webrtc/v4"
)

const (
	// dataLabel is the one data channel of the protocol.
	dataLabel = "state"
	// maxDataBuffered bounds, in bytes, what waits for a slow viewer, and what the client may send at once. A
	// mood is about 150.
	maxDataBuffered = 64 << 10
)

// onDataChannel takes the client's channel "state" and closes any other.
func (p *Peer) onDataChannel(d *webrtc.DataChannel) {
	if d.Label() != dataLabel || !p.data.CompareAndSwap(nil, d) {
		if p.count.dataRefused.Add(1) == maxStrays {
			p.abuse() // the library keeps each of them for as long as the connection lives
		}
		d.OnOpen(func() {
			if err := d.Close(); err != nil {
				p.log.Debug("refused data channel not closed", "err", err)
			}
		})
		return
	}
	// The channel goes one way; reading keeps the transport's window open.
	d.OnMessage(func(webrtc.DataChannelMessage) { p.count.dataIgnored.Add(1) })
	d.OnClose(func() { p.data.CompareAndSwap(d, nil) })
}

// Send puts one message, JSON as text, into the data channel. While the channel is not open, or too much of
// what was sent before still waits, the message is dropped and counted: states are sent again, history is
// not. It never blocks.
func (p *Peer) Send(msg []byte) error {
	d := p.data.Load()
	if d == nil || d.ReadyState() != webrtc.DataChannelStateOpen ||
		d.BufferedAmount()+uint64(len(msg)) > maxDataBuffered {
		p.count.dataDropped.Add(1)
		return nil
	}
	if err := d.SendText(string(msg)); err != nil {
		p.count.dataDropped.Add(1)
		return fmt.Errorf("send on data channel: %w", err)
	}
	p.count.dataSent.Add(1)
	return nil
}
