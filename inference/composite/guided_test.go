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

func BenchmarkOver(b *testing.B) {
	for name, l := range map[string]Light{
		"plain": {}, "tinted": {U: 3, V: -2}, "lit": {U: 3, V: -2, Gain: 1.1}, "wrapped": {Wrap: .4},
	} {
		b.Run(name, func(b *testing.B) {
			src, dst, bg, m := noise(640, 480, 1), noise(640, 480, 2), small(80, 60, 3), disc(256)
			var c Compositor
			_, err := c.Resize(640, 480)
			require.NoError(b, err)
			c.SetBackground(bg)
			c.SetMatte(m, src, sharp)
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Over(dst, src, l)
			}
		})
	}
	b.Run("room", func(b *testing.B) {
		src, bg := noise(640, 480, 1), small(80, 60, 3)
		var c Compositor
		_, err := c.Resize(640, 480)
		require.NoError(b, err)
		for b.Loop() {
			c.SetRoom(src, bg, .7)
		}
	})
}
