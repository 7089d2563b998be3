package inference

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkFilter is one picture through the whole filter at 30 pictures a second of media time, stage by
// stage.
func BenchmarkFilter(b *testing.B) {
	e := realEngine(b, nil)
	for _, s := range [][2]int{{640, 480}, {1280, 720}} {
		for _, mode := range [][2]string{{Blur, ""}, {Picture, "sea"}, {Mood, ""}} {
			b.Run(fmt.Sprintf("%dp/%s", s[1], mode[0]), func(b *testing.B) {
				p := newPlayer(b, e, photo(b, "calm", s[0], s[1]))
				require.NoError(b, p.f.Choose(Choice{Mode: mode[0], Picture: mode[1]}))
				p.f.SetConsent(true)
				b.ReportAllocs()
				for b.Loop() {
					if err := p.try(); err != nil {
						b.Fatal(err)
					}
				}
				p.f.Stages(func(stage string, _ uint64, p50, _ time.Duration) {
					b.ReportMetric(float64(p50.Microseconds()), stage+"_us")
				})
			})
		}
	}
}

// BenchmarkModelsAlone is what the same models cost with nothing around them, per picture.
func BenchmarkModelsAlone(b *testing.B) {
	e := realEngine(b, nil)
	for b.Loop() {
		_, err := e.RunModelsAlone(Cadence{Pictures: 1, MatteEvery: 1})
		require.NoError(b, err)
	}
}
