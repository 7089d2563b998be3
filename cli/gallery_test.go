package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/cli/film"
)

func TestGallery(t *testing.T) {
	clip, dir := portrait(t, "man.y4m", galleryWarmUp+stripPictures+1), filepath.Join(t.TempDir(), "gallery")
	status, stdout, stderr := run(t, []string{"gallery", dir, clip})
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "in 2 rooms")
	page, err := os.ReadFile(dir + "/index.html")
	require.NoError(t, err)
	for _, want := range []string{
		`id="man"`, `id="man-dark"`, "어두운 방", "Scenes of the moods", "man-mood-angry.webm", "man-dark-tint-sad.jpg",
		"man-blur-light.webm", "man-picture-hills.webm", "man-still-happy.webm", "man-change-happy-sad.webm",
	} {
		require.Contains(t, string(page), want)
	}
	require.NotContains(t, string(page), "://", "nothing is fetched from elsewhere")
	linked := regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(linked), 100)
	seen := map[string]bool{}
	for _, m := range linked {
		seen[m[1]] = true
		info, err := os.Stat(filepath.Join(dir, m[1]))
		require.NoError(t, err)
		require.Positive(t, info.Size())
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, len(seen)+1, "all that is there is on the page, and no half files")

	shown := watchFilm(t, dir+"/man-mood-angry.webm")
	require.Len(t, shown, stripPictures+1)
	require.Equal(t, galleryWidth, shown[0].Width)
	light, _, _ := corner(watchFilm(t, dir+"/man-off.webm")[0])
	dark, _, _ := corner(watchFilm(t, dir+"/man-dark-off.webm")[0])
	require.Less(t, dark, light*3/4)
	strip, err := film.ReadStill(dir + "/man-mood-angry.jpg")
	require.NoError(t, err)
	wide := strip.Bounds().Dx()
	require.Contains(t, string(page), fmt.Sprintf(`width="%d" height="%d"`, wide, stripHeight))
	_, g, _, _ := strip.At(wide-20, 20).RGBA()
	require.Less(t, g>>8, uint32(128), "the last of the five is there, red as anger is")
}

func TestGalleryRefusesWhatItCannotShow(t *testing.T) {
	short, dir := portrait(t, "short.y4m", 9), t.TempDir()
	clip := portrait(t, "man.y4m", galleryWarmUp+stripPictures+1)
	for args, want := range map[string]string{
		dir:                           "clips",
		dir + " /nowhere.y4m":         "no such file",
		dir + " " + short:             "has only 9 pictures",
		short + " " + short:           "has only 9 pictures",
		dir + " " + clip + " " + clip: "would be shown as \"man\"",
	} {
		status, _, stderr := run(t, append([]string{"gallery"}, strings.Fields(args)...))
		require.NotZero(t, status)
		require.Contains(t, stderr, want)
	}
}
