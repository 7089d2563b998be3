package peer

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

const (
	videoClockRate = 90000
	audioClockRate = 48000
	// maxWriters is how many packets a track keeps for reuse: its source writes one at a time, and while sources
	// change, two may.
	maxWriters = 2
)

// DownTrack is one stream from the server to its viewer. Its SSRC and its place in the SDP stay for the life
// of the peer, whoever feeds it. One source feeds it at a time. Safe for concurrent use.
type DownTrack struct {
	id, streamID string
	kind         webrtc.RTPCodecType
	prefer       func() frame.Codec // the viewer's choice for video, known before Bind
	pacer        *pacer
	free         chan *outgoing // for reuse

	codec   atomic.Uint32 // frame.Codec; 0 before Bind and for audio
	packets atomic.Uint64
	bytes   atomic.Uint64
	drops   atomic.Uint64

	mu     sync.Mutex
	seq    rtpio.Sequencer             // guarded by mu
	ids    rtpio.VP8Rewriter           // guarded by mu
	attach bool                        // guarded by mu; the next packet is a new source's first
	writer webrtc.TrackLocalWriter     // guarded by mu; nil while not bound
	ssrc   uint32                      // guarded by mu
	pt     uint8                       // guarded by mu
	rtx    uint32                      // guarded by mu; SSRC of retransmissions, 0 without
	offers []webrtc.RTPCodecParameters // guarded by mu; what the viewer negotiated
}

// outgoing is one packet on its way to the viewer: the library may change the header that it is given, and
// the payload's descriptor is rewritten in a copy.
type outgoing struct {
	header  rtp.Header
	payload [maxPacketBytes]byte
}

func newDownTrack(
	id, streamID string, kind webrtc.RTPCodecType, prefer func() frame.Codec, p *pacer,
) *DownTrack {
	d := &DownTrack{id: id, streamID: streamID, kind: kind, prefer: prefer, pacer: p, attach: true}
	d.free = make(chan *outgoing, maxWriters)
	d.seq.ClockRate = videoClockRate
	if kind == webrtc.RTPCodecTypeAudio {
		d.seq.ClockRate = audioClockRate
	}
	return d
}

// Codec is what the viewer gets on this track: 0 before the answer is made, and for audio, which is always
// Opus.
func (d *DownTrack) Codec() frame.Codec { return frame.Codec(d.codec.Load()) }

// Supports reports whether the viewer negotiated c, so that Use(c) would work.
func (d *DownTrack) Supports(c frame.Codec) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := codecParams(d.offers, c)
	return ok
}

// Use changes the codec that the packets are labelled with from now on. The source must begin with a
// keyframe.
func (d *DownTrack) Use(c frame.Codec) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	params, ok := codecParams(d.offers, c)
	if !ok {
		return fmt.Errorf("use %v: %w", c, ErrNotNegotiated)
	}
	d.pt = uint8(params.PayloadType)
	d.codec.Store(uint32(c))
	d.pacer.label(d.rtx, rtxPayloadType(d.offers, params.PayloadType))
	return nil
}

// Attach announces that another source feeds the track from the next packet on: its sequence numbers go on
// where the last source stopped, and its timestamps where the time has come to since.
func (d *DownTrack) Attach() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attach = true
}

// WriteRTP sends one packet of the source. Only marker, sequence number, timestamp and payload are taken;
// SSRC, payload type and extensions are the viewer's, and the picture ids of VP8 go on over changes of source
// like the numbers do. It keeps neither h nor payload. What comes before the viewer is connected is counted
// and dropped.
func (d *DownTrack) WriteRTP(h *rtp.Header, payload []byte) error {
	if len(payload) == 0 || len(payload) > maxPacketBytes { // empty: padding that probed the publisher's link
		d.drops.Add(1)
		return nil
	}
	out := d.take()
	defer d.give(out)
	n := copy(out.payload[:], payload)
	w := d.fill(out, h, n, time.Now())
	if w == nil {
		d.drops.Add(1)
		return nil
	}
	if _, err := w.WriteRTP(&out.header, out.payload[:n]); err != nil {
		d.drops.Add(1)
		return fmt.Errorf("write packet to %s: %w", d.id, err)
	}
	d.packets.Add(1)
	d.bytes.Add(uint64(n))
	return nil
}

// fill makes out the viewer's version of the source's packet, whose payload of n bytes it already holds. It
// returns where to write it, nil when it must not be sent.
func (d *DownTrack) fill(out *outgoing, h *rtp.Header, n int, now time.Time) webrtc.TrackLocalWriter {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writer == nil {
		return nil
	}
	if d.attach {
		d.attach = false
		d.seq.SwitchTimeline(now)
		d.ids.Switch()
	}
	out.header = rtp.Header{
		Version:        2,
		Marker:         h.Marker,
		PayloadType:    d.pt,
		SequenceNumber: h.SequenceNumber,
		Timestamp:      h.Timestamp,
		SSRC:           d.ssrc,
		Extensions:     out.header.Extensions[:0],
	}
	if !d.seq.Next(&out.header) {
		return nil
	}
	if d.Codec() == frame.VP8 && !d.ids.Rewrite(out.payload[:n]) {
		return nil
	}
	return d.writer
}

// take returns a packet to fill.
func (d *DownTrack) take() *outgoing {
	select {
	case out := <-d.free:
		return out
	default:
		return &outgoing{}
	}
}

// give takes a packet back.
func (d *DownTrack) give(out *outgoing) {
	select {
	case d.free <- out:
	default:
	}
}

// Bind implements webrtc.TrackLocal: the library calls it when the codecs are negotiated.
func (d *DownTrack) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	offers := ctx.CodecParameters()
	params, codec, ok := d.choose(offers)
	if !ok {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.offers = offers
	d.writer = ctx.WriteStream()
	d.ssrc, d.rtx = uint32(ctx.SSRC()), uint32(ctx.SSRCRetransmission())
	d.pt = uint8(params.PayloadType)
	d.codec.Store(uint32(codec))
	d.pacer.alias(d.rtx, d.ssrc)
	d.pacer.label(d.rtx, rtxPayloadType(offers, params.PayloadType))
	return params, nil
}

// choose takes the viewer's preferred codec, or the best of what was negotiated after all.
func (d *DownTrack) choose(
	offers []webrtc.RTPCodecParameters,
) (params webrtc.RTPCodecParameters, codec frame.Codec, ok bool) {
	if d.kind == webrtc.RTPCodecTypeAudio {
		for _, o := range offers {
			if o.MimeType == webrtc.MimeTypeOpus {
				return o, 0, true
			}
		}
		return webrtc.RTPCodecParameters{}, 0, false
	}
	for _, c := range []frame.Codec{d.prefer(), frame.VP8, frame.VP9} {
		if params, ok = codecParams(offers, c); ok {
			return params, c, true
		}
	}
	return webrtc.RTPCodecParameters{}, 0, false
}

// Unbind implements webrtc.TrackLocal.
func (d *DownTrack) Unbind(webrtc.TrackLocalContext) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writer = nil
	return nil
}

// ID implements webrtc.TrackLocal: the track's name in the msid.
func (d *DownTrack) ID() string { return d.id }

// RID implements webrtc.TrackLocal; there is no simulcast.
func (d *DownTrack) RID() string { return "" }

// StreamID implements webrtc.TrackLocal: the stream's name in the msid.
func (d *DownTrack) StreamID() string { return d.streamID }

// Kind implements webrtc.TrackLocal.
func (d *DownTrack) Kind() webrtc.RTPCodecType { return d.kind }
