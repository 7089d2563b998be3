package inference

import (
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/face"
	"github.com/pp-enter/pp-enter/inference/ort"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

var testClasses = []string{"happy", "sad", "neutral"}

// fakeSession is a model whose outputs stand still.
type fakeSession struct {
	in, out [][]float32
	runs    int
	closed  int
	err     error
	during  func() // called in each run
}

func (s *fakeSession) Input(i int) []float32  { return s.in[i] }
func (s *fakeSession) Output(i int) []float32 { return s.out[i] }
func (s *fakeSession) Close() error           { s.closed++; return nil }

func (s *fakeSession) Run() error {
	s.runs++
	if s.during != nil {
		s.during()
	}
	return s.err
}

// fakes are the sessions of one engine with one worker.
type fakes struct{ segment, face, emotion *fakeSession }

func port(shape ...int64) ort.Port { return ort.Port{Name: "x", Shape: shape} }

func floats(p ort.Port) []float32 {
	n := int64(1)
	for _, d := range p.Shape {
		n *= d
	}
	return make([]float32, n)
}

func fakeConfig(t testing.TB) Config {
	return Config{
		Models: Models{
			Segment: Model{
				Name: "segment", Data: []byte{1}, Input: port(1, 3, 64, 64), Outputs: []ort.Port{port(1, 1, 64, 64)},
			},
			Face: Model{
				Name: "face", Data: []byte{1}, Input: port(1, 3, face.InputSize, face.InputSize),
				Outputs: []ort.Port{port(1, 512, 1), port(1, 384, 1), port(1, 512, 16), port(1, 384, 16)},
			},
			Emotion: Model{
				Name: "emotion", Data: []byte{1}, Input: port(1, 1, emotion.Size, emotion.Size),
				Outputs: []ort.Port{port(1, 3)}, Classes: testClasses,
			},
		},
		Filters:     shippedFilters(t),
		MoodEnabled: true,
		Workers:     1,
		Log:         slog.New(slog.DiscardHandler),
	}
}

// fakeEngine has sessions that find a person in the middle, a face in the middle and a neutral mood.
func fakeEngine(t testing.TB, change func(*Config)) (*Engine, *fakes) {
	t.Helper()
	cfg := fakeConfig(t)
	if change != nil {
		change(&cfg)
	}
	all := &fakes{}
	e, err := newEngine(cfg, func(m Model) (session, error) {
		s := &fakeSession{in: [][]float32{floats(m.Input)}}
		for _, o := range m.Outputs {
			s.out = append(s.out, floats(o))
		}
		switch m.Name {
		case "segment":
			all.segment = s
			disc(s.out[0], 64)
		case "face":
			all.face = s
			centredFace(s)
		default:
			all.emotion = s
		}
		return s, nil
	})
	require.NoError(t, err)
	if all.emotion != nil {
		all.feel("neutral")
	}
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e, all
}

func (f *fakes) feel(class string) {
	for i, c := range testClasses {
		f.emotion.out[0][i] = -2
		if c == class {
			f.emotion.out[0][i] = 2
		}
	}
}

func disc(mask []float32, n int) {
	for y := range n {
		for x := range n {
			r := math.Hypot(float64(x)-float64(n)/2, float64(y)-float64(n)/2)
			mask[y*n+x] = float32(min(max((float64(n)/4-r)/2+.5, 0), 1))
		}
	}
}

// centredFace makes the detector find one face of 50 pixels in the middle of whatever it is shown.
func centredFace(s *fakeSession) {
	for _, scores := range s.out[:2] {
		for i := range scores {
			scores[i] = -9
		}
	}
	const anchor = 6 * (8*4 + 4) // of the cell below and right of the middle
	s.out[1][anchor] = 5
	box := []float32{-8, -8, 50, 50, -20, -14, 4, -14, -8, -4, -8, 8, -30, -8, 14, -8}
	copy(s.out[3][anchor*16:], box)
}

// scenery is a picture full of detail.
func scenery(w, h int) *frame.Frame {
	f := frame.New(w, h)
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = byte(60 + (x*7^y*5)%120)
		}
	}
	for i := range f.U {
		f.U[i], f.V[i] = byte(100+i%40), byte(150-i%40)
	}
	return f
}

// player feeds one picture again and again to a filter at 30 pictures a second.
type player struct {
	t      testing.TB
	f      *Filter
	src    *frame.Frame
	dst    *frame.Frame
	budget time.Duration // 0: no deadline
}

func newPlayer(t testing.TB, e *Engine, src *frame.Frame) *player {
	t.Helper()
	f, err := e.NewFilter()
	require.NoError(t, err)
	return &player{t: t, f: f, src: src, dst: frame.New(src.Width, src.Height)}
}

func (p *player) try() error {
	p.src.Timestamp += 3000
	var deadline time.Time
	if p.budget > 0 {
		deadline = p.f.clock().Add(p.budget)
	}
	return p.f.Process(p.dst, p.src, deadline)
}

func (p *player) play(pictures int) {
	p.t.Helper()
	for range pictures {
		require.NoError(p.t, p.try())
	}
}

func (p *player) mood(consent bool) {
	p.t.Helper()
	require.NoError(p.t, p.f.Choose(Choice{Mode: Mood}))
	p.f.SetConsent(consent)
}
