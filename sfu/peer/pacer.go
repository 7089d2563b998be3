package peer

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/gcc"
	"github.com/pion/rtp"
)

// pacer is the congestion controller's way to the wire. It sends at once, because the line spreads its
// packets itself, and adds what the library's own pacers lack: retransmissions travel under an SSRC of their
// own, which those do not know and refuse; here they take the writer of the stream that they repair. It also
// counts what is really sent. Safe for concurrent use.
type pacer struct {
	sent atomic.Uint64 // bytes of RTP, headers included

	mu      sync.RWMutex
	writers map[uint32]interceptor.RTPWriter // guarded by mu; by SSRC of the media
	repairs map[uint32]repair                // guarded by mu; by SSRC of the retransmissions
}

// repair says what a retransmission stream belongs to.
type repair struct {
	media       uint32 // SSRC
	payloadType uint8  // of retransmissions of the codec in use; 0: leave what the packet says
}

func newPacer() *pacer {
	return &pacer{writers: make(map[uint32]interceptor.RTPWriter), repairs: make(map[uint32]repair)}
}

// alias sends the retransmissions of SSRC rtx the way of media. An rtx of 0 means that there are none.
func (p *pacer) alias(rtx, media uint32) {
	if rtx == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.repairs[rtx] = repair{media: media}
}

// label sets the payload type of retransmissions from now on: the library fixes it when a track is bound, but
// the codec of a track may change later.
func (p *pacer) label(rtx uint32, payloadType uint8) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.repairs[rtx]; ok {
		r.payloadType = payloadType
		p.repairs[rtx] = r
	}
}

// AddStream implements gcc.Pacer.
func (p *pacer) AddStream(ssrc uint32, w interceptor.RTPWriter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writers[ssrc] = w
}

// Write implements gcc.Pacer.
func (p *pacer) Write(h *rtp.Header, payload []byte, a interceptor.Attributes) (int, error) {
	p.mu.RLock()
	ssrc := h.SSRC
	if r, ok := p.repairs[ssrc]; ok {
		ssrc = r.media
		if r.payloadType != 0 {
			h.PayloadType = r.payloadType
		}
	}
	w, ok := p.writers[ssrc]
	p.mu.RUnlock()
	if !ok {
		return 0, fmt.Errorf("%w: %d", gcc.ErrUnknownStream, h.SSRC)
	}
	n, err := w.Write(h, payload, a)
	p.sent.Add(uint64(n))
	return n, err
}

// SetTargetBitrate implements gcc.Pacer; nothing is held back here.
func (*pacer) SetTargetBitrate(int) {}

// Close implements gcc.Pacer.
func (*pacer) Close() error { return nil }
