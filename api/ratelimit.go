package api

import (
	"net/netip"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"golang.org/x/time/rate"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
)

// maxAddresses bounds what the limiter remembers.
const maxAddresses = 20_000

// limiter allows each address so many requests a minute, all of them at once if it likes.
type limiter struct {
	perMinute int

	mu      sync.Mutex
	buckets map[netip.Prefix]*rate.Limiter // guarded by mu
}

func newLimiter(perMinute int) *limiter {
	return &limiter{perMinute: perMinute, buckets: map[netip.Prefix]*rate.Limiter{}}
}

// allow takes one request of the address; wait is how long to stay away when there is none left.
func (l *limiter) allow(address string, now time.Time) (wait time.Duration, ok bool) {
	key := auth.NetworkOf(address)
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.buckets[key]
	if bucket == nil {
		if len(l.buckets) >= maxAddresses {
			l.makeRoom(now)
		}
		bucket = rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)
		l.buckets[key] = bucket
	}
	r := bucket.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// makeRoom forgets the addresses that have all their requests again, and if there are none, any one: an
// attacker with that many networks is past this kind of defence. mu is held.
func (l *limiter) makeRoom(now time.Time) {
	for key, bucket := range l.buckets {
		if bucket.TokensAt(now) >= float64(l.perMinute) {
			delete(l.buckets, key)
		}
	}
	for key := range l.buckets {
		if len(l.buckets) < maxAddresses {
			return
		}
		delete(l.buckets, key)
	}
}

// limit is the limiter as middleware of one operation.
func (s *server) limit(l *limiter) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if wait, ok := l.allow(humaecho.Unwrap(ctx).RealIP(), time.Now()); !ok {
			s.refuse(ctx, handler.TooMany(wait))
			return
		}
		next(ctx)
	}
}
