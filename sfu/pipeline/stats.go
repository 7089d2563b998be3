package pipeline

import (
	"time"
)

// StageStats are one stage's figures; P50 and P95 are over the newest samples, in milliseconds.
type StageStats struct {
	Stage string  `json:"stage"`
	Count uint64  `json:"count"`
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
}

// Stats is a picture of a line at one moment.
type Stats struct {
	ID       string `json:"id"`
	Route    string `json:"route"` // forwarded or encoded
	State    State  `json:"state"`
	Reason   string `json:"reason,omitempty"`
	CodecIn  string `json:"codec_in"`
	CodecOut string `json:"codec_out,omitempty"`
	Width    int    `json:"width"`  // of the last decoded picture, pixels
	Height   int    `json:"height"` // likewise
	// FPSIn and BitsIn are decoded pictures and bits per second; 0 while packets are forwarded.
	FPSIn  float64 `json:"fps_in"`
	BitsIn float64 `json:"bps_in"`
	// FPSOut and BitsOut are what leaves the line.
	FPSOut  float64 `json:"fps_out"`
	BitsOut float64 `json:"bps_out"`
	// Target is the encoder's bitrate, bits per second.
	Target int64 `json:"target_bps"`
	// Stages are decode, process, encode, send and, within process, what the processor tells of itself.
	Stages []StageStats `json:"stages"`
	// Added is the delay that the line adds: last packet of a picture in -> first packet out.
	Added StageStats `json:"added"`
	// Drops count by cause.
	Drops     map[string]uint64 `json:"drops"`
	Keyframes uint64            `json:"keyframes"`
	Panics    uint64            `json:"panics"`
	// Waiting is whether a picture waits in the mailbox; Frames counts the pictures under way.
	Waiting bool `json:"waiting"`
	Frames  int  `json:"frames"`
	Viewers int  `json:"viewers"`
}

// stager is what a processor may also be: it tells the durations of its own parts.
type stager interface {
	Stages(yield func(stage string, count uint64, p50, p95 time.Duration))
}

// Stats returns the line's figures.
func (l *Line) Stats() Stats {
	m := &l.meter
	state, reason := l.state.get()
	sinks := l.out.sinks.Load()
	size := m.size.Load()
	s := Stats{
		ID: l.cfg.ID, Route: "forwarded", State: state, Reason: reason,
		CodecIn: l.cfg.Up.Codec().String(),
		Width:   int(size >> 32), Height: int(uint32(size)),
		Target: m.target.Load(), Keyframes: m.keyframes.Load(), Panics: m.panics.Load(),
		Frames: l.pool.Live(), Viewers: len(sinks.viewers) + len(sinks.mirrors),
		Added: m.added.stage("added"),
	}
	if l.out.current() == encoded {
		s.Route = "encoded"
	}
	if c := l.out.codec(); c != 0 {
		s.CodecOut = c.String()
	}
	now := time.Now()
	s.FPSIn, s.BitsIn = m.in.read(now)
	s.FPSOut, s.BitsOut = m.out.read(now)
	s.Stages = l.stages()
	s.Drops, s.Waiting = l.drops()
	return s
}

func (l *Line) stages() []StageStats {
	m := &l.meter
	s := []StageStats{m.decode.stage("decode"), m.process.stage("process")}
	if p, ok := l.cfg.Processor.(stager); ok {
		p.Stages(func(stage string, count uint64, p50, p95 time.Duration) {
			s = append(s, StageStats{"process/" + stage, count, millis(p50), millis(p95)})
		})
	}
	return append(s, m.encode.stage("encode"), m.send.stage("send"))
}

func (l *Line) drops() (byCause map[string]uint64, waiting bool) {
	byCause = make(map[string]uint64, dropCount)
	for d := range dropCount {
		byCause[dropNames[d]] = l.meter.drops[d].Load()
	}
	byCause[dropNames[DropReplaced]], waiting = l.box.Replaced()
	return byCause, waiting
}

func (d *durations) stage(name string) StageStats {
	n, p50, p95 := d.quantiles()
	return StageStats{name, n, millis(p50), millis(p95)}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
