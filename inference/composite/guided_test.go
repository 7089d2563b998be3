package composite

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkRefine(b *testing.B) {
	for _, s := range [][2]int{{640, 480}, {1280, 720}} {
		b.Run(fmt.Sprintf("%dp", s[1]), func(b *testing.B) {
			src, m := noise(s[0], s[1], 1), disc(256)
			var c Compositor
			_, err := c.Resize(s[0], s[1])
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				c.SetMatte(m, src, sharp)
			}
		})
	}
}
