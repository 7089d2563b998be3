package turn

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// idleTimeout ends a TCP connection on which nothing comes: a client refreshes its relay at least every ten
// minutes.
const idleTimeout = 11 * time.Minute

// listener bounds and remembers its connections: the library forgets them when it closes.
type listener struct {
	net.Listener
	max  int
	open sync.WaitGroup // connections

	mu     sync.Mutex
	closed bool                     // guarded by mu
	conns  map[*connection]struct{} // guarded by mu
}

func newListener(l net.Listener, maxConns int) *listener {
	return &listener{Listener: l, max: maxConns, conns: make(map[*connection]struct{})}
}

// Accept returns the next connection; those beyond the bound are closed at once.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, fmt.Errorf("accept: %w", err)
		}
		conn := &connection{Conn: c, listener: l}
		if l.add(conn) {
			return conn, nil
		}
		_ = c.Close()
	}
}

func (l *listener) add(c *connection) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.conns) >= l.max {
		return false
	}
	l.conns[c] = struct{}{}
	l.open.Add(1)
	return true
}

// remove forgets a connection, once.
func (l *listener) remove(c *connection) {
	l.mu.Lock()
	_, known := l.conns[c]
	delete(l.conns, c)
	l.mu.Unlock()
	if known {
		l.open.Done()
	}
}

// Close ends listening and all connections.
func (l *listener) Close() error {
	l.mu.Lock()
	l.closed = true
	conns := make([]*connection, 0, len(l.conns))
	for c := range l.conns {
		conns = append(conns, c)
	}
	l.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
	return l.Listener.Close()
}

// wait returns when all connections are closed.
func (l *listener) wait() { l.open.Wait() }

// connection is one client's connection.
type connection struct {
	net.Conn
	listener *listener
}

// Read reads with the idle timeout.
func (c *connection) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(idleTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// Close closes the connection.
func (c *connection) Close() error {
	defer c.listener.remove(c)
	return c.Conn.Close()
}
