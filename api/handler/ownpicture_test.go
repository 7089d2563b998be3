package handler_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

func TestOwnPicture(t *testing.T) {
	r := newRig(t)
	me, other := r.user("ada"), r.user("bob")
	body, kind := multiform(t, jpegOf(t, shades(1600, 1200, 200)))
	a := me.do("POST", "/api/facechats/backgrounds/", body, "Content-Type", kind)
	require.Equal(t, 201, a.status, a.body)
	id := int64(a.json(t)["id"].(float64))

	img, err := r.photos.OwnPicture(t.Context(), me.id, id)
	require.NoError(t, err)
	require.Equal(t, 960, img.Bounds().Dx(), "no larger than it is shown")
	require.Equal(t, 720, img.Bounds().Dy())
	red, _, _, _ := img.At(480, 360).RGBA()
	require.InDelta(t, 200, red>>8, 12, "it is the picture itself")

	upload := int64(me.upload()["id"].(float64))
	_, err = r.photos.OwnPicture(t.Context(), me.id, upload)
	require.NoError(t, err, "of any kind")

	for name, c := range map[string]struct{ who, id int64 }{
		"somebody else's": {other.id, id},
		"a guest's":       {0, id},
		"none":            {me.id, id + 1000},
		"number 0":        {me.id, 0},
	} {
		_, err := r.photos.OwnPicture(t.Context(), c.who, c.id)
		require.ErrorIs(t, err, social.ErrPhotoNotFound, name)
	}

	require.Equal(t, 204, me.do("DELETE", photoPath(upload), "").status)
	_, err = r.photos.OwnPicture(t.Context(), me.id, upload)
	require.ErrorIs(t, err, social.ErrPhotoNotFound, "deleted")
}
