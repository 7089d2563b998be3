// Package sfutest is a browser for tests: made of Pion, it speaks the media part of the call protocol (the
// fixed m-lines in their order), publishes a camera and a microphone, and collects what it receives. It works
// against peer.Factory in process, where the test carries the SDP by function call, and over the socket
// alike. Its one UDP socket is on loopback and can lose and reorder packets by a seeded generator. Only tests
// import this package.
package sfutest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// The tracks that a browser receives, as Browser.Track names them.
const (
	TrackAudio  = "audio"
	TrackCamera = "camera"
	TrackMirror = "mirror"
)

const (
	// nackInterval is how often lost packets are asked for, as browsers do.
	nackInterval = 20 * time.Millisecond
	// pliInterval is how often a keyframe is asked for while the decoder needs one.
	pliInterval = 200 * time.Millisecond
)

// gatherTimeout bounds the gathering of the browser's one loopback candidate.
const gatherTimeout = 5 * time.Second

// Config says what a browser does. The zero value publishes nothing.
type Config struct {
	// Source is the camera; nil: none, the m-line is there all the same.
	Source Source
	// Publish is the codec that Source delivers; 0 means VP8.
	Publish frame.Codec
	// Microphone sends a packet of silence every 20 ms.
	Microphone bool
	// Codecs is what the browser offers for video, most preferred first; nil means VP8, VP9, H264.
	Codecs []frame.Codec
	// Decode turns VP8 and VP9 that arrive into pictures, for Stream.Picture and its statistics, and asks for a
	// keyframe where one is needed.
	Decode bool
	// Network impairs the browser's packets; nil: nothing is lost.
	Network *Network
	// ICEServers and RelayOnly are for tests of a TURN server.
	ICEServers []webrtc.ICEServer
	RelayOnly  bool
	// OnState hears of changes of the connection; it may be nil.
	OnState func(webrtc.PeerConnectionState)
}

// Browser is one page in a call. Its methods are safe for concurrent use.
type Browser struct {
	cfg   Config
	pc    *webrtc.PeerConnection
	mux   ice.UDPMux
	sock  net.PacketConn
	cam   *webrtc.TrackLocalStaticRTP
	mic   *webrtc.TrackLocalStaticRTP
	state *webrtc.DataChannel

	camSender *webrtc.RTPSender
	streams   map[string]*Stream

	ctx       context.Context //nolint:containedctx // the page's life; its goroutines have no caller
	cancel    context.CancelFunc
	wg        sync.WaitGroup // Add under mu and only while not closed
	connected chan struct{}  // closed at the first connection
	once      sync.Once      // closes connected and starts the cameras
	closeOnce sync.Once
	closeErr  error

	keyframes chan struct{} // holds one: the server asked for a keyframe

	mu       sync.Mutex
	messages [][]byte      // guarded by mu; of the data channel
	news     chan struct{} // guarded by mu; closed and replaced at each message
	asked    int           // guarded by mu; requests for a keyframe
	names    []string      // guarded by mu; tracks by mid
	failures []error       // guarded by mu; why cameras stopped
	closed   bool          // guarded by mu
}

// NewBrowser opens a page; nothing is sent before SetAnswer.
func NewBrowser(cfg Config) (*Browser, error) {
	if cfg.Publish == 0 {
		cfg.Publish = frame.VP8
	}
	if cfg.Codecs == nil {
		cfg.Codecs = []frame.Codec{frame.VP8, frame.VP9, frame.H264}
	}
	b := &Browser{
		cfg: cfg, connected: make(chan struct{}), keyframes: make(chan struct{}, 1), news: make(chan struct{}),
		streams: make(map[string]*Stream),
	}
	for _, name := range []string{TrackAudio, TrackCamera, TrackMirror} {
		b.streams[name] = newStream(name, cfg.Decode && name != TrackAudio)
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	if err := b.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("open browser: %w", err), b.Close())
	}
	return b, nil
}

// open makes the connection.
func (b *Browser) open() error {
	media, err := mediaEngine(b.cfg.Codecs)
	if err != nil {
		return err
	}
	chain := &interceptor.Registry{}
	if err = webrtc.ConfigureTWCCHeaderExtensionSender(media, chain); err != nil {
		return fmt.Errorf("number packets: %w", err)
	}
	if err = webrtc.RegisterDefaultInterceptorsWithOptions(media, chain,
		webrtc.WithNackGeneratorOptions(nack.GeneratorInterval(nackInterval))); err != nil {
		return fmt.Errorf("register interceptors: %w", err)
	}
	quiet := &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}
	settings := webrtc.SettingEngine{LoggerFactory: quiet}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIncludeLoopbackCandidate(true)
	policy := webrtc.ICETransportPolicyAll
	if b.cfg.RelayOnly {
		policy = webrtc.ICETransportPolicyRelay
	} else {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		b.sock = b.cfg.Network.wrap(conn)
		b.mux = webrtc.NewICEUDPMux(quiet.NewLogger("mux"), b.sock)
		settings.SetICEUDPMux(b.mux)
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain),
		webrtc.WithSettingEngine(settings))
	b.pc, err = api.NewPeerConnection(webrtc.Configuration{
		BundlePolicy: webrtc.BundlePolicyMaxBundle, ICEServers: b.cfg.ICEServers, ICETransportPolicy: policy,
	})
	if err != nil {
		return fmt.Errorf("make connection: %w", err)
	}
	b.pc.OnTrack(b.onTrack)
	b.pc.OnConnectionStateChange(b.onState)
	return b.addLines()
}

// CreateOffer returns an offer with the fixed m-lines and the browser's candidates.
func (b *Browser) CreateOffer() (string, error) { return b.offer(nil) }

// RestartICE returns an offer that restarts ICE.
func (b *Browser) RestartICE() (string, error) {
	return b.offer(&webrtc.OfferOptions{ICERestart: true})
}

func (b *Browser) offer(opts *webrtc.OfferOptions) (string, error) {
	offer, err := b.pc.CreateOffer(opts)
	if err != nil {
		return "", fmt.Errorf("create offer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(b.pc)
	if err = b.pc.SetLocalDescription(offer); err != nil {
		return "", fmt.Errorf("set offer: %w", err)
	}
	select {
	case <-gathered:
	case <-b.ctx.Done():
		return "", b.ctx.Err()
	case <-time.After(gatherTimeout):
		return "", errors.New("gathering took too long")
	}
	return b.pc.LocalDescription().SDP, nil
}

// SetAnswer applies the server's answer; media flows as soon as the connection stands.
func (b *Browser) SetAnswer(sdp string) error {
	lines := b.pc.GetTransceivers()
	b.mu.Lock()
	b.names = make([]string, 0, len(lines))
	for _, line := range lines {
		b.names = append(b.names, line.Mid())
	}
	b.mu.Unlock()
	err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp})
	if err != nil {
		return fmt.Errorf("set answer: %w", err)
	}
	return nil
}

// AddCandidate adds a candidate of the server.
func (b *Browser) AddCandidate(c webrtc.ICECandidateInit) error {
	if err := b.pc.AddICECandidate(c); err != nil {
		return fmt.Errorf("add candidate: %w", err)
	}
	return nil
}

// Connected is closed when the connection stands for the first time.
func (b *Browser) Connected() <-chan struct{} { return b.connected }

// Track is what arrived on one of the tracks TrackAudio, TrackCamera, TrackMirror.
func (b *Browser) Track(name string) *Stream { return b.streams[name] }

// RequestKeyframe sends a PLI for the camera or the mirror.
func (b *Browser) RequestKeyframe(name string) error {
	ssrc := b.Track(name).Stats().SSRC
	err := b.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
	if err != nil {
		return fmt.Errorf("request keyframe: %w", err)
	}
	return nil
}

// KeyframesAsked is how often the server asked the camera for a keyframe.
func (b *Browser) KeyframesAsked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

// OpenChannel opens a data channel that the protocol does not know.
func (b *Browser) OpenChannel(label string) error {
	if _, err := b.pc.CreateDataChannel(label, nil); err != nil {
		return fmt.Errorf("open channel: %w", err)
	}
	return nil
}

// SendRTCP sends any packets, also ones that no browser would.
func (b *Browser) SendRTCP(pkts ...rtcp.Packet) error {
	if err := b.pc.WriteRTCP(pkts); err != nil {
		return fmt.Errorf("send rtcp: %w", err)
	}
	return nil
}

// spawn runs f on a goroutine that Close waits for; not at all when the page is closed.
func (b *Browser) spawn(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.wg.Go(f)
	}
}

// Close closes the page and waits for everything that it started.
func (b *Browser) Close() error {
	b.closeOnce.Do(func() {
		b.mu.Lock()
		b.closed = true
		b.mu.Unlock()
		b.cancel()
		var errs []error
		if b.pc != nil {
			// It fails where the server was first to close, which tells a test nothing.
			_ = b.pc.GracefulClose()
		}
		if b.mux != nil {
			errs = append(errs, b.mux.Close())
		}
		if b.sock != nil {
			if err := b.sock.Close(); !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
		b.wg.Wait()
		for _, s := range b.streams {
			errs = append(errs, s.close())
		}
		b.mu.Lock()
		errs = append(errs, b.failures...)
		b.mu.Unlock()
		b.closeErr = errors.Join(errs...)
	})
	return b.closeErr
}
