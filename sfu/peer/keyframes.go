package peer

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// minAskInterval and maxAskInterval bound the time between two requests for a keyframe, which otherwise is
	// one round trip: sooner, the answer to the first cannot have come yet.
	minAskInterval = 100 * time.Millisecond
	maxAskInterval = time.Second
)

// keyframeAsker sends at most one request for a keyframe per round trip. A wish that comes while another is
// under way waits, and is dropped when a keyframe begins in the meantime: that one answers it.
type keyframeAsker struct {
	send func()               // sends the request (PLI)
	rtt  func() time.Duration // round trip to the publisher; 0 while unknown

	wish     chan struct{} // holds at most one
	began    atomic.Uint64 // keyframes that began
	wished   atomic.Uint64 // how many had begun at the last wish
	asked    atomic.Uint64 // requests sent
	answered atomic.Uint64 // wishes that a keyframe answered before they were sent
}

func newKeyframeAsker(send func(), rtt func() time.Duration) *keyframeAsker {
	return &keyframeAsker{send: send, rtt: rtt, wish: make(chan struct{}, 1)}
}

// ask wishes for a keyframe. It never blocks.
func (k *keyframeAsker) ask() {
	k.wished.Store(k.began.Load())
	select {
	case k.wish <- struct{}{}:
	default: // one is waiting already
	}
}

// keyframe notes that a keyframe's first packet came in.
func (k *keyframeAsker) keyframe() { k.began.Add(1) }

// run serves wishes until ctx ends.
func (k *keyframeAsker) run(ctx context.Context) {
	timer := time.NewTimer(0)
	<-timer.C
	defer timer.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.wish:
		}
		if wait := time.Until(last.Add(k.interval())); !last.IsZero() && wait > 0 {
			timer.Reset(wait)
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			select { // what was wished meanwhile is the same wish
			case <-k.wish:
			default:
			}
			if k.began.Load() > k.wished.Load() {
				k.answered.Add(1)
				continue
			}
		}
		last = time.Now()
		k.asked.Add(1)
		k.send()
	}
}

func (k *keyframeAsker) interval() time.Duration {
	return min(max(k.rtt(), minAskInterval), maxAskInterval)
}
