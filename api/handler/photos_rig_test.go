package handler_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/media"
)

// newMedia keeps pictures at an address, such as mem://.
func newMedia(t testing.TB, address string) *media.Keeper {
	t.Helper()
	return keeperOn(t, newBlobs(t, address))
}

func newBlobs(t testing.TB, address string) *media.Blobs {
	t.Helper()
	blobs, err := media.OpenBlobs(context.Background(), address, "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	return blobs
}

func keeperOn(t testing.TB, blobs *media.Blobs) *media.Keeper {
	t.Helper()
	cfg := media.DefaultConfig()
	cfg.Effort = 0
	k, err := media.NewKeeper(cfg, blobs)
	require.NoError(t, err)
	return k
}

// shades is a picture of w x h pixels that begins with shade.
func shades(w, h int, shade uint8) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{shade, uint8(255 * x / w), uint8(255 * y / h), 255})
		}
	}
	return img
}

func pngOf(t testing.TB, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.String()
}

func jpegOf(t testing.TB, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	return b.String()
}

// picture is a form with a small picture and fields.
func picture(t testing.TB, fields ...string) (body, kind string) {
	t.Helper()
	return multiform(t, pngOf(t, shades(60, 40, 90)), fields...)
}

// send sends a form with a small picture as the user.
func (u *user) send(method, path string, fields ...string) answer {
	u.r.t.Helper()
	body, kind := picture(u.r.t, fields...)
	return u.do(method, path, body, "Content-Type", kind)
}

// upload keeps a small picture of the user's and returns what the API says of it.
func (u *user) upload(fields ...string) map[string]any {
	u.r.t.Helper()
	a := u.send("POST", photosPath, fields...)
	require.Equal(u.r.t, 201, a.status, a.body)
	return a.json(u.r.t)
}

// uploadsPerMinute is a rig's limit.
func uploadsPerMinute(n int) func(*api.Config) {
	return func(cfg *api.Config) { cfg.UploadsPerMinute = n }
}

// fixPNG makes the checksum of a PNG's head right again.
func fixPNG(b []byte) []byte {
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}
