package media_test

import (
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
)

func TestLoad(t *testing.T) {
	k := keeper(t)
	for _, c := range []struct{ w, h, side, wantW, wantH int }{
		{300, 200, 960, 300, 200},
		{1600, 1200, 960, 960, 720},
		{1200, 1600, 960, 720, 960},
	} {
		kept, err := k.Keep(t.Context(), asPNG(t, scene(c.w, c.h)))
		require.NoError(t, err)
		img, err := k.Load(t.Context(), kept.Blob, c.side)
		require.NoError(t, err)
		require.Equal(t, c.wantW, img.Bounds().Dx())
		require.Equal(t, c.wantH, img.Bounds().Dy())
		// It is the picture itself, not only one of its size.
		want := decoded(t, stored(t, k, kept.Blob, media.SizeSmall))
		for _, at := range [][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
			a := img.At(at[0]*c.wantW/4, at[1]*c.wantH/4)
			b := want.At(at[0]*want.Bounds().Dx()/4, at[1]*want.Bounds().Dy()/4)
			requireClose(t, a, b)
		}
	}
	_, err := k.Load(t.Context(), "00/nothing", 960)
	require.ErrorIs(t, err, social.ErrPhotoNotFound)
}

func requireClose(t *testing.T, a, b color.Color) {
	t.Helper()
	r, g, bl, _ := a.RGBA()
	r2, g2, bl2, _ := b.RGBA()
	for _, pair := range [][2]uint32{{r, r2}, {g, g2}, {bl, bl2}} {
		require.InDelta(t, pair[0]>>8, pair[1]>>8, 24)
	}
}
