package pipeline

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// route is who may write to the viewers: the receive stage, which forwards the publisher's packets, or the
// send stage, which sends what the line encoded.
type route int32

const (
	forwarded route = iota
	encoded
)

// output joins the two ways out into one stream: continuous sequence numbers over every change of route,
// the source's timestamps. Only the receive stage changes the route.
type output struct {
	sinks  atomic.Pointer[sinkList]
	mu     sync.Mutex
	route  route             // guarded by mu
	number rtpio.Sequencer   // guarded by mu
	vp8    rtpio.VP8Rewriter // guarded by mu

	writing sync.RWMutex // held for reading while a packet goes to the sinks
}

// sinkList is immutable: a change makes a new one, so that the packet path takes no lock to read it.
type sinkList struct {
	viewers []Downlink
	mirrors []Downlink
}

func (o *output) init(filtered bool) {
	o.sinks.Store(&sinkList{})
	if filtered {
		o.route = encoded
	}
}

// edit replaces the list by what change makes of a copy.
func (o *output) edit(change func(*sinkList)) {
	for {
		old := o.sinks.Load()
		next := &sinkList{viewers: slices.Clone(old.viewers), mirrors: slices.Clone(old.mirrors)}
		change(next)
		if o.sinks.CompareAndSwap(old, next) {
			return
		}
	}
}

// remove forgets d and waits for the packet that may just be on its way there: one that came after d began
// to follow another line would set the numbers of that one wrong.
func (o *output) remove(d Downlink) {
	o.writing.Lock()
	defer o.writing.Unlock()
	same := func(x Downlink) bool { return x == d }
	o.edit(func(s *sinkList) {
		s.viewers = slices.DeleteFunc(s.viewers, same)
		s.mirrors = slices.DeleteFunc(s.mirrors, same)
	})
}

// codec is the output codec: the first viewer's, else the first mirror's, else 0.
func (o *output) codec() frame.Codec {
	s := o.sinks.Load()
	for _, list := range [...][]Downlink{s.viewers, s.mirrors} {
		for _, d := range list {
			if c := d.Codec(); c != 0 {
				return c
			}
		}
	}
	return 0
}

func (o *output) current() route {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.route
}

// take gives the output to r. The next packet of r follows the last one that was numbered.
func (o *output) take(r route) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.route != r {
		o.route = r
		o.follow()
	}
}

// renew says that r goes on with another packetiser, whose numbers have nothing to do with those before.
func (o *output) renew(r route) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.route == r {
		o.follow()
	}
}

// follow lets the next packet, of another source, go on with the numbers. The caller holds mu.
func (o *output) follow() {
	o.number.Switch()
	o.vp8.Switch()
}

// write numbers the packet and sends it to every sink of codec c. It reports false when r does not own the
// output, and the number of sinks that did not get the packet.
func (o *output) write(r route, c frame.Codec, h *rtp.Header, payload []byte) (ok bool, lost int) {
	if !o.renumber(r, c, h, payload) {
		return false, 0
	}
	o.writing.RLock()
	defer o.writing.RUnlock()
	s := o.sinks.Load()
	return true, send(s.viewers, c, h, payload) + send(s.mirrors, c, h, payload)
}

func (o *output) renumber(r route, c frame.Codec, h *rtp.Header, payload []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.route != r || !o.number.Next(h) {
		return false
	}
	if c == frame.VP8 {
		o.vp8.Rewrite(payload)
	}
	return true
}

// skip closes the gap that a packet which is not forwarded would leave in the numbers.
func (o *output) skip(h *rtp.Header) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.route == forwarded {
		o.number.Skip(h)
	}
}

func send(to []Downlink, c frame.Codec, h *rtp.Header, payload []byte) (lost int) {
	for _, d := range to {
		if d.Codec() != c || d.WriteRTP(h, payload) != nil {
			lost++
		}
	}
	return lost
}
