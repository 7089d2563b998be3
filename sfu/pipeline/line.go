// Package pipeline is the line of one published video, from the publisher's RTP to the viewers' RTP:
//
//	RTP in -> reorder, depacketise, decode -> [latest] -> process -> encode -> packetise, pace -> RTP out
//
// One goroutine runs each stage and the order of the data is the order of Run. Compressed pictures are
// never dropped before the decoder, because later ones are predicted from them; the only place where a
// picture may be lost is the mailbox of one slot before process. Where no filter is wanted nothing is
// decoded: the publisher's packets are forwarded as they are. Both ways out share one numbering, so that a
// viewer sees one stream.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Defaults of Config.
const (
	DefaultBudget   = 33 * time.Millisecond
	DefaultPaceOver = 8 * time.Millisecond
)

// Processor paints the picture that is sent from the one that came.
type Processor interface {
	// Process paints dst wholly from src, which has the same size and must not be changed. After deadline
	// the result is late: an implementation with something cheaper at hand uses it.
	Process(dst, src *frame.Frame, deadline time.Time) error
	Close() error
}

// Config describes one line. ID, Up and Encoder are required.
type Config struct {
	// ID names the line in logs and in Stats.
	ID string
	// Up is where the packets come from.
	Up Uplink
	// Processor filters the picture; nil sends it as it came. The line closes it.
	Processor Processor
	// Encoder is the template of the line's encoder. Its codec follows the viewer; its bitrate bounds the
	// one that follows from size and downlink, 0 does not.
	Encoder codec.EncoderConfig
	// Budget is the time from the arrival of a picture to the deadline of its processing.
	Budget time.Duration
	// PaceOver is the span over which the packets of one picture are spread.
	PaceOver time.Duration
	// Filtered is whether the line begins with its filter on, before the first packet.
	Filtered bool
	// Turns is shared by the lines that share the cores; nil does not order their pictures.
	Turns *Turns
	// Log gets the line's few messages; nil discards them.
	Log *slog.Logger
	// OnState hears of each change of state, one call at a time; it must not block. Changes that follow
	// each other faster than it returns are told as one.
	OnState func(s State, reason string)
}

func (c Config) withDefaults() (Config, error) {
	if c.Up == nil {
		return c, errors.New("create line: no uplink")
	}
	if in := c.Up.Codec(); in != frame.VP8 && in != frame.VP9 {
		return c, fmt.Errorf("create line: %w: %v from a publisher", codec.ErrUnsupported, in)
	}
	if c.Budget <= 0 {
		c.Budget = DefaultBudget
	}
	if c.PaceOver < 0 {
		return c, errors.New("create line: negative pacing span")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Line carries one published video. Its methods are safe for concurrent use.
type Line struct {
	cfg    Config
	log    *slog.Logger
	pool   *frame.Pool
	box    *Latest
	out    output
	state  status
	meter  meters
	wishes wishes

	wanted   atomic.Bool  // the publisher wants the filter
	failed   atomic.Bool  // the filter gave up; SetFiltered clears it
	forceKey atomic.Bool  // the next encoded picture is a keyframe
	bitrate  atomic.Int64 // bits per second that the viewer's downlink carries; 0: unknown
	park     chan struct{}
	painted  chan *frame.Frame
	units    chan *unit
	spare    chan *unit

	intake  intake  // owned by the receive stage
	encoder encoder // owned by the encode stage
}

// New returns a line that Run starts.
func New(cfg Config) (*Line, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	l := &Line{
		cfg:     cfg,
		log:     cfg.Log.With("line", cfg.ID),
		pool:    frame.NewPool(6),
		box:     NewLatest(),
		park:    make(chan struct{}, 1),
		painted: make(chan *frame.Frame),
		units:   make(chan *unit),
		spare:   make(chan *unit, 2),
	}
	l.spare <- &unit{}
	l.spare <- &unit{}
	l.encoder.turn = cfg.Turns.newTurn()
	l.state.init(cfg.Filtered)
	l.wanted.Store(cfg.Filtered)
	l.out.init(cfg.Filtered)
	return l, l.intake.init(cfg.Up.Codec(), cfg.Filtered)
}

// errEnded ends a line whose publisher is gone.
var errEnded = errors.New("uplink ended")

// Run carries the video until ctx ends or the uplink does, then closes the processor. It returns nil for
// both. An uplink with SetReadDeadline is woken when ctx ends; any other one must be closed by its owner.
func (l *Line) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, l.wakeUplink)()
	g.Go(func() error { return l.receive(ctx) })
	g.Go(func() error { return l.process(ctx) })
	g.Go(func() error { return l.encode(ctx) })
	g.Go(func() error { return l.send(ctx) })
	g.Go(func() error { return l.state.report(ctx, l.cfg.OnState) })
	err := g.Wait()
	if errors.Is(err, errEnded) || errors.Is(err, context.Canceled) {
		err = nil
	}
	l.box.Clear()
	l.wishes.end()
	if l.cfg.Processor != nil {
		err = errors.Join(err, l.cfg.Processor.Close())
	}
	return err
}

func (l *Line) wakeUplink() {
	if d, ok := l.cfg.Up.(interface{ SetReadDeadline(time.Time) error }); ok {
		if err := d.SetReadDeadline(time.Unix(1, 0)); err != nil {
			l.log.Debug("wake uplink", "error", err)
		}
	}
}

// SetFiltered asks for the filter or for plain forwarding. The switch happens at a keyframe. On again after
// a failure tries the filter once more.
func (l *Line) SetFiltered(on bool) {
	l.failed.Store(false)
	l.wanted.Store(on)
	switch state, _ := l.state.get(); {
	case !on:
		l.state.set(Off, "")
	case state == Off || state == Failed:
		l.state.set(Starting, "")
	}
}

// AddSink adds a viewer. The line's output codec is the one of its first viewer.
func (l *Line) AddSink(d Downlink) {
	l.out.edit(func(s *sinkList) { s.viewers = append(s.viewers, d) })
	l.RequestKeyframe(d)
}

// AddMirror adds the publisher's own view. It takes the viewers' codec and decides only where there is no
// viewer.
func (l *Line) AddMirror(d Downlink) {
	l.out.edit(func(s *sinkList) { s.mirrors = append(s.mirrors, d) })
	l.RequestKeyframe(d)
}

// RemoveSink forgets a viewer: once it has returned, nothing more is written there.
func (l *Line) RemoveSink(d Downlink) { l.out.remove(d) }

// RequestKeyframe answers a viewer's PLI or FIR: by the line's own encoder at the next picture, or by
// asking the publisher while packets are forwarded.
func (l *Line) RequestKeyframe(Downlink) {
	if l.out.current() == forwarded {
		l.cfg.Up.RequestKeyframe()
		return
	}
	l.forceKey.Store(true)
}

// SetBitrate tells the line what the viewer's downlink carries, in bits per second.
func (l *Line) SetBitrate(bps int) { l.bitrate.Store(int64(bps)) }
