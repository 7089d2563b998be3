// Package notify brings a user's own events to all pages that they have open, over the socket of PROTOCOL.md.
// The Hub knows sockets and sessions, and nothing of what an event says: whoever pushes one brings its body.
package notify

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Identity is who a token speaks for.
type Identity struct {
	UserID    int64
	SessionID int64
	Expires   time.Time // of the token, and so of the socket
}

// Config describes a Hub. Authenticate, Live and Greeting are required.
type Config struct {
	// Authenticate reads an access token. A *social.Error is a refusal, and its code is told to the client.
	Authenticate func(ctx context.Context, token string) (Identity, error)
	// Live tells which of these sessions still stand.
	Live func(ctx context.Context, sessions []int64) (map[int64]bool, error)
	// Greeting is what the first message tells beside its type: a value that marshals to a JSON object.
	Greeting func(ctx context.Context, userID int64) (any, error)
	// Address names where a request comes from, to count its sockets; nil: the address of the connection.
	Address func(r *http.Request) string
	// Cookie is the name of the cookie that may hold the access token.
	Cookie string
	// AllowedOrigins are hosts, or scheme://host, besides the server's own whose pages may open a socket. Each
	// may hold * as in path.Match.
	AllowedOrigins []string
	Log            *slog.Logger

	PerUser    int // sockets; one more closes the oldest
	PerAddress int // sockets; one more is refused
	// HelloWithin is how long a socket without a good cookie may stay silent.
	HelloWithin time.Duration
	// CheckEvery is how often the sessions are looked at.
	CheckEvery time.Duration
	// PingEvery and PongWithin find dead sockets.
	PingEvery, PongWithin time.Duration
}

// Defaults of Config.
const (
	DefaultPerUser     = 20
	DefaultPerAddress  = 200
	DefaultHelloWithin = 5 * time.Second
	DefaultCheckEvery  = 2 * time.Second
	DefaultPingEvery   = 20 * time.Second
	DefaultPongWithin  = 10 * time.Second
)

func (c Config) withDefaults() (Config, error) {
	if c.Authenticate == nil || c.Live == nil || c.Greeting == nil {
		return c, errors.New("create notify hub: Authenticate, Live and Greeting are required")
	}
	for _, n := range []struct {
		value *int
		ours  int
	}{{&c.PerUser, DefaultPerUser}, {&c.PerAddress, DefaultPerAddress}} {
		if *n.value <= 0 {
			*n.value = n.ours
		}
	}
	for _, d := range []struct {
		value *time.Duration
		ours  time.Duration
	}{
		{&c.HelloWithin, DefaultHelloWithin},
		{&c.CheckEvery, DefaultCheckEvery},
		{&c.PingEvery, DefaultPingEvery},
		{&c.PongWithin, DefaultPongWithin},
	} {
		if *d.value <= 0 {
			*d.value = d.ours
		}
	}
	if c.Address == nil {
		c.Address = func(r *http.Request) string {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				return r.RemoteAddr
			}
			return host
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}
