package peer

import (
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/pion/webrtc/v4"
)

// Config says how a Factory reaches its browsers. Start from DefaultConfig.
type Config struct {
	// UDPPort is the one port on which the media of all peers arrives; 0 takes a free one.
	UDPPort int
	// Loopback adds the loopback addresses to the candidates, for tests and for calls on one machine.
	Loopback bool
	// PublicIPs are the addresses under which the port is reachable from outside when the machine stands behind
	// a one-to-one NAT. They are offered in addition to the machine's own addresses.
	PublicIPs []string
	// H264 lets a viewer that prefers H.264 get it. It is never accepted from a publisher.
	H264 bool
	// ICEServers are asked for reflexive candidates. A server with a public or a configured address needs none.
	ICEServers []webrtc.ICEServer

	// MinBitrate, StartBitrate and MaxBitrate bound, in bits per second, what Handlers.Estimate reports.
	MinBitrate, StartBitrate, MaxBitrate int
	// AnswerTimeout bounds one Answer, gathering of candidates included.
	AnswerTimeout time.Duration

	// Log gets what the peers have to say; nil: slog.Default().
	Log *slog.Logger
}

// DefaultConfig is a free port on the machine's own addresses, VP8 and VP9 only.
func DefaultConfig() Config {
	return Config{
		MinBitrate:    100_000,
		StartBitrate:  1_500_000,
		MaxBitrate:    4_000_000,
		AnswerTimeout: 5 * time.Second,
	}
}

// validate reports the first setting that cannot work.
func (c *Config) validate() error {
	if c.UDPPort < 0 || c.UDPPort > 65535 {
		return fmt.Errorf("udp port %d is outside 0..65535", c.UDPPort)
	}
	if c.MinBitrate <= 0 || c.StartBitrate < c.MinBitrate || c.MaxBitrate < c.StartBitrate {
		return fmt.Errorf("bitrates %d, %d, %d are not in ascending order above 0",
			c.MinBitrate, c.StartBitrate, c.MaxBitrate)
	}
	if c.AnswerTimeout <= 0 {
		return fmt.Errorf("answer timeout %v is not above 0", c.AnswerTimeout)
	}
	for _, ip := range c.PublicIPs {
		if net.ParseIP(ip) == nil {
			return fmt.Errorf("public address %q is not an IP address", ip)
		}
	}
	return nil
}
