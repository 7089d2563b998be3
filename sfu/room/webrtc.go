package room

import (
	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// WebRTC makes participants' connections with f.
func WebRTC(f *peer.Factory) PeerFactory {
	return func(id string, h PeerHandlers) (Peer, error) {
		p, err := f.New(id, peer.Handlers{
			Camera:        func(up *peer.UpTrack) { h.Camera(up) },
			CameraRefused: func(string) { h.Refused() },
			State: func(s peer.State) {
				if s == peer.StateConnected {
					h.Connected()
				}
			},
			Estimate: h.Estimate,
			Keyframe: func(d *peer.DownTrack) { h.Keyframe(d) },
			Closed:   h.Closed,
		})
		if err != nil {
			return nil, err
		}
		return rtcPeer{p}, nil
	}
}

// rtcPeer shows a peer.Peer as a Peer.
type rtcPeer struct{ *peer.Peer }

// Camera implements Tracks.
func (p rtcPeer) Camera() Downlink { return p.Peer.Camera() }

// Mirror implements Tracks.
func (p rtcPeer) Mirror() Downlink { return p.Peer.Mirror() }

// ForwardAudioTo implements Tracks. Someone without a WebRTC connection hears nothing.
func (p rtcPeer) ForwardAudioTo(other Peer) {
	if o, ok := other.(rtcPeer); ok {
		p.Peer.ForwardAudioTo(o.Peer)
		return
	}
	p.Peer.ForwardAudioTo(nil)
}

// TransportStats tells the connection's figures.
func (p rtcPeer) TransportStats() any { return p.Stats() }

var (
	_ Peer            = rtcPeer{}
	_ pipeline.Uplink = (*peer.UpTrack)(nil)
)
