package film

import (
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStillsAreBoundedInEachDirection: libyuv, which scales them, crashes beyond 32767 pixels a side.
func TestStillsAreBoundedInEachDirection(t *testing.T) {
	for _, size := range []image.Point{{40_000, 64}, {64, 40_000}} {
		name := filepath.Join(t.TempDir(), "wide.jpg")
		file, err := os.Create(name)
		require.NoError(t, err)
		img := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420)
		require.NoError(t, jpeg.Encode(file, img, nil))
		require.NoError(t, file.Close())
		_, err = ReadStill(name)
		require.ErrorIs(t, err, ErrSize)
	}
}
