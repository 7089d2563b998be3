package bench

import (
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
	bitrate int
}

// run does the work of one stretch and returns how long it took.
func (l *limit) run() (time.Duration, error) {
	decoding, err := l.decode()
	if err != nil {
		return 0, err
	}
	encoding, err := l.encode()
	if err != nil {
		return 0, err
	}
	models, err := l.engine.RunModelsAlone(cadence())
	if err != nil {
		return 0, fmt.Errorf("run models: %w", err)
	}
	return decoding + encoding + models, nil
}

func (l *limit) decode() (time.Duration, error) {
	dec, err := codec.NewDecoder(frame.VP8)
	if err != nil {
		return 0, fmt.Errorf("open decoder: %w", err)
	}
	defer func() { _ = dec.Close() }() // nothing to lose
	pool := frame.NewPool(1)
	start := time.Now()
	for i := range l.film.units {
		f, err := dec.Decode(&l.film.units[i], pool)
		if err != nil {
			return 0, fmt.Errorf("decode: %w", err)
		}
		if f != nil {
			f.Release()
		}
	}
	return time.Since(start), nil
}

func (l *limit) encode() (time.Duration, error) {
	cfg := codec.DefaultEncoderConfig()
	cfg.Bitrate = l.bitrate
	enc, err := codec.NewEncoder(cfg)
	if err != nil {
		return 0, fmt.Errorf("open encoder: %w", err)
	}
	defer func() { _ = enc.Close() }() // nothing to lose
	var unit frame.Encoded
	var took time.Duration
	for i, f := range l.painted {
		start := time.Now()
		if err := enc.Encode(f, false, &unit); err != nil {
			return 0, fmt.Errorf("encode: %w", err)
		}
		if i > 0 { // the first one opens the encoder and is a keyframe, which the line does not send here
			took += time.Since(start)
		}
	}
	return took * time.Duration(len(l.painted)) / time.Duration(len(l.painted)-1), nil
}
