package sfutest

import (
	"errors"
	"io"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// audioFrame is how much sound one packet holds.
const audioFrame = 20 * time.Millisecond

// publish starts camera and microphone.
func (b *Browser) publish() {
	b.spawn(b.readFeedback)
	if b.cfg.Source != nil {
		b.spawn(b.runCamera)
	}
	if b.cfg.Microphone {
		b.spawn(b.runMicrophone)
	}
}

// runCamera sends the source's pictures at its rate.
func (b *Browser) runCamera() {
	pack, err := rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: b.cfg.Publish})
	if err != nil {
		b.fail(err)
		return
	}
	tick := time.NewTicker(b.cfg.Source.Interval())
	defer tick.Stop()
	want := true
	var unit frame.Encoded
	pkt := &rtp.Packet{}
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-b.keyframes:
			want = true
			continue
		case <-tick.C:
		}
		if err = b.cfg.Source.Next(want, &unit); err != nil {
			b.fail(err)
			return
		}
		want = false
		if err = pack.Packetise(&unit, func(h *rtp.Header, payload []byte, _ bool) error {
			pkt.Header, pkt.Payload = *h, payload
			return b.cam.WriteRTP(pkt)
		}); err != nil {
			b.fail(err)
			return
		}
	}
}

// fail notes why a camera or microphone stopped, for Close to return; the end of the connection is no
// failure.
func (b *Browser) fail(err error) {
	if b.ctx.Err() != nil || errors.Is(err, io.ErrClosedPipe) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures = append(b.failures, err)
}

// runMicrophone sends silence.
func (b *Browser) runMicrophone() {
	tick := time.NewTicker(audioFrame)
	defer tick.Stop()
	pkt := Silence(1000, 48000)
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-tick.C:
		}
		if err := b.mic.WriteRTP(pkt); err != nil {
			b.fail(err)
			return
		}
		pkt.SequenceNumber++
		pkt.Timestamp += uint32(48000 * audioFrame / time.Second)
	}
}

// Silence is an Opus packet of 20 ms without sound.
func Silence(seq uint16, timestamp uint32) *rtp.Packet {
	return &rtp.Packet{
		Header:  rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: timestamp},
		Payload: []byte{0xf8, 0xff, 0xfe},
	}
}
