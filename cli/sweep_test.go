package cli

import (
	"bytes"
	"image"
	"image/png"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
	"github.com/pp-enter/pp-enter/configs"
)

func TestSweep(t *testing.T) {
	cfg, buf := configs.Default(), &bytes.Buffer{}
	cfg.Data.Dir = t.TempDir()
	blobs, err := openBlobs(t.Context(), &cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	h := &house{
		cfg: cfg, db: storetest.Open(t, "sqlite"), blobs: blobs, log: slog.New(slog.NewTextHandler(buf, nil)),
	}
	keeper, err := media.NewKeeper(media.DefaultConfig(), blobs)
	require.NoError(t, err)
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 3))))
	user, err := h.db.Users.Create(t.Context(), social.NewUser{Username: "ada", Email: "a@example.org"})
	require.NoError(t, err)
	keep := func() social.Photo {
		kept, err := keeper.Keep(t.Context(), picture.Bytes())
		require.NoError(t, err)
		photo, err := h.db.Photos.Add(t.Context(), social.NewPhoto{
			OwnerID: user.ID, Kind: social.PhotoUpload, Blob: kept.Blob, ContentType: kept.ContentType,
			Size: kept.Size, Width: kept.Width, Height: kept.Height,
		})
		require.NoError(t, err)
		return photo
	}
	stays, goes := keep(), keep()
	require.NoError(t, h.db.Photos.Delete(t.Context(), user.ID, goes.ID))
	h.sweepOrphans(t.Context())
	h.sweepExpired(t.Context())
	_, err = keeper.Read(t.Context(), goes.Blob, media.SizeSmall)
	require.ErrorIs(t, err, social.ErrPhotoNotFound)
	r, err := keeper.Read(t.Context(), stays.Blob, media.SizeSmall)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Contains(t, buf.String(), "swept deleted pictures")
	require.NotContains(t, buf.String(), "ERROR")
	require.NoError(t, h.db.Close())
	h.sweepOrphans(t.Context())
	require.Contains(t, buf.String(), "ERROR", "what fails is told, and tried again")
}
