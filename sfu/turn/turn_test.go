package turn

import (
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

const patience = 10 * time.Second

// serve starts a server on loopback that ends with the test.
func serve(t *testing.T, change func(*Config)) *Server {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Addr, cfg.PublicIP, cfg.Secret = "127.0.0.1:0", "127.0.0.1", "a secret of some length"
	cfg.RelayMinPort, cfg.RelayMaxPort = 42000, 42099
	cfg.AllowPrivate = true
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// dial makes a client of user over UDP or TCP.
func dial(t *testing.T, s *Server, network, username, password string) *turn.Client {
	t.Helper()
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port()))
	var conn net.PacketConn
	if network == "tcp" {
		c, err := net.DialTimeout("tcp", addr, patience)
		require.NoError(t, err)
		conn = turn.NewSTUNConn(c)
	} else {
		c, err := net.ListenPacket("udp4", "127.0.0.1:0")
		require.NoError(t, err)
		conn = c
	}
	client, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: addr, TURNServerAddr: addr, Conn: conn, Username: username, Password: password,
		Realm: s.cfg.Realm, RTO: 50 * time.Millisecond, LoggerFactory: quiet(),
	})
	require.NoError(t, err)
	require.NoError(t, client.Listen())
	t.Cleanup(func() {
		client.Close()
		_ = conn.Close()
	})
	return client
}

func quiet() logging.LoggerFactory {
	return &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}
}

func TestRelayCarriesPackets(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			s := serve(t, nil)
			username, password := s.Credentials("ann")
			relayed, err := dial(t, s, network, username, password).Allocate()
			require.NoError(t, err)
			port := relayed.LocalAddr().(*net.UDPAddr).Port
			require.GreaterOrEqual(t, port, 42000)
			require.LessOrEqual(t, port, 42099)
			require.Equal(t, 1, s.Relays())

			other, err := net.ListenPacket("udp4", "127.0.0.1:0")
			require.NoError(t, err)
			defer func() { _ = other.Close() }()
			_, err = relayed.WriteTo([]byte("hello"), other.LocalAddr())
			require.NoError(t, err)
			buf := make([]byte, 100)
			require.NoError(t, other.SetReadDeadline(time.Now().Add(patience)))
			n, from, err := other.ReadFrom(buf)
			require.NoError(t, err)
			require.Equal(t, "hello", string(buf[:n]))
			require.Equal(t, port, from.(*net.UDPAddr).Port)

			_, err = other.WriteTo([]byte("hello back"), from)
			require.NoError(t, err)
			require.NoError(t, relayed.SetReadDeadline(time.Now().Add(patience)))
			n, _, err = relayed.ReadFrom(buf)
			require.NoError(t, err)
			require.Equal(t, "hello back", string(buf[:n]))
			require.NoError(t, relayed.Close())
		})
	}
}

func TestSTUNNeedsNoCredentials(t *testing.T) {
	s := serve(t, nil)
	addr, err := dial(t, s, "udp", "", "").SendBindingRequest()
	require.NoError(t, err)
	require.Contains(t, addr.String(), "127.0.0.1:")
}

func TestPrivatePeersAreRefused(t *testing.T) {
	s := serve(t, func(c *Config) { c.AllowPrivate = false })
	username, password := s.Credentials("ann")
	client := dial(t, s, "udp", username, password)
	relayed, err := client.Allocate()
	require.NoError(t, err)
	defer func() { _ = relayed.Close() }()
	for _, peer := range []string{"127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "224.0.0.1"} {
		require.Error(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(peer), Port: 9}), peer)
	}
	require.NoError(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP("203.0.113.1"), Port: 9}))
}

func TestStrangersGetNoRelay(t *testing.T) {
	s := serve(t, nil)
	good, password := s.Credentials("ann")
	old, oldPassword := makeCredentials(s.cfg.Secret, "ann", time.Now().Add(-time.Minute))
	_, foreign := makeCredentials("another secret of some length", "ann", time.Now().Add(time.Hour))
	longer := strings.Replace(good, ":", "0:", 1)
	for name, c := range map[string][2]string{
		"no expiry":     {"ann", password},
		"no user":       {good[:strings.Index(good, ":")+1], password},
		"expired":       {old, oldPassword},
		"other secret":  {good, foreign},
		"later expiry":  {longer, password},
		"not a number":  {"soon:ann", password},
		"negative time": {"-5:ann", password},
		"huge":          {"99999999999999999999:ann", password},
		"empty":         {":", ""},
	} {
		_, err := dial(t, s, "udp", c[0], c[1]).Allocate()
		require.Error(t, err, name)
	}
	require.Zero(t, s.Relays())
}

func TestQuotas(t *testing.T) {
	s := serve(t, func(c *Config) { c.UserQuota, c.TotalQuota = 2, 3 })
	allocate := func(user string) (net.PacketConn, error) {
		username, password := s.Credentials(user)
		return dial(t, s, "udp", username, password).Allocate()
	}
	first, err := allocate("ann")
	require.NoError(t, err)
	_, err = allocate("ann")
	require.NoError(t, err)
	_, err = allocate("ann")
	require.Error(t, err, "a third of one user")
	_, err = allocate("bob")
	require.NoError(t, err)
	_, err = allocate("eve")
	require.Error(t, err, "a fourth of all")
	require.NoError(t, first.Close())
	require.Eventually(t, func() bool {
		_, err = allocate("eve")
		return err == nil
	}, patience, 20*time.Millisecond, "one ended, one may begin")
}

func TestQuotaForgetsFailures(t *testing.T) {
	s := serve(t, func(c *Config) { c.UserQuota, c.RelayMinPort, c.RelayMaxPort = 1, 42200, 42200 })
	busy, err := net.ListenPacket("udp", ":42200")
	require.NoError(t, err)
	username, password := s.Credentials("ann")
	for range 3 {
		_, err = dial(t, s, "udp", username, password).Allocate()
		require.Error(t, err, "no port is free")
	}
	require.NoError(t, busy.Close())
	_, err = dial(t, s, "udp", username, password).Allocate()
	require.NoError(t, err)
}

func TestPermitted(t *testing.T) {
	media := []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")}
	for _, c := range []struct {
		addr    string
		private bool
		allow   []netip.Prefix
		want    bool
	}{
		{"203.0.113.1", false, nil, true},
		{"8.8.8.8", false, nil, true},
		{"2606:4700::1", false, nil, true},
		{"127.0.0.1", false, nil, false},
		{"127.255.0.9", false, nil, false},
		{"::1", false, nil, false},
		{"10.0.0.5", false, nil, false},
		{"10.0.0.5", false, media, true},
		{"10.0.0.6", false, media, false},
		{"172.16.0.1", false, nil, false},
		{"192.168.0.1", true, nil, true},
		{"169.254.169.254", false, nil, false},
		{"fe80::1", false, nil, false},
		{"fd00::1", false, nil, false},
		{"100.64.0.1", false, nil, false},
		{"0.1.2.3", false, nil, false},
		{"198.18.0.1", false, nil, false},
		{"64:ff9b::7f00:1", false, nil, false},
		{"2002:7f00:1::", false, nil, false},
		{"::7f00:1", false, nil, false},
		{"0.0.0.0", true, nil, false},
		{"::", true, nil, false},
		{"224.0.0.1", true, nil, false},
		{"ff02::1", true, nil, false},
		{"255.255.255.255", true, nil, false},
		{"240.0.0.1", true, nil, false},
	} {
		got := permitted(netip.MustParseAddr(c.addr), c.private, c.allow)
		require.Equal(t, c.want, got, "%s %v", c.addr, c.private)
	}
	s := &Server{}
	require.False(t, s.permits(net.ParseIP("::ffff:127.0.0.1")), "an IPv4 address in IPv6 dress")
	require.False(t, s.permits(nil))
}

func TestRefreshOutlivesTheCredentials(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	a := authenticator{secret: "s", now: func() time.Time { return now }}
	username, _ := makeCredentials("s", "ann:with:colons", now.Add(time.Hour))
	ask := func(m stun.Method) bool {
		user, _, ok := a.check(&turn.RequestAttributes{Username: username, Realm: "r", Method: m})
		require.True(t, !ok || user == "ann:with:colons")
		return ok
	}
	require.True(t, ask(stun.MethodAllocate))
	now = now.Add(2 * time.Hour)
	require.False(t, ask(stun.MethodAllocate))
	require.True(t, ask(stun.MethodRefresh))
	require.True(t, ask(stun.MethodCreatePermission))
	now = now.Add(keepTime)
	require.False(t, ask(stun.MethodRefresh))
}

func TestNewRefusesBadSettings(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"secret":  func(c *Config) { c.Secret = "short" },
		"realm":   func(c *Config) { c.Realm = "" },
		"time":    func(c *Config) { c.TTL = 0 },
		"ports":   func(c *Config) { c.RelayMinPort = c.RelayMaxPort + 1 },
		"quota":   func(c *Config) { c.UserQuota = 0 },
		"public":  func(c *Config) { c.PublicIP = "example.org" },
		"address": func(c *Config) { c.Addr = "nowhere" },
	} {
		cfg := DefaultConfig()
		cfg.Addr, cfg.PublicIP, cfg.Secret = "127.0.0.1:0", "127.0.0.1", "a secret of some length"
		change(&cfg)
		_, err := New(cfg)
		require.Error(t, err, name)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	s := serve(t, func(c *Config) { c.MaxConnections = 2 })
	username, password := s.Credentials("ann")
	_, err := dial(t, s, "udp", username, password).Allocate()
	require.NoError(t, err)
	var conns []net.Conn
	for range 3 {
		c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())), patience)
		require.NoError(t, err)
		conns = append(conns, c)
	}
	third := conns[2]
	require.NoError(t, third.SetReadDeadline(time.Now().Add(patience)))
	_, err = third.Read(make([]byte, 1))
	require.Error(t, err, "beyond the bound")
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	require.NoError(t, conns[0].SetReadDeadline(time.Now().Add(patience)))
	_, err = conns[0].Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "closed, not silent")
	for _, c := range conns {
		_ = c.Close()
	}
	// What is left are the client's goroutines, which end with the test.
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before+4; time.Sleep(10 * time.Millisecond) {
		require.True(t, time.Now().Before(end), "%d goroutines, were %d", runtime.NumGoroutine(), before)
	}
}

func TestACallThroughTheRelay(t *testing.T) {
	s := serve(t, nil)
	cfg := peer.DefaultConfig()
	cfg.Loopback = true
	f, err := peer.NewFactory(cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	p, err := f.New("ann", peer.Handlers{})
	require.NoError(t, err)
	username, password := s.Credentials("ann")
	b, err := sfutest.NewBrowser(sfutest.Config{
		Microphone: true, RelayOnly: true,
		ICEServers: []webrtc.ICEServer{{
			URLs: []string{"turn:127.0.0.1:" + strconv.Itoa(s.Port())}, Username: username, Credential: password,
		}},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	offer, err := b.CreateOffer()
	require.NoError(t, err)
	require.Contains(t, offer, "typ relay")
	require.NotContains(t, offer, "typ host")
	answer, err := p.Answer(t.Context(), offer)
	require.NoError(t, err)
	require.NoError(t, b.SetAnswer(answer))
	require.Eventually(t, func() bool { return p.Stats().AudioIn.Packets > 10 }, patience, 20*time.Millisecond)
	require.Positive(t, s.Relays())
}
