package media_test

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
)

// FuzzKeep gives the whole path anything: it refuses it with one of its errors, or keeps a picture that can
// be read, within its limits.
func FuzzKeep(f *testing.F) {
	small := scene(20, 14)
	flat, photo := asPNG(f, small), asJPEG(f, small)
	k := keeper(f, func(cfg *media.Config) {
		cfg.MaxPixels, cfg.MaxSide, cfg.Decode, cfg.Effort = 1<<20, 4096, 500*time.Millisecond, 0
		cfg.Memory = 128 << 20
	})
	kept, err := k.Keep(f.Context(), flat)
	require.NoError(f, err)
	simple := stored(f, k, kept.Blob, media.SizeSmall)
	for _, seed := range [][]byte{
		nil, flat, photo, simple, flat[:40], photo[:60], simple[:30],
		withPNG(flat, "eXIf", exif(binary.LittleEndian, 6)),
		withJPEG(photo, 0xe1, exifJPEG(exif(binary.BigEndian, 7))),
		gifOf(f, 9, 7, 2), pngBomb(f, 60, 40, 16, 6, 1), pngBomb(f, 50, 3, 1, 0, 1),
		pngBomb(f, 30_000, 30_000, 8, 6, 0),
		riff(canvas(16+8, 20, 14), riffChunk("ALPH", make([]byte, 281)), simple[12:]),
		riff(canvas(2, 20, 14), riffChunk("ANIM", make([]byte, 6))), riff(riffChunk("VP8L", vp8lHead(9, 9))),
		slowJPEG(64, 64, 3), jpegHead(0xc2, 65_500, 65_500, 4),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kept, err := k.Keep(t.Context(), data)
		if err != nil {
			refusal, ok := errors.AsType[*social.Error](err)
			require.True(t, ok, "%v", err)
			require.Contains(t, []*social.Error{
				social.ErrPictureInvalid, social.ErrPictureUnsupported, social.ErrPictureTooLarge, social.ErrPictureSlow,
			}, refusal)
			return
		}
		for _, size := range media.Sizes() {
			b := decoded(t, stored(t, k, kept.Blob, size)).Bounds()
			require.LessOrEqual(t, max(b.Dx(), b.Dy()), 2048)
			if size == media.SizeAvatar {
				require.Equal(t, b.Dx(), b.Dy())
			}
		}
		require.NoError(t, k.Discard(t.Context(), kept.Blob))
	})
}
