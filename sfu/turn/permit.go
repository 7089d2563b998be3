package turn

import (
	"net"
	"net/netip"
	"slices"
)

// privateNetworks are what a relay must not reach for strangers, beyond what netip can tell: special-purpose
// networks (RFC 6890), and the IPv6 networks that carry an IPv4 address through a gateway, which could be
// any.
func privateNetworks() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("100.64.0.0/10"), // carrier-grade NAT
		netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"), // benchmarks
		netip.MustParsePrefix("fec0::/10"),     // site-local
		netip.MustParsePrefix("64:ff9b::/96"),  // NAT64
		netip.MustParsePrefix("64:ff9b:1::/48"),
		netip.MustParsePrefix("2002::/16"), // 6to4
		netip.MustParsePrefix("2001::/32"), // Teredo
		netip.MustParsePrefix("::/96"),     // IPv4-compatible
	}
}

// permits reports whether a relay may exchange packets with ip.
func (s *Server) permits(ip net.IP) bool {
	addr, ok := netip.AddrFromSlice(ip)
	if !ok {
		return false
	}
	return permitted(addr.Unmap(), s.cfg.AllowPrivate, s.cfg.AllowPeers)
}

// permitted decides by address. Multicast, broadcast and reserved addresses are never reached.
func permitted(addr netip.Addr, private bool, allow []netip.Prefix) bool {
	reserved := netip.MustParsePrefix("240.0.0.0/4") // broadcast included
	if addr.IsMulticast() || addr.IsUnspecified() || reserved.Contains(addr) {
		return false
	}
	contains := func(p netip.Prefix) bool { return p.Contains(addr) }
	if private || slices.ContainsFunc(allow, contains) {
		return true
	}
	return !addr.IsPrivate() && !addr.IsLoopback() && !addr.IsLinkLocalUnicast() &&
		!slices.ContainsFunc(privateNetworks(), contains)
}
