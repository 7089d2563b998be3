package peer

import (
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// ForwardAudioTo sends the microphone of p to other from the next packet on; nil: to nobody. The receiver
// sees one stream whose numbers and timestamps go on, whoever speaks.
func (p *Peer) ForwardAudioTo(other *Peer) {
	if other == nil {
		p.listener.Store(nil)
		return
	}
	if p.listener.Load() == other.audio {
		return
	}
	other.audio.Attach()
	p.listener.Store(other.audio)
}

// readAudio forwards the packets of the microphone until its stream ends.
func (p *Peer) readAudio(remote *webrtc.TrackRemote) {
	buf := make([]byte, maxPacketBytes)
	var h rtp.Header
	for fails := 0; fails < maxReadErrors; {
		n, _, err := remote.Read(buf)
		if err != nil {
			if ended(err) || p.ctx.Err() != nil {
				return
			}
			fails++
			p.count.badPackets.Add(1)
			continue
		}
		fails = 0
		body := payload(buf[:n])
		if _, err = h.Unmarshal(buf[:n]); err != nil || len(body) == 0 {
			p.count.badPackets.Add(1)
			continue
		}
		p.count.audioPackets.Add(1)
		p.count.audioBytes.Add(uint64(n))
		d := p.listener.Load()
		if d == nil {
			continue
		}
		// A failure to write is the listener's affair: its own peer notices, and the track counts the drop.
		_ = d.WriteRTP(&h, body)
	}
}
