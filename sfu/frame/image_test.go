package frame_test

import (
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestImageShowsTheColoursOfStudioRange(t *testing.T) {
	for name, c := range map[string]struct {
		y, u, v byte
		want    color.RGBA
	}{
		"black":           {16, 128, 128, color.RGBA{0, 0, 0, 255}},
		"white":           {235, 128, 128, color.RGBA{255, 255, 255, 255}},
		"blacker":         {0, 128, 128, color.RGBA{0, 0, 0, 255}},
		"red":             {81, 90, 240, color.RGBA{254, 0, 0, 255}},
		"green":           {145, 54, 34, color.RGBA{0, 255, 1, 255}},
		"blue":            {41, 240, 110, color.RGBA{0, 0, 255, 255}},
		"beyond all bars": {255, 255, 255, color.RGBA{255, 125, 255, 255}},
	} {
		t.Run(name, func(t *testing.T) {
			f := frame.New(3, 3) // odd: the last chroma samples stand for less
			for i := range f.Y {
				f.Y[i] = c.y
			}
			for i := range f.U {
				f.U[i], f.V[i] = c.u, c.v
			}
			img := f.Image()
			require.Equal(t, 3, img.Bounds().Dx())
			got := img.RGBAAt(2, 2)
			for _, pair := range [][2]byte{{c.want.R, got.R}, {c.want.G, got.G}, {c.want.B, got.B}} {
				require.InDelta(t, pair[0], pair[1], 1.01, "%v", got)
			}
			require.Equal(t, byte(255), got.A)
		})
	}
}
