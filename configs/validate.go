package configs

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minSecret is the shortest turn.secret, in characters: it is all that keeps strangers from the relay.
const minSecret = 16

// Validate reports every key whose value cannot work, one error a key.
func (c *Config) Validate() error {
	var v validator
	v.oneOf("profile", string(c.Profile), string(ProfileDefault), string(ProfileWork))
	v.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	v.oneOf("log.format", c.Log.Format, "json", "text")
	v.http(&c.HTTP)
	v.addr("admin.addr", c.Admin.Addr)
	v.check(c.Data.Dir != "", "data.dir", "must name a folder")
	v.scheme("database.url", c.Database.URL, "postgres", "postgresql", "sqlite", "file")
	v.scheme("blob.url", c.Blob.URL, "file", "s3", "mem")
	v.auth(&c.Auth)
	v.check(c.Rooms.Max >= 1, "rooms.max", "must be at least 1")
	v.between("rooms.idle", c.Rooms.Idle, time.Minute, 30*24*time.Hour)
	v.between("rooms.reserve", c.Rooms.Reserve, time.Second, 5*time.Minute)
	v.between("rooms.grace", c.Rooms.Grace, time.Second, 5*time.Minute)
	v.rtc(&c.RTC)
	v.turn(&c.TURN)
	v.number("encoder.cpu_used", c.Encoder.CPUUsed, -16, 16)
	v.number("encoder.bitrate", c.Encoder.Bitrate, 50_000, 20_000_000)
	v.number("encoder.threads", c.Encoder.Threads, 1, 16)
	v.number("encoder.max_fps", c.Encoder.MaxFPS, 1, 60)
	v.between("filter.budget", c.Filter.Budget, time.Millisecond, time.Second)
	v.between("filter.pace_over", c.Filter.PaceOver, 0, 30*time.Millisecond)
	v.check(c.Filter.MatteHz >= 0 && c.Filter.MatteHz <= 60 && !math.IsNaN(c.Filter.MatteHz),
		"filter.matte_hz", "must be between 0 and 60")
	v.oneOf("inference.provider", c.Inference.Provider, "auto", "cpu", "cuda")
	v.number("inference.workers", c.Inference.Workers, 0, 256)
	return errors.Join(v.errs...)
}

// MoodAllowed reports whether the server may read moods at all.
func (c *Config) MoodAllowed() bool { return c.Profile != ProfileWork }

// validator collects what is wrong.
type validator struct{ errs []error }

func (v *validator) check(ok bool, key, must string) {
	if !ok {
		v.errs = append(v.errs, fmt.Errorf("%s %s", key, must))
	}
}

func (v *validator) http(h *HTTP) {
	v.addr("http.addr", h.Addr)
	v.check((h.TLSCert == "") == (h.TLSKey == ""), "http.tls_cert", "and http.tls_key go together")
	for _, p := range h.TrustedProxies {
		_, err := netip.ParsePrefix(p)
		v.check(err == nil, "http.trusted_proxies", fmt.Sprintf("must be networks such as 10.0.0.0/8, not %q", p))
	}
	for _, o := range h.Origins {
		u, err := url.Parse(o)
		ok := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Path == ""
		v.check(ok, "http.origins", fmt.Sprintf("must be origins such as https://call.example, not %q", o))
	}
	v.number("http.body_limit", h.BodyLimit, 1<<10, 64<<20)
	v.number("http.upload_limit", h.UploadLimit, 1<<10, 64<<20)
	v.number("http.joins_per_minute", h.JoinsPerMinute, 1, 1_000_000)
	v.number("http.creates_per_minute", h.CreatesPerMinute, 1, 1_000_000)
	v.number("http.uploads_per_minute", h.UploadsPerMinute, 1, 1_000_000)
	v.between("http.shutdown_timeout", h.ShutdownTimeout, time.Second, 5*time.Minute)
}

func (v *validator) auth(a *Auth) {
	v.number("auth.registers_per_minute", a.RegistersPerMinute, 1, 1_000_000)
	v.number("auth.hash_memory", a.HashMemory, 8, 4<<20)
	v.number("auth.hash_passes", a.HashPasses, 1, 1000)
	v.number("auth.hash_concurrency", a.HashConcurrency, 0, 1024)
	v.number("auth.login_failures", a.LoginFailures, 1, 1_000_000)
	v.number("auth.login_failures_account", a.LoginFailuresAccount, a.LoginFailures, 1_000_000)
	v.number("auth.login_failures_address", a.LoginFailuresAddress, a.LoginFailures, 1_000_000)
	v.between("auth.login_refill", a.LoginRefill, time.Second, 24*time.Hour)
}

func (v *validator) rtc(r *RTC) {
	v.number("rtc.udp_port", r.UDPPort, 0, 65_535)
	v.number("rtc.min_bitrate", r.MinBitrate, 10_000, 50_000_000)
	v.number("rtc.start_bitrate", r.StartBitrate, r.MinBitrate, 50_000_000)
	v.number("rtc.max_bitrate", r.MaxBitrate, r.StartBitrate, 50_000_000)
	for _, ip := range r.PublicIPs {
		_, err := netip.ParseAddr(ip)
		v.check(err == nil, "rtc.public_ips", fmt.Sprintf("must be addresses, not %q", ip))
	}
}

func (v *validator) turn(t *TURN) {
	for _, s := range t.STUNServers {
		v.check(strings.HasPrefix(s, "stun:") || strings.HasPrefix(s, "stuns:"), "turn.stun_servers",
			fmt.Sprintf("must begin with stun: or stuns:, not %q", s))
	}
	v.between("turn.ttl", t.TTL, time.Minute, 7*24*time.Hour)
	v.number("turn.relay_min_port", t.RelayMinPort, 1, 65_535)
	v.number("turn.relay_max_port", t.RelayMaxPort, t.RelayMinPort, 65_535)
	v.check(t.Realm != "", "turn.realm", "must not be empty")
	v.check(t.Secret == "" || len(t.Secret) >= minSecret, "turn.secret",
		fmt.Sprintf("must have at least %d characters", minSecret))
	v.number("turn.user_quota", t.UserQuota, 1, 1000)
	v.number("turn.total_quota", t.TotalQuota, t.UserQuota, 60_000)
	for _, p := range t.AllowPeers {
		_, err := netip.ParsePrefix(p)
		v.check(err == nil, "turn.allow_peers", fmt.Sprintf("must be networks such as 10.0.0.5/32, not %q", p))
	}
	if t.Addr == "" {
		return
	}
	v.addr("turn.addr", t.Addr)
	_, err := netip.ParseAddr(t.PublicIP)
	v.check(err == nil, "turn.public_ip", "must be the address that clients reach the relay at")
}

func (v *validator) oneOf(key, value string, allowed ...string) {
	v.check(slices.Contains(allowed, value), key,
		fmt.Sprintf("must be one of %s, not %q", strings.Join(allowed, ", "), value))
}

func (v *validator) number(key string, value, low, high int) {
	must := fmt.Sprintf("must be between %d and %d, not %d", low, high, value)
	v.check(value >= low && value <= high, key, must)
}

func (v *validator) between(key string, value, low, high time.Duration) {
	must := fmt.Sprintf("must be between %s and %s, not %s", low, high, value)
	v.check(value >= low && value <= high, key, must)
}

func (v *validator) addr(key, value string) {
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	v.check(err == nil, key, fmt.Sprintf("must be host:port or :port, not %q", value))
}

func (v *validator) scheme(key, value string, allowed ...string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	// The value itself may hold a password: it is not repeated.
	v.check(err == nil && slices.Contains(allowed, u.Scheme), key,
		"must begin with "+strings.Join(allowed, "://, ")+"://")
}
