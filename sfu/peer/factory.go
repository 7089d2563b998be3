package peer

import (
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/pionlog"
)

const (
	// socketBufferBytes is asked of the kernel for the media port: some 100 ms of twenty rooms.
	socketBufferBytes = 2 << 20
	// freePortTries bounds the search for a port that is free on every address of the machine.
	freePortTries = 16

	iceDisconnected = 5 * time.Second  // without a packet: disconnected
	iceFailed       = 20 * time.Second // and then failed; a lost socket keeps its seat as long
	iceKeepalive    = 2 * time.Second
	stunTimeout     = 2 * time.Second
)

// Factory makes peers that share one UDP port. Safe for concurrent use.
type Factory struct {
	cfg  Config
	log  *slog.Logger
	pion logging.LoggerFactory
	mux  *ice.MultiUDPMuxDefault
	port int

	mu     sync.Mutex
	closed bool               // guarded by mu
	peers  map[*Peer]struct{} // guarded by mu
}

// NewFactory opens the media port on every address of the machine.
func NewFactory(cfg Config) (*Factory, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("check peer configuration: %w", err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	f := &Factory{cfg: cfg, log: cfg.Log, pion: pionlog.Factory{Log: cfg.Log}, peers: make(map[*Peer]struct{})}
	var err error
	if f.mux, f.port, err = openMux(&cfg, f.pion.NewLogger("mux")); err != nil {
		return nil, fmt.Errorf("open media port: %w", err)
	}
	return f, nil
}

// Port is the UDP port of the media.
func (f *Factory) Port() int { return f.port }

// Close closes all peers and the port, and waits for both.
func (f *Factory) Close() error {
	f.mu.Lock()
	f.closed = true
	peers := make([]*Peer, 0, len(f.peers))
	for p := range f.peers {
		peers = append(peers, p)
	}
	f.mu.Unlock()
	var wg sync.WaitGroup
	for _, p := range peers {
		wg.Go(func() {
			if err := p.Close(); err != nil {
				f.log.Warn("peer not closed cleanly", "peer", p.id, "err", err)
			}
		})
	}
	wg.Wait()
	if err := f.mux.Close(); err != nil {
		return fmt.Errorf("close media port: %w", err)
	}
	return nil
}

// adopt notes a peer, so that Close finds it; false when the factory is closed.
func (f *Factory) adopt(p *Peer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.peers[p] = struct{}{}
	return true
}

func (f *Factory) forget(p *Peer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.peers, p)
}

// openMux binds one port on every address. For port 0 it looks for a number that is free on all of them.
func openMux(cfg *Config, log logging.LeveledLogger) (*ice.MultiUDPMuxDefault, int, error) {
	opts := []ice.UDPMuxFromPortOption{
		ice.UDPMuxFromPortWithReadBufferSize(socketBufferBytes),
		ice.UDPMuxFromPortWithWriteBufferSize(socketBufferBytes),
		ice.UDPMuxFromPortWithLogger(log),
	}
	if cfg.Loopback {
		opts = append(opts, ice.UDPMuxFromPortWithLoopback())
	}
	var err error
	for range freePortTries {
		port := cfg.UDPPort
		if port == 0 {
			if port, err = freePort(); err != nil {
				return nil, 0, err
			}
		}
		var mux *ice.MultiUDPMuxDefault
		if mux, err = ice.NewMultiUDPMuxFromPort(port, opts...); err == nil {
			if len(mux.GetListenAddresses()) == 0 {
				_ = mux.Close()
				return nil, 0, fmt.Errorf("the machine has no usable address (loopback: %t)", cfg.Loopback)
			}
			return mux, port, nil
		}
		if cfg.UDPPort != 0 {
			break
		}
	}
	return nil, 0, fmt.Errorf("listen on UDP: %w", err)
}

// freePort asks the kernel for a UDP port that is free right now.
func freePort() (int, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{})
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = conn.Close() }()
	addr, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return 0, fmt.Errorf("find a free port: address is %T", conn.LocalAddr())
	}
	return addr.Port, nil
}

// settings are the transport settings of one peer.
func (f *Factory) settings(g *guard) (webrtc.SettingEngine, error) {
	s := webrtc.SettingEngine{LoggerFactory: f.pion, BufferFactory: g.buffer}
	s.SetICEUDPMux(f.mux)
	s.SetIncludeLoopbackCandidate(f.cfg.Loopback)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetICETimeouts(iceDisconnected, iceFailed, iceKeepalive)
	s.SetSTUNGatherTimeout(stunTimeout)
	s.SetReceiveMTU(maxPacketBytes)
	s.SetSCTPMaxMessageSize(maxDataBuffered)
	s.SetSCTPMaxReceiveBufferSize(maxDataBuffered)
	if len(f.cfg.PublicIPs) > 0 {
		err := s.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{
			External:        f.cfg.PublicIPs,
			AsCandidateType: webrtc.ICECandidateTypeHost,
			Mode:            webrtc.ICEAddressRewriteAppend,
		})
		if err != nil {
			return s, fmt.Errorf("set public addresses: %w", err)
		}
	}
	return s, nil
}
