package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// phase is where the receive stage stands between forwarding and filtering. Each change of route waits for
// a keyframe; the two phases in between go on with the old route until it is there.
type phase int

const (
	forwarding phase = iota // packets go through untouched, nothing is decoded
	opening                 // still forwarding; the decoder waits for a keyframe
	decoding                // the line decodes and encodes
	closing                 // still decoding; the next keyframe is forwarded
)

// maxPacket is the largest RTP packet that is read: an Ethernet frame and some room.
const maxPacket = 1600

// askEvery is the least time between two requests for a keyframe that the decoder needs.
const askEvery = 200 * time.Millisecond

// giveUpDecoding is how long decoding may fail without one good picture before the line says so. After
// freshTrouble without a failure the time begins anew: a camera that rests is no failure.
const (
	giveUpDecoding = 5 * time.Second
	freshTrouble   = time.Second
)

// intake is the state of the receive stage.
type intake struct {
	codec         frame.Codec
	phase         phase
	assembler     *rtpio.Assembler // nil while nothing is decoded
	decoder       codec.Decoder    // nil while nothing is decoded
	still         still
	packet        rtp.Packet
	unit          frame.Encoded
	asked         time.Time // last request for a keyframe
	badSince      time.Time // first failure to decode since the last good picture; zero: none
	badLast       time.Time // last failure to decode
	outBytes      int       // forwarded of the picture at hand
	lastForwarded uint32    // newest RTP timestamp that was forwarded
	hasForwarded  bool
}

func (in *intake) init(c frame.Codec, filtered bool) error {
	in.codec = c
	if !filtered {
		return nil
	}
	in.phase = decoding
	return in.open()
}

func (in *intake) open() (err error) {
	in.assembler, err = rtpio.NewAssembler(rtpio.AssemblerConfig{Codec: in.codec})
	if err != nil {
		return fmt.Errorf("open assembler: %w", err)
	}
	in.decoder, err = codec.NewDecoder(in.codec)
	if err != nil {
		return fmt.Errorf("open decoder: %w", err)
	}
	return nil
}

func (in *intake) close() {
	if in.decoder != nil {
		_ = in.decoder.Close() // frees memory, has nothing to lose
	}
	in.decoder, in.assembler, in.badSince = nil, nil, time.Time{}
}

// receive is the first stage: reads packets, forwards them or makes pictures of them.
func (l *Line) receive(ctx context.Context) error {
	defer l.intake.close()
	defer l.intake.still.close()
	buf := make([]byte, maxPacket)
	for {
		n, err := l.cfg.Up.Read(buf)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF):
			return errEnded
		case errors.Is(err, io.ErrShortBuffer):
			l.meter.drop(DropBadPacket)
		case err != nil:
			return fmt.Errorf("read uplink: %w", err)
		default:
			l.onPacket(buf[:n], time.Now())
		}
	}
}

func (l *Line) onPacket(raw []byte, now time.Time) {
	in := &l.intake
	if err := in.packet.Unmarshal(raw); err != nil {
		l.meter.drop(DropBadPacket)
		return
	}
	h, payload := &in.packet.Header, in.packet.Payload
	l.steer(payload, now)
	if in.phase != forwarding {
		in.assembler.Push(h, payload, now)
	}
	if in.phase == forwarding || in.phase == opening {
		l.forward(h, payload, now)
	}
	l.peek(now)
	if in.phase != forwarding {
		l.drain(now)
	}
}

// steer moves the phase towards what is wanted; payload is the packet at hand.
func (l *Line) steer(payload []byte, now time.Time) {
	in := &l.intake
	through := l.wantsThrough()
	switch {
	case in.phase == forwarding && !through:
		l.beginDecoding()
	case in.phase == opening && through:
		in.close()
		in.phase = forwarding
	case in.phase == decoding && through:
		in.phase, in.asked = closing, time.Time{}
		l.askKeyframe(now)
	case in.phase == closing && !through:
		in.phase = decoding
	case in.phase == closing:
		l.askKeyframe(now) // a request may get lost
	}
	if in.phase == closing && rtpio.IsKeyframe(in.codec, payload) {
		l.endDecoding()
	}
}

// wantsThrough is whether packets should pass untouched: no filter is wanted, or it gave up, and the
// viewers take the publisher's codec.
func (l *Line) wantsThrough() bool {
	if l.wanted.Load() && !l.failed.Load() {
		return false
	}
	c := l.out.codec()
	return c == 0 || c == l.intake.codec
}

func (l *Line) beginDecoding() {
	in := &l.intake
	if err := in.open(); err != nil {
		in.close()
		l.giveUp(ReasonDecodeFailed, err)
		return
	}
	in.phase = opening
}

func (l *Line) endDecoding() {
	l.out.take(forwarded)
	l.intake.close()
	l.intake.phase = forwarding
	l.box.Clear()
	select {
	case l.park <- struct{}{}:
	default:
	}
}

func (l *Line) forward(h *rtp.Header, payload []byte, now time.Time) {
	in := &l.intake
	if len(payload) == 0 {
		l.out.skip(h) // a padding probe of the publisher's link
		return
	}
	if newer := int32(h.Timestamp-in.lastForwarded) > 0; newer || !in.hasForwarded {
		in.lastForwarded, in.hasForwarded = h.Timestamp, true
	}
	in.outBytes += len(payload)
	if h.Marker {
		l.meter.out.add(now, in.outBytes)
		in.outBytes = 0
	}
	ok, lost := l.out.write(forwarded, in.codec, h, payload)
	if !ok {
		l.meter.drop(DropSuperseded)
	}
	l.meter.drops[DropWrite].Add(uint64(lost))
}

// drain decodes every access unit that is whole.
func (l *Line) drain(now time.Time) {
	in := &l.intake
	for in.assembler.Pop(now, &in.unit) {
		l.meter.in.add(now, len(in.unit.Payload))
		f, err := l.decode(&in.unit)
		if err != nil {
			l.decodeFailed(err, now)
			continue
		}
		in.badSince = time.Time{}
		if f != nil {
			l.accept(f)
		}
	}
	if in.assembler.NeedsKeyframe() {
		l.askKeyframe(now)
	}
}

// decode is decodeWith the line's own decoder, measured.
func (l *Line) decode(u *frame.Encoded) (*frame.Frame, error) {
	start := time.Now()
	defer func() { l.meter.decode.since(start) }()
	return l.decodeWith(l.intake.decoder, u)
}

// decodeWith turns a panic of the decoder into an error, so that it costs a picture and not the call.
func (l *Line) decodeWith(d codec.Decoder, u *frame.Encoded) (f *frame.Frame, err error) {
	defer func() {
		if r := recover(); r != nil {
			l.meter.panics.Add(1)
			f, err = nil, fmt.Errorf("decode: panic: %v", r)
		}
	}()
	return d.Decode(u, l.pool)
}

// accept hands a decoded picture to the filter. The picture that ends the opening phase was forwarded
// already: it only shows that the decoder is ready.
func (l *Line) accept(f *frame.Frame) {
	in := &l.intake
	l.meter.size.Store(uint64(f.Width)<<32 | uint64(f.Height))
	if in.phase == opening {
		in.phase = decoding
		l.forceKey.Store(true)
		l.out.take(encoded)
	}
	if in.hasForwarded && int32(f.Timestamp-in.lastForwarded) <= 0 {
		f.Release()
		return
	}
	in.hasForwarded = false
	l.box.Put(f)
}

func (l *Line) decodeFailed(err error, now time.Time) {
	in := &l.intake
	l.meter.drop(DropDecode)
	l.askKeyframe(now)
	if in.badSince.IsZero() || now.Sub(in.badLast) > freshTrouble {
		in.badSince = now
		l.log.Debug("decode", "error", err)
	}
	in.badLast = now
	if now.Sub(in.badSince) > giveUpDecoding {
		// Nothing is forwarded instead: who asked for a filter is not shown without it because of a camera
		// that only the server cannot decode. The next good picture ends the trouble.
		l.state.setIf(l.wanted.Load, Failed, ReasonDecodeFailed)
	}
}

// askKeyframe asks the publisher, not more often than askEvery.
func (l *Line) askKeyframe(now time.Time) {
	in := &l.intake
	if now.Sub(in.asked) < askEvery {
		return
	}
	in.asked = now
	l.cfg.Up.RequestKeyframe()
}

// giveUp lets the call go on without the filter. SetFiltered tries again.
func (l *Line) giveUp(reason string, err error) {
	if l.failed.Swap(true) {
		return
	}
	l.log.Warn("filter gave up; video goes on without it", "reason", reason, "error", err)
	l.state.setIf(l.failed.Load, Failed, reason)
}
