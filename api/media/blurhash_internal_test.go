package media

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"
)

// The expected texts are those of another encoder.
func TestBlurhash(t *testing.T) {
	for want, size := range map[string]image.Point{
		"LwG+Xd2xw#X9l}WEjue=gJfjfQfj": {32, 24},
		"TxGu^72wwzl}WEjtgJfjfQnmWqjt": {24, 32},
		"LxG[{C2xw#X9l}WEjte;gJfjfQfj": {32, 32},
		"L~Gy}E6nwzWs|l6nwzWs|l6nwzWs": {30, 1},
		"LyH2lv2twxX9l}WDjte;gJfjfQfj": {400, 300},
	} {
		img := image.NewRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				img.SetRGBA(x, y, color.RGBA{
					uint8(x * 255 / size.X), uint8(y * 255 / size.Y), uint8(200 - x*3%150), 255,
				})
			}
		}
		p, err := fromAny(t.Context(), img)
		require.NoError(t, err)
		require.Equal(t, want, p.blurhash())
	}
}
