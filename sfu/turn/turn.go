// Package turn is the embedded STUN and TURN server, for browsers whose network lets media through neither
// directly nor over UDP. One port serves UDP and TCP; relays take UDP ports of a configured range. Users come
// with credentials that expire and are proved by a shared secret, may hold a few relays at a time, and cannot
// reach the machine itself or its private network through them, unless the operator allows it.
package turn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/pion/turn/v5"

	"github.com/pp-enter/pp-enter/sfu/pionlog"
)

// minSecret is the shortest secret in bytes that is accepted: it is all that keeps strangers out.
const minSecret = 16

// Config says where the server listens and what it relays. Start from DefaultConfig; Addr, PublicIP and
// Secret are required.
type Config struct {
	// Addr is host:port for UDP and TCP; port 0 takes a free one.
	Addr string
	// PublicIP is the address at which relays are reachable, as the clients are told.
	PublicIP string
	// Realm is shown to clients; it is part of their key.
	Realm string
	// Secret proves credentials; whoever knows it can make them. At least 16 bytes.
	Secret string
	// TTL is how long credentials are good for a new relay. A relay in use may be kept beyond, for keepTime.
	TTL time.Duration
	// RelayMinPort and RelayMaxPort bound the UDP ports of the relays, both included.
	RelayMinPort, RelayMaxPort int
	// UserQuota and TotalQuota bound the relays that exist at the same time: a user's, and all.
	UserQuota, TotalQuota int
	// MaxConnections bounds the TCP connections.
	MaxConnections int
	// AllowPrivate lets relays reach loopback, private and link-local addresses. AllowPeers lets them reach the
	// given networks only, such as the address of a media server behind the same NAT.
	AllowPrivate bool
	AllowPeers   []netip.Prefix
	// Log gets what the server has to say; nil: slog.Default().
	Log *slog.Logger
}

// DefaultConfig has room for a hundred calls.
func DefaultConfig() Config {
	return Config{
		Realm: "pp-enter", TTL: 6 * time.Hour, RelayMinPort: 20_000, RelayMaxPort: 20_199,
		UserQuota: 8, TotalQuota: 200, MaxConnections: 1000,
	}
}

// validate reports the first setting that cannot work.
func (c *Config) validate() error {
	switch {
	case len(c.Secret) < minSecret:
		return fmt.Errorf("secret is shorter than %d bytes", minSecret)
	case c.Realm == "":
		return errors.New("realm is empty")
	case c.TTL <= 0:
		return fmt.Errorf("time to live %v is not above 0", c.TTL)
	case c.RelayMinPort < 1 || c.RelayMaxPort > 65535 || c.RelayMinPort > c.RelayMaxPort:
		return fmt.Errorf("relay ports %d to %d are no range", c.RelayMinPort, c.RelayMaxPort)
	case c.UserQuota < 1 || c.TotalQuota < 1 || c.MaxConnections < 1:
		return fmt.Errorf("quotas %d, %d, %d are not above 0", c.UserQuota, c.TotalQuota, c.MaxConnections)
	case net.ParseIP(c.PublicIP) == nil:
		return fmt.Errorf("public address %q is not an IP address", c.PublicIP)
	}
	return nil
}

// Server is a running server. Its methods are safe for concurrent use.
type Server struct {
	cfg    Config
	server *turn.Server
	udp    net.PacketConn
	tcp    *listener
	relays *relays
	quota  *quota
}

// New opens the port, UDP and TCP, and serves.
func New(cfg Config) (*Server, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("check turn configuration: %w", err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	s := &Server{cfg: cfg, quota: newQuota(cfg.UserQuota, cfg.TotalQuota)}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("open turn port: %w", err)
	}
	s.relays = &relays{public: net.ParseIP(cfg.PublicIP), low: cfg.RelayMinPort, high: cfg.RelayMaxPort}
	permit := func(_ net.Addr, ip net.IP) bool { return s.permits(ip) }
	auth := authenticator{secret: cfg.Secret, now: time.Now}
	var err error
	s.server, err = turn.NewServer(turn.ServerConfig{
		Realm:         cfg.Realm,
		AuthHandler:   auth.check,
		QuotaHandler:  s.quota.allow,
		EventHandler:  s.quota.events(),
		LoggerFactory: pionlog.Factory{Log: cfg.Log},
		PacketConnConfigs: []turn.PacketConnConfig{
			{PacketConn: s.udp, RelayAddressGenerator: s.relays, PermissionHandler: permit},
		},
		ListenerConfigs: []turn.ListenerConfig{
			{Listener: s.tcp, RelayAddressGenerator: s.relays, PermissionHandler: permit},
		},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start turn: %w", err), s.udp.Close(), s.tcp.Close())
	}
	return s, nil
}

// open binds UDP and TCP to the same port.
func (s *Server) open() error {
	host, port, err := net.SplitHostPort(s.cfg.Addr)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	var lc net.ListenConfig
	const tries = 16 // for port 0, until a number is free for both
	for range tries {
		if s.udp, err = lc.ListenPacket(context.Background(), "udp", s.cfg.Addr); err != nil {
			return err
		}
		bound, ok := s.udp.LocalAddr().(*net.UDPAddr)
		if !ok {
			return errors.Join(fmt.Errorf("address is %T", s.udp.LocalAddr()), s.udp.Close())
		}
		var l net.Listener
		same := net.JoinHostPort(host, strconv.Itoa(bound.Port))
		if l, err = lc.Listen(context.Background(), "tcp", same); err == nil {
			s.tcp = newListener(l, s.cfg.MaxConnections)
			return nil
		}
		if cerr := s.udp.Close(); cerr != nil || port != "0" {
			return errors.Join(err, cerr)
		}
	}
	return err
}

// Port is the port for UDP and TCP.
func (s *Server) Port() int {
	if addr, ok := s.udp.LocalAddr().(*net.UDPAddr); ok {
		return addr.Port
	}
	return 0
}

// Relays is how many relays exist.
func (s *Server) Relays() int { return s.server.AllocationCount() }

// Credentials are what a user takes to the server until TTL is over. The user's name must not be empty;
// relays are counted by it.
func (s *Server) Credentials(user string) (username, password string) {
	return makeCredentials(s.cfg.Secret, user, time.Now().Add(s.cfg.TTL))
}

// Close ends all relays and connections and waits until their sockets are closed. It may be called more than
// once.
func (s *Server) Close() error {
	err := s.server.Close()
	if errors.Is(err, net.ErrClosed) { // closed before
		err = nil
	}
	s.tcp.wait()
	s.relays.wait()
	if err != nil {
		return fmt.Errorf("close turn: %w", err)
	}
	return nil
}
