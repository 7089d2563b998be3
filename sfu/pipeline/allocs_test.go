package pipeline

import (
	"encoding/binary"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// lockstep feeds a line one picture at a time from packets made beforehand, and waits for what comes out.
type lockstep struct {
	pictures  [][][]byte
	feed      chan []byte
	out       chan struct{}
	sequence  uint16
	timestamp uint32
}

func (s *lockstep) Codec() frame.Codec { return frame.VP8 }
func (s *lockstep) RequestKeyframe()   {}

func (s *lockstep) Read(buf []byte) (int, error) {
	p, ok := <-s.feed
	if !ok {
		return 0, io.EOF
	}
	return copy(buf, p), nil
}

func (s *lockstep) WriteRTP(h *rtp.Header, _ []byte) error {
	if h.Marker {
		s.out <- struct{}{}
	}
	return nil
}

// run renumbers the pictures, so that they may be played again.
func (s *lockstep) run(pictures [][][]byte) {
	for _, packets := range pictures {
		s.timestamp += frameTicks
		for _, p := range packets {
			s.sequence++
			binary.BigEndian.PutUint16(p[2:], s.sequence)
			binary.BigEndian.PutUint32(p[4:], s.timestamp)
			s.feed <- p
		}
		<-s.out
	}
}

// copying is the cheapest processor there is.
type copying struct{}

func (copying) Process(dst, src *frame.Frame, _ time.Time) error {
	dst.CopyFrom(src)
	return nil
}
func (copying) Close() error { return nil }

func newLockstep(tb testing.TB, pictures int) (step *lockstep, stop func()) {
	tb.Helper()
	step = &lockstep{feed: make(chan []byte), out: make(chan struct{})}
	pub := newPublisher(tb, frame.VP8)
	pub.w, pub.h = 640, 480
	for range pictures {
		pub.sendFrame()
		var packets [][]byte
		for len(pub.up.packets) > 0 {
			packets = append(packets, <-pub.up.packets)
		}
		step.pictures = append(step.pictures, packets)
	}
	cfg := Config{
		ID: "x", Up: step, Processor: copying{}, Encoder: codec.DefaultEncoderConfig(), Filtered: true,
		Turns: NewTurns(1),
	}
	line, err := New(cfg)
	require.NoError(tb, err)
	line.AddSink(step)
	done := make(chan error, 1)
	go func() { done <- line.Run(tb.Context()) }()
	return step, func() {
		close(step.feed)
		require.NoError(tb, <-done)
	}
}

func TestAllocatesNothingPerPicture(t *testing.T) {
	const warm, counted = 100, 200
	step, stop := newLockstep(t, warm+counted)
	defer stop()
	step.run(step.pictures[:warm])
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	step.run(step.pictures[warm:])
	runtime.ReadMemStats(&after)
	// The runtime itself allocates now and then; a line that did would do it for every picture.
	require.Less(t, float64(after.Mallocs-before.Mallocs)/counted, 0.1)
}

func BenchmarkLine480p(b *testing.B) {
	const loop = 90
	step, stop := newLockstep(b, loop)
	defer stop()
	b.ReportAllocs()
	for n := range b.N {
		step.run(step.pictures[n%loop : n%loop+1])
	}
}
