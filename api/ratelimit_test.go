package api

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLimiterRefills(t *testing.T) {
	l, now := newLimiter(60), time.Now()
	for range 60 {
		_, ok := l.allow("198.51.100.1", now)
		require.True(t, ok)
	}
	wait, ok := l.allow("198.51.100.1", now)
	require.False(t, ok)
	require.InDelta(t, time.Second, wait, float64(time.Millisecond))
	_, ok = l.allow("198.51.100.1", now.Add(time.Second))
	require.True(t, ok, "a refused request costs nothing")
}

func TestLimiterStaysBounded(t *testing.T) {
	l, now := newLimiter(1), time.Now()
	for i := range maxAddresses + 100 {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		_, ok := l.allow(a.String(), now)
		require.True(t, ok)
	}
	require.LessOrEqual(t, len(l.buckets), maxAddresses)
	_, _ = l.allow("203.0.113.1", now.Add(time.Hour))
	require.LessOrEqual(t, len(l.buckets), 2, "those who have everything back are forgotten")
}
