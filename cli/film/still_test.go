package film_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/cli/film"
)

func TestFrameOfKeepsColours(t *testing.T) {
	img := image.NewNRGBA(image.Rect(3, 3, 34, 24)) // odd, and not from the origin
	for y := 3; y < 24; y++ {
		for x := 3; x < 34; x++ {
			img.Set(x, y, color.RGBA{byte(40 + 4*x), byte(200 - 5*y), 90, 255})
		}
	}
	f, err := film.FrameOf(img, 31, 21)
	require.NoError(t, err)
	back := f.Image()
	for y := range 21 {
		for x := range 31 {
			want, got := img.NRGBAAt(x+3, y+3), back.RGBAAt(x, y)
			require.InDelta(t, want.R, got.R, 9, "%d, %d", x, y) // chroma is shared by four pixels
			require.InDelta(t, want.G, got.G, 9, "%d, %d", x, y)
			require.InDelta(t, want.B, got.B, 9, "%d, %d", x, y)
		}
	}
	f, err = film.FrameOf(img, 62, 42)
	require.NoError(t, err)
	require.InDelta(t, img.NRGBAAt(18, 13).R, f.Image().RGBAAt(30, 20).R, 9)
	_, err = film.FrameOf(img, 5000, 3)
	require.ErrorIs(t, err, film.ErrSize)
}

func TestFit(t *testing.T) {
	for _, c := range [][4]int{
		{640, 480, 640, 480}, {4000, 3000, 1280, 960}, {1000, 4000, 320, 1280}, {9000, 3, 1280, 2},
	} {
		w, h := film.Fit(c[0], c[1], 1280)
		require.Equal(t, [2]int{c[2], c[3]}, [2]int{w, h})
	}
}

func TestReadStill(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 9, 7))
	var p, j bytes.Buffer
	require.NoError(t, png.Encode(&p, img))
	require.NoError(t, jpeg.Encode(&j, img, nil))
	for _, data := range [][]byte{p.Bytes(), j.Bytes()} {
		got, err := film.ReadStill(write(t, "x", data))
		require.NoError(t, err)
		require.Equal(t, 9, got.Bounds().Dx())
		_, err = film.ReadStill(write(t, "x", data[:len(data)/2]))
		require.ErrorContains(t, err, "read picture")
	}
	_, err := film.ReadStill(write(t, "x", []byte("no picture")))
	require.ErrorContains(t, err, "neither JPEG nor PNG")
	_, err = film.ReadStill("/nowhere.png")
	require.ErrorIs(t, err, os.ErrNotExist)
}
