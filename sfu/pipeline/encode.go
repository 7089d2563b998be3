package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// keyframeEvery is the least time between two keyframes that viewers ask for.
const keyframeEvery = 250 * time.Millisecond

// unit is one access unit on its way from the encoder to the pacer, with memory of its own.
type unit struct {
	frame.Encoded
	data []byte
}

// encoder is the state of the encode stage.
type encoder struct {
	codec.Encoder // nil while nothing is encoded
	turn          turn
	codec         frame.Codec
	bitrate       int
	lastKey       time.Time
	out           frame.Encoded
}

func (e *encoder) close() {
	if e.Encoder != nil {
		_ = e.Encoder.Close() // frees memory, has nothing to lose
	}
	e.Encoder = nil
}

// encode is the stage between the filter and the pacer.
func (l *Line) encode(ctx context.Context) error {
	defer l.encoder.close()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.park:
			if l.out.current() == forwarded {
				l.encoder.close()
			}
		case f := <-l.painted:
			if err := l.encodeOne(ctx, f); err != nil {
				return err
			}
		}
	}
}

func (l *Line) encodeOne(ctx context.Context, f *frame.Frame) error {
	defer f.Release()
	var u *unit
	select {
	case u = <-l.spare:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.encoder.turn.begin(f.Arrived)
	err := l.compress(f, u)
	l.encoder.turn.end()
	if err != nil || len(u.Payload) == 0 {
		l.spare <- u
		l.meter.drop(DropEncode)
		if err != nil {
			l.log.Debug("encode", "error", err)
		}
		return nil
	}
	select {
	case l.units <- u:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// compress encodes f into u. A panic of the encoder costs the picture and the encoder, not the call.
func (l *Line) compress(f *frame.Frame, u *unit) (err error) {
	e := &l.encoder
	defer func() {
		if r := recover(); r != nil {
			l.meter.panics.Add(1)
			e.close()
			err = fmt.Errorf("encode: panic: %v", r)
		}
	}()
	if err := l.prepareEncoder(f.Width, f.Height); err != nil {
		return err
	}
	start := time.Now()
	key := l.forceKey.Load() && start.Sub(e.lastKey) >= keyframeEvery
	if key {
		l.forceKey.Store(false)
	}
	if err := e.Encode(f, key, &e.out); err != nil {
		return err
	}
	l.meter.encode.since(start)
	if e.out.Keyframe {
		e.lastKey = start
		l.meter.keyframes.Add(1)
	}
	u.data = append(u.data[:0], e.out.Payload...)
	u.Encoded = e.out
	u.Payload, u.Arrived = u.data, f.Arrived
	return nil
}

// prepareEncoder opens the encoder for the viewers' codec and sets its bitrate.
func (l *Line) prepareEncoder(w, h int) error {
	e := &l.encoder
	c := l.out.codec()
	if c == 0 {
		c = frame.VP8
	}
	target := targetBitrate(w, h, l.cfg.Encoder.Bitrate, int(l.bitrate.Load()))
	if e.Encoder == nil || e.codec != c {
		e.close()
		cfg := l.cfg.Encoder
		cfg.Codec, cfg.Bitrate = c, target
		enc, err := codec.NewEncoder(cfg)
		if err != nil {
			return fmt.Errorf("open encoder: %w", err)
		}
		e.Encoder, e.codec, e.bitrate = enc, c, target
	}
	if changed := abs(target-e.bitrate)*20 > e.bitrate; changed {
		if err := e.SetBitrate(target); err != nil {
			return err
		}
		e.bitrate = target
	}
	l.meter.target.Store(int64(e.bitrate))
	return nil
}

// Bounds of the encoder's bitrate, bits per second.
const (
	minBitrate    = 150_000
	bitsPerPixel  = 0.13 // at 30 fps: 1.2 Mbit/s at 640x480, 3.6 Mbit/s at 1280x720
	nominalRate   = 30
	downlinkShare = 0.85 // of the viewer's estimate; the rest is for sound and retransmissions
)

// targetBitrate is the rate for pictures of w x h: by the size, at most most (0: no bound), at most what
// the viewer's downlink carries (0: unknown).
func targetBitrate(w, h, most, downlink int) int {
	t := int(bitsPerPixel * nominalRate * float64(w*h))
	if most > 0 {
		t = min(t, most)
	}
	if downlink > 0 {
		t = min(t, int(downlinkShare*float64(downlink)))
	}
	return max(t, minBitrate)
}

func abs(v int) int { return max(v, -v) }
