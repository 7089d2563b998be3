package cli

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/sfu/turn"
)

// openTURN starts the embedded relay; nil where none is configured.
func openTURN(cfg configs.TURN, log *slog.Logger) (*turn.Server, error) {
	if cfg.Addr == "" {
		return nil, nil //nolint:nilnil // no relay is a normal choice
	}
	c := turn.DefaultConfig()
	c.Addr, c.PublicIP, c.Realm, c.TTL = cfg.Addr, cfg.PublicIP, cfg.Realm, cfg.TTL
	c.RelayMinPort, c.RelayMaxPort = cfg.RelayMinPort, cfg.RelayMaxPort
	c.UserQuota, c.TotalQuota = cfg.UserQuota, cfg.TotalQuota
	c.AllowPrivate, c.Log = cfg.AllowPrivate, log.With(slog.String("part", "turn"))
	if c.Secret = cfg.Secret; c.Secret == "" {
		c.Secret = rand.Text()
	}
	for _, network := range cfg.AllowPeers {
		p, err := netip.ParsePrefix(network)
		if err != nil {
			return nil, fmt.Errorf("read turn.allow_peers: %w", err)
		}
		c.AllowPeers = append(c.AllowPeers, p)
	}
	s, err := turn.New(c)
	if err != nil {
		return nil, fmt.Errorf("start relay: %w", err)
	}
	return s, nil
}

// iceServers lists what helps a client through its NAT; relays only for a known person, who gets credentials.
func (h *house) iceServers(key string) []handler.ICEServer {
	var list []handler.ICEServer
	if urls := h.cfg.TURN.STUNServers; len(urls) > 0 {
		list = append(list, handler.ICEServer{URLs: urls})
	}
	if h.turn == nil {
		return list
	}
	at := net.JoinHostPort(h.cfg.TURN.PublicIP, strconv.Itoa(h.turn.Port()))
	list = append(list, handler.ICEServer{URLs: []string{"stun:" + at}})
	if key == "" {
		return list
	}
	username, password := h.turn.Credentials(key)
	return append(list, handler.ICEServer{
		URLs:     []string{"turn:" + at + "?transport=udp", "turn:" + at + "?transport=tcp"},
		Username: username, Credential: password,
	})
}
