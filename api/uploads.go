package api

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// uploadsAtOnce bounds how many uploads lie in memory at a time, and uploadsEach how many of one account.
	uploadsAtOnce = 24
	uploadsEach   = 4
	// uploadWait is how long an upload waits for its turn.
	uploadWait = 5 * time.Second
	// uploadRetry is after how long to come again where too many of one account are under way.
	uploadRetry = 2 * time.Second
	// maxUploaders bounds what the gate remembers.
	maxUploaders = 10_000
)

// uploads is the gate before requests with large bodies, which are held in memory: so many at a time, of all
// and of each account, and of each account so many in a minute. It stands before anything of a body is read.
type uploads struct {
	perMinute int
	small     int64 // bytes; smaller bodies pass
	slots     *semaphore.Weighted

	mu       sync.Mutex
	accounts map[int64]*uploader // guarded by mu
}

// uploader is one account.
type uploader struct {
	bucket *rate.Limiter
	active int // guarded by uploads.mu
}

func newUploads(perMinute int, small int64) *uploads {
	return &uploads{
		perMinute: perMinute, small: small, slots: semaphore.NewWeighted(uploadsAtOnce),
		accounts: map[int64]*uploader{},
	}
}

// pass lets an upload of an account's in, until release is called; else it says why not.
func (u *uploads) pass(ctx context.Context, account int64, now time.Time) (release func(), err error) {
	who, wait := u.count(account, now)
	if wait > 0 {
		return nil, handler.TooMany(wait)
	}
	leave := func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		who.active--
	}
	ctx, cancel := context.WithTimeout(ctx, uploadWait)
	defer cancel()
	if err := u.slots.Acquire(ctx, 1); err != nil {
		leave()
		return nil, social.ErrBusy
	}
	return func() {
		u.slots.Release(1)
		leave()
	}, nil
}

// count takes one upload of an account's; wait is how long to stay away where there is none left.
func (u *uploads) count(account int64, now time.Time) (who *uploader, wait time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	who = u.accounts[account]
	if who == nil {
		u.forget(now)
		who = &uploader{bucket: rate.NewLimiter(rate.Limit(float64(u.perMinute)/60), u.perMinute)}
		u.accounts[account] = who
	}
	if who.active >= uploadsEach {
		return nil, uploadRetry
	}
	r := who.bucket.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return nil, wait
	}
	who.active++
	return who, 0
}

// forget makes room: accounts that may do all they could at first need not be known. mu is held.
func (u *uploads) forget(now time.Time) {
	if len(u.accounts) < maxUploaders {
		return
	}
	for account, who := range u.accounts {
		if who.active == 0 && who.bucket.TokensAt(now) >= float64(u.perMinute) {
			delete(u.accounts, account)
		}
	}
}

// gate is the gate as middleware of one operation.
func (s *server) gate(ctx huma.Context, next func(huma.Context)) {
	form := strings.HasPrefix(ctx.Header("Content-Type"), "multipart/")
	if size := humaecho.Unwrap(ctx).Request().ContentLength; !form && size >= 0 && size <= s.uploads.small {
		next(ctx)
		return
	}
	c := ctx.Context()
	release, err := s.uploads.pass(c, handler.CallerOf(c).UserID, time.Now())
	if err != nil {
		s.refuse(ctx, s.problem(c, err, handler.ClientOf(c).RequestID))
		return
	}
	defer release()
	next(ctx)
}
