// Package peer is one browser's end of a call: one PeerConnection with the fixed m-lines of the call
// protocol, which answers one offer and never renegotiates. What comes up (microphone, camera) is read packet
// by packet; what goes down (the other's voice and camera, the mirror) leaves through tracks whose SSRCs and
// places in the SDP stay for the whole life of the peer, whoever feeds them.
//
// One codec list of an m-line serves both of its directions. Where H.264 towards viewers is switched on, the
// answer lists it last: the browser then sends VP8, the list's first, and may receive H.264. A publisher that
// sends H.264 all the same is refused packet by packet: counted, reported once through
// Handlers.CameraRefused, never delivered.
package peer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor/pkg/cc"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Peer is one participant's connection. Its methods are safe for concurrent use.
type Peer struct {
	id       string
	factory  *Factory
	log      *slog.Logger
	handlers Handlers
	pc       *webrtc.PeerConnection
	pacer    *pacer
	guard    *guard
	target   cc.BandwidthEstimator

	audio, camera, mirror *DownTrack
	cameraLine            *webrtc.RTPTransceiver // codecs are put in order before the answer
	mirrorLine            *webrtc.RTPTransceiver

	count    counters
	listener atomic.Pointer[DownTrack]          // who hears the microphone
	up       atomic.Pointer[UpTrack]            // the camera's current stream
	data     atomic.Pointer[webrtc.DataChannel] // the channel "state"
	estimate atomic.Int64                       // bits per second, last said
	down     atomic.Uint32                      // frame.Codec that the viewer should get

	ctx     context.Context //nolint:containedctx // ends with the peer; its goroutines have no caller
	cancel  context.CancelFunc
	changed chan struct{} // holds one: the transport's state changed
	abused  atomic.Bool   // too many undeclared streams

	answering  chan struct{} // holds one: an Answer is under way
	negotiated atomic.Pointer[offer]

	mu         sync.Mutex
	closed     bool                      // guarded by mu
	candidates []webrtc.ICECandidateInit // guarded by mu; came before the offer was applied
	applied    bool                      // guarded by mu; the offer was applied
	added      int                       // guarded by mu; candidates since the last offer
	wg         sync.WaitGroup            // goroutines; Add under mu and only while not closed

	closeOnce sync.Once
}

// New makes a peer that waits for an offer. The id goes to the log only.
func (f *Factory) New(id string, h Handlers) (*Peer, error) {
	p := &Peer{
		id: id, factory: f, log: f.log.With("peer", id), handlers: h, pacer: newPacer(),
		changed: make(chan struct{}, 1), answering: make(chan struct{}, 1),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.guard = &guard{onAbuse: p.abuse}
	if err := p.connect(); err != nil {
		p.cancel()
		return nil, fmt.Errorf("make peer: %w", err)
	}
	if !f.adopt(p) {
		return nil, errors.Join(ErrClosed, p.Close())
	}
	return p, nil
}

// connect makes the connection and its tracks.
func (p *Peer) connect() error {
	media, err := newMediaEngine(p.factory.cfg.H264)
	if err != nil {
		return err
	}
	chain, err := newInterceptors(media, &p.factory.cfg, p.pacer, p.factory.pion,
		func(e cc.BandwidthEstimator) { p.target = e })
	if err != nil {
		return err
	}
	settings, err := p.factory.settings(p.guard)
	if err != nil {
		return err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain),
		webrtc.WithSettingEngine(settings))
	p.pc, err = api.NewPeerConnection(webrtc.Configuration{
		ICEServers: p.factory.cfg.ICEServers, BundlePolicy: webrtc.BundlePolicyMaxBundle,
	})
	if err != nil {
		return fmt.Errorf("make connection: %w", err)
	}
	if err = p.addTracks(); err != nil {
		return errors.Join(err, p.pc.Close())
	}
	p.pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { p.notice() })
	p.pc.OnTrack(p.onTrack)
	p.pc.OnDataChannel(p.onDataChannel)
	p.spawn(p.run)
	return nil
}

// addTracks adds what the server sends, so that the first answer carries all of it.
func (p *Peer) addTracks() error {
	prefer := func() frame.Codec { return frame.Codec(p.down.Load()) }
	p.audio = newDownTrack("audio", "partner", webrtc.RTPCodecTypeAudio, prefer, p.pacer)
	p.camera = newDownTrack("camera", "partner", webrtc.RTPCodecTypeVideo, prefer, p.pacer)
	p.mirror = newDownTrack("mirror", "mirror", webrtc.RTPCodecTypeVideo, prefer, p.pacer)
	lines := make([]*webrtc.RTPTransceiver, 0, 3)
	for _, t := range []struct {
		track     *DownTrack
		direction webrtc.RTPTransceiverDirection
	}{
		{p.audio, webrtc.RTPTransceiverDirectionSendrecv},
		{p.camera, webrtc.RTPTransceiverDirectionSendrecv},
		{p.mirror, webrtc.RTPTransceiverDirectionSendonly},
	} {
		line, err := p.pc.AddTransceiverFromTrack(t.track, webrtc.RTPTransceiverInit{Direction: t.direction})
		if err != nil {
			return fmt.Errorf("add track %s: %w", t.track.id, err)
		}
		sender := line.Sender()
		p.spawn(func() { p.readFeedback(t.track, sender) })
		lines = append(lines, line)
	}
	p.cameraLine, p.mirrorLine = lines[1], lines[2]
	return nil
}

// Camera is the track on which the viewer sees the other person.
func (p *Peer) Camera() *DownTrack { return p.camera }

// Mirror is the track on which the viewer sees its own camera as others do.
func (p *Peer) Mirror() *DownTrack { return p.mirror }

// Audio is the track on which the viewer hears the other person. ForwardAudioTo feeds it; something that is
// no peer may do so in its stead.
func (p *Peer) Audio() *DownTrack { return p.audio }

// spawn runs f on a goroutine that Close waits for; false when the peer is closed.
func (p *Peer) spawn(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.wg.Go(f)
	return true
}

// Close ends the connection and waits until its goroutines are gone. It may be called more than once, but not
// from a handler. The error is always nil.
func (p *Peer) Close() error {
	p.closeOnce.Do(func() {
		p.mu.Lock()
		p.closed = true
		p.mu.Unlock()
		p.cancel()
		p.listener.Store(nil)
		if err := p.pc.GracefulClose(); err != nil {
			// Usual where the browser was first to close; nobody can do anything about it.
			p.log.Debug("connection did not close cleanly", "err", err)
		}
		p.wg.Wait()
		p.factory.forget(p)
	})
	return nil
}

// notice wakes run: the transport's state changed.
func (p *Peer) notice() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// abuse makes run end the peer. It is called from within the library and must not block.
func (p *Peer) abuse() {
	p.abused.Store(true)
	p.notice()
}

// run reports states and estimates until the peer ends.
func (p *Peer) run() {
	tick := time.NewTicker(estimateInterval)
	defer tick.Stop()
	est := estimator{start: p.factory.cfg.StartBitrate, max: p.factory.cfg.MaxBitrate}
	last, over := State(""), false
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
			if last == StateConnected {
				p.lookAtEstimate(&est)
			}
			continue
		case <-p.changed:
		}
		state, ok := stateOf(p.pc.ConnectionState())
		if ok && state != last {
			last = state
			if p.handlers.State != nil {
				p.handlers.State(state)
			}
		}
		if reason := p.endReason(state); reason != nil && !over {
			over = true
			if p.handlers.Closed != nil {
				p.handlers.Closed(reason)
			}
		}
	}
}

// endReason is why the connection is over; nil while it is not.
func (p *Peer) endReason(state State) error {
	switch {
	case p.abused.Load():
		if err := p.pc.Close(); err != nil {
			p.log.Debug("connection not closed", "err", err)
		}
		return ErrTooManyStreams
	case state == StateClosed:
		return ErrRemoteClosed
	default:
		return nil
	}
}

func (p *Peer) lookAtEstimate(e *estimator) {
	bps, say := e.look(p.target.GetTargetBitrate(), p.pacer.sent.Load())
	if !say {
		return
	}
	p.estimate.Store(int64(bps))
	if p.handlers.Estimate != nil {
		p.handlers.Estimate(bps)
	}
}

// onTrack takes a stream that the browser declared in its offer. The library calls it on a goroutine of its
// own.
func (p *Peer) onTrack(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	o, line := p.negotiated.Load(), receiver.RTPTransceiver()
	if o == nil || line == nil {
		return
	}
	read := func() { p.readAudio(remote) }
	switch slices.Index(o.mids[:], line.Mid()) {
	case lineAudio:
	case lineCamera:
		read = newCamera(p, remote, receiver).await
	default:
		return
	}
	p.spawn(read)
	p.spawn(func() { p.drainReports(receiver) })
}

// setCamera makes u the camera's current stream.
func (p *Peer) setCamera(u *UpTrack) { p.up.Store(u) }

// readFeedback reads the RTCP that the viewer sends about track d. The reading itself drives retransmission
// and congestion control; requests for keyframes go to the handler.
func (p *Peer) readFeedback(d *DownTrack, sender *webrtc.RTPSender) {
	p.readRTCP(sender.Read, func(pkt rtcp.Packet) {
		switch pkt.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			p.count.keyframesWanted.Add(1)
			if d != p.audio && p.handlers.Keyframe != nil {
				p.handlers.Keyframe(d)
			}
		}
	})
}

// drainReports reads the RTCP that the publisher sends with a stream: the receiver reports need its sender
// reports.
func (p *Peer) drainReports(receiver *webrtc.RTPReceiver) {
	p.readRTCP(receiver.Read, func(rtcp.Packet) {})
}

// roundTrip is the time to the browser and back, 0 while unknown.
func (p *Peer) roundTrip() time.Duration {
	pair, ok := p.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePairStats()
	if !ok {
		return 0
	}
	return time.Duration(pair.CurrentRoundTripTime * float64(time.Second))
}
