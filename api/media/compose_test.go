package media_test

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/assets"
)

// plain is a picture of one colour.
func plain(w, h int, c color.Color) image.Image {
	img := image.NewRGBA(image.Rect(3, 5, 3+w, 5+h)) // bounds need not begin at zero
	draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

func composer(t *testing.T) *media.Composer {
	t.Helper()
	fonts, ok := assets.Fonts()
	require.True(t, ok, "run make build")
	c, err := media.NewComposer(fonts...)
	require.NoError(t, err)
	return c
}

func TestComposeKeepsTheSizeOfItsSources(t *testing.T) {
	c := composer(t)
	red, blue := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 200, 255}
	out := c.Compose(media.Part{Image: plain(640, 480, red)}, media.Part{Image: plain(320, 240, blue)})
	require.Equal(t, image.Rect(0, 0, 1280, 480), out.Bounds())
	require.Equal(t, red, out.RGBAAt(639, 479))
	require.Equal(t, blue, out.RGBAAt(640, 0))
	out = c.Compose(media.Part{Image: plain(360, 640, red)}, media.Part{})
	require.Equal(t, image.Rect(0, 0, 720, 640), out.Bounds(), "a camera that is off has the other one's shape")
	out = c.Compose(media.Part{})
	require.Equal(t, image.Rect(0, 0, 640, 480), out.Bounds())
}

func TestComposeWritesNames(t *testing.T) {
	c := composer(t)
	grey := color.RGBA{90, 90, 90, 255}
	long := "아주아주 긴 이름을 가진 사람이 여기에 있습니다 그리고 더 깁니다 정말로"
	out := c.Compose(
		media.Part{Image: plain(640, 480, grey), Name: "지민 Kim \U0001F600"},
		media.Part{Image: plain(320, 480, grey), Name: long},
		media.Part{Name: "Off"},
	)
	bright := func(area image.Rectangle) (n int) {
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if out.RGBAAt(x, y).R > 220 {
					n++
				}
			}
		}
		return n
	}
	require.Greater(t, bright(image.Rect(0, 420, 640, 480)), 30, "white letters")
	require.Greater(t, bright(image.Rect(640, 420, 960, 480)), 100)
	require.Zero(t, bright(image.Rect(940, 0, 960, 480)), "a long name ends within its picture")
	require.Zero(t, bright(image.Rect(0, 0, 960, 400)))
	if path := os.Getenv("PPENTER_TEST_PICTURE"); path != "" {
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, out))
		require.NoError(t, f.Close())
	}
}

func TestComposerRefusesWhatIsNoFont(t *testing.T) {
	fonts, ok := assets.Fonts()
	require.True(t, ok)
	for name, data := range map[string][]byte{
		"nothing": {}, "no font": []byte("wOFF and then nothing of it, though it is long enough to be one"),
		"cut": fonts[0][:len(fonts[0])/2],
	} {
		_, err := media.NewComposer(data)
		require.Error(t, err, name)
	}
}

func FuzzWOFF(f *testing.F) {
	fonts, _ := assets.Fonts()
	for _, data := range fonts[:min(1, len(fonts))] {
		f.Add(data)
	}
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = media.NewComposer(data) })
}
