package pipeline

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Drop names a cause for which something was left out.
type Drop int

// The causes of a drop, each counted by itself.
const (
	DropBadPacket  Drop = iota // not RTP, or of no use
	DropDecode                 // the decoder refused an access unit
	DropReplaced               // a newer picture took the mailbox's slot
	DropProcess                // the filter failed on a picture
	DropEncode                 // the encoder refused a picture
	DropSuperseded             // the route changed while the picture was under way
	DropWrite                  // a viewer's downlink did not take a packet
	dropCount
)

var dropNames = [dropCount]string{
	"bad_packet", "decode", "replaced", "process", "encode", "superseded", "write",
}

// meters are the line's figures. Safe for concurrent use.
type meters struct {
	decode, process, encode, send, added durations
	in, out                              rate
	drops                                [dropCount]atomic.Uint64
	keyframes                            atomic.Uint64
	panics                               atomic.Uint64
	size                                 atomic.Uint64 // width << 32 | height of the last decoded picture
	target                               atomic.Int64  // encoder's bitrate, bits per second
}

func (m *meters) drop(d Drop) { m.drops[d].Add(1) }

// ringLen is how many of the newest samples a percentile looks at: about 8 s at 30 fps.
const ringLen = 256

// durations keeps the newest samples of one stage.
type durations struct {
	mu    sync.Mutex
	ring  [ringLen]time.Duration // guarded by mu
	count uint64                 // guarded by mu
}

func (d *durations) since(start time.Time) { d.record(time.Since(start)) }

func (d *durations) record(v time.Duration) {
	d.mu.Lock()
	d.ring[d.count%ringLen] = v
	d.count++
	d.mu.Unlock()
}

// quantiles returns the number of all samples and the median and 95th percentile of the newest ones.
func (d *durations) quantiles() (count uint64, p50, p95 time.Duration) {
	d.mu.Lock()
	count = d.count
	s := slices.Clone(d.ring[:min(count, ringLen)])
	d.mu.Unlock()
	if len(s) == 0 {
		return 0, 0, 0
	}
	slices.Sort(s)
	return count, s[len(s)/2], s[len(s)*95/100]
}

// rateWindow is how far back a rate looks.
const rateWindow = 2 * time.Second

// rate counts events over the newest rateWindow.
type rate struct {
	mu    sync.Mutex
	times [128]time.Time // guarded by mu
	bytes [128]int       // guarded by mu
	count int            // guarded by mu
}

func (r *rate) add(now time.Time, size int) {
	r.mu.Lock()
	i := r.count % len(r.times)
	r.times[i], r.bytes[i] = now, size
	r.count++
	r.mu.Unlock()
}

// read returns events and bits per second.
func (r *rate) read(now time.Time) (perSecond, bps float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, size, oldest := 0, 0, now
	for i := range min(r.count, len(r.times)) {
		k := (r.count - 1 - i) % len(r.times)
		if now.Sub(r.times[k]) > rateWindow {
			break
		}
		n, size, oldest = n+1, size+r.bytes[k], r.times[k]
	}
	if n < 2 {
		return 0, 0
	}
	span := max(now.Sub(oldest).Seconds(), 0.001)
	return float64(n-1) / span, float64(8*size) / span
}
