package bench

import (
	"errors"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// limit is what a line cannot do without: decoding the pictures that came, encoding the pictures that it
// painted, and the runs of the models, each alone in a loop.
type limit struct {
	film    *footage
	painted []*frame.Frame
	engine  *inference.Engine
	dec     codec.Decoder
	enc     codec.Encoder
	pool    *frame.Pool
	next    int    // picture
	time    uint32 // of the last picture encoded
}

// newLimit returns a limit that has gone through the footage once, as the line has.
func newLimit(film *footage, painted []*frame.Frame, e *inference.Engine, bitrate int) (*limit, error) {
	l := &limit{film: film, painted: painted, engine: e, pool: frame.NewPool(1)}
	cfg := codec.DefaultEncoderConfig()
	cfg.Bitrate, cfg.SkipStill = bitrate, false // libvpx alone: what need not be coded is the line's merit
	var decErr, encErr error
	l.dec, decErr = codec.NewDecoder(frame.VP8)
	l.enc, encErr = codec.NewEncoder(cfg)
	if err := errors.Join(decErr, encErr); err != nil {
		return nil, fmt.Errorf("open codecs: %w", err)
	}
	for range len(painted) / chunk {
		if _, err := l.run(); err != nil {
			l.close()
			return nil, err
		}
	}
	return l, nil
}

func (l *limit) close() {
	_ = l.dec.Close() // nothing to lose
	_ = l.enc.Close() // likewise
}

// run does the work of the next round and returns how long it took.
func (l *limit) run() (time.Duration, error) {
	start := time.Now()
	for i := l.next; i < l.next+chunk; i++ {
		f, err := l.dec.Decode(&l.film.units[i], l.pool)
		if err != nil {
			return 0, fmt.Errorf("decode: %w", err)
		}
		if f != nil {
			f.Release()
		}
	}
	var unit frame.Encoded
	for _, f := range l.painted[l.next : l.next+chunk] {
		l.time += frameTicks
		f.Timestamp = l.time
		if err := l.enc.Encode(f, false, &unit); err != nil {
			return 0, fmt.Errorf("encode: %w", err)
		}
	}
	l.next = (l.next + chunk) % len(l.painted)
	took := time.Since(start)
	models, err := l.engine.RunModelsAlone(cadence())
	if err != nil {
		return 0, fmt.Errorf("run models: %w", err)
	}
	return took + models, nil
}
