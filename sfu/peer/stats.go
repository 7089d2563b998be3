package peer

import "sync/atomic"

// counters are what a peer counts while it lives.
type counters struct {
	cameraPackets, cameraBytes atomic.Uint64
	audioPackets, audioBytes   atomic.Uint64
	refusedPackets             atomic.Uint64
	badPackets                 atomic.Uint64
	keyframeRequests           atomic.Uint64
	keyframesWanted            atomic.Uint64
	dataSent, dataDropped      atomic.Uint64
	dataIgnored, dataRefused   atomic.Uint64
	candidatesRefused          atomic.Uint64
	badRTCP                    atomic.Uint64
}

// TrackStats is what went out on one track.
type TrackStats struct {
	Codec   string `json:"codec,omitempty"`
	Packets uint64 `json:"packets"`
	Bytes   uint64 `json:"bytes"` // of payload
	Drops   uint64 `json:"drops"` // before the viewer was connected, stragglers of a former source, write errors
}

// UpStats is what came in on one track.
type UpStats struct {
	Codec   string `json:"codec,omitempty"`
	Packets uint64 `json:"packets"`
	Bytes   uint64 `json:"bytes"` // headers included
}

// Stats is a snapshot of a peer. All counts are since it was made.
type Stats struct {
	ID    string  `json:"id"`
	State State   `json:"state"`
	RTTms float64 `json:"rtt_ms"` // 0 while unknown

	CameraIn UpStats    `json:"camera_in"`
	AudioIn  UpStats    `json:"audio_in"`
	Camera   TrackStats `json:"camera"`
	Mirror   TrackStats `json:"mirror"`
	Audio    TrackStats `json:"audio"`

	EstimateBPS int    `json:"estimate_bps"` // last said to Handlers.Estimate
	TargetBPS   int    `json:"target_bps"`   // what the congestion controller would allow, not clamped
	SentBytes   uint64 `json:"sent_bytes"`   // RTP with headers and retransmissions

	KeyframesAsked  uint64 `json:"keyframes_asked"`  // requests to the publisher
	KeyframesWanted uint64 `json:"keyframes_wanted"` // requests of the viewer

	StrayPackets      uint64 `json:"stray_packets"`      // of undeclared SSRCs
	RefusedPackets    uint64 `json:"refused_packets"`    // of codecs that are not accepted
	BadPackets        uint64 `json:"bad_packets"`        // that could not be read
	BadRTCP           uint64 `json:"bad_rtcp"`           // that could not be read
	CandidatesRefused uint64 `json:"candidates_refused"` // broken or too many

	DataSent    uint64 `json:"data_sent"`
	DataDropped uint64 `json:"data_dropped"` // not open or buffer full
	DataIgnored uint64 `json:"data_ignored"` // messages of the client
	DataRefused uint64 `json:"data_refused"` // channels other than the one of the protocol
}

func (d *DownTrack) stats() TrackStats {
	s := TrackStats{Packets: d.packets.Load(), Bytes: d.bytes.Load(), Drops: d.drops.Load()}
	if c := d.Codec(); c != 0 {
		s.Codec = c.String()
	}
	return s
}

// Stats returns what the peer has counted.
func (p *Peer) Stats() Stats {
	c := &p.count
	state, _ := stateOf(p.pc.ConnectionState())
	s := Stats{
		ID: p.id, State: state, RTTms: float64(p.roundTrip().Microseconds()) / 1000,
		CameraIn: UpStats{Packets: c.cameraPackets.Load(), Bytes: c.cameraBytes.Load()},
		AudioIn:  UpStats{Codec: "opus", Packets: c.audioPackets.Load(), Bytes: c.audioBytes.Load()},
		Camera:   p.camera.stats(), Mirror: p.mirror.stats(), Audio: p.audio.stats(),
		EstimateBPS: int(p.estimate.Load()), TargetBPS: p.target.GetTargetBitrate(), SentBytes: p.pacer.sent.Load(),
		KeyframesAsked: c.keyframeRequests.Load(), KeyframesWanted: c.keyframesWanted.Load(),
		StrayPackets: p.guard.strayPackets.Load(), RefusedPackets: c.refusedPackets.Load(),
		BadPackets: c.badPackets.Load(), BadRTCP: c.badRTCP.Load(), CandidatesRefused: c.candidatesRefused.Load(),
		DataSent: c.dataSent.Load(), DataDropped: c.dataDropped.Load(),
		DataIgnored: c.dataIgnored.Load(), DataRefused: c.dataRefused.Load(),
	}
	if u := p.up.Load(); u != nil {
		s.CameraIn.Codec = u.Codec().String()
	}
	return s
}
