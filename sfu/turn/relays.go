package turn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"

	"github.com/pion/turn/v5"
)

var (
	errNoTCP  = errors.New("relays are UDP only")
	errNoPort = errors.New("no relay port is free")
)

// relays opens the sockets of the relays, as the library's address generator, and waits for their end.
type relays struct {
	public    net.IP
	low, high int // ports

	open sync.WaitGroup // sockets
}

// Validate implements turn.RelayAddressGenerator.
func (*relays) Validate() error { return nil }

// AllocatePacketConn implements turn.RelayAddressGenerator: a UDP port of the range, any or the requested
// one.
func (r *relays) AllocatePacketConn(conf turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	if conf.RequestedPort != 0 {
		if conf.RequestedPort < r.low || conf.RequestedPort > r.high {
			return nil, nil, errNoPort
		}
		return r.listen(conf.Network, conf.RequestedPort)
	}
	// From a random place once around: a guest cannot guess another's port, and a free one is found if there is
	// one.
	n := r.high - r.low + 1
	start := rand.IntN(n)
	for i := range n {
		conn, addr, err := r.listen(conf.Network, r.low+(start+i)%n)
		if err == nil {
			return conn, addr, nil
		}
	}
	return nil, nil, errNoPort
}

func (r *relays) listen(network string, port int) (net.PacketConn, net.Addr, error) {
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(context.Background(), network, net.JoinHostPort("", strconv.Itoa(port)))
	if err != nil {
		return nil, nil, fmt.Errorf("listen for relay: %w", err)
	}
	r.open.Add(1)
	addr := &net.UDPAddr{IP: r.public, Port: port}
	return &relay{PacketConn: conn, done: sync.OnceFunc(r.open.Done)}, addr, nil
}

// AllocateListener implements turn.RelayAddressGenerator; browsers need no TCP relays.
func (*relays) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errNoTCP
}

// AllocateConn implements turn.RelayAddressGenerator.
func (*relays) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errNoTCP }

// wait returns when all relays are closed.
func (r *relays) wait() { r.open.Wait() }

// relay is one relay's socket.
type relay struct {
	net.PacketConn
	done func()
}

// Close closes the socket.
func (r *relay) Close() error {
	defer r.done()
	return r.PacketConn.Close()
}
