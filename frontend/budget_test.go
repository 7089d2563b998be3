package frontend_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/frontend"
)

// firstLoad is the most compressed JavaScript, in bytes, that the first look at the feed may cost.
const firstLoad = 90 << 10

// chunk is one file of Vite's manifest.
type chunk struct {
	File    string   `json:"file"`
	IsEntry bool     `json:"isEntry"`
	Imports []string `json:"imports"`
}

// TestFirstLoad adds up what a browser fetches before the feed stands: the entry, the texts of one language,
// the feed, and all that these import at once.
func TestFirstLoad(t *testing.T) {
	files := built(t)
	data, err := fs.ReadFile(files, ".vite/manifest.json")
	require.NoError(t, err)
	manifest := map[string]chunk{}
	require.NoError(t, json.Unmarshal(data, &manifest))

	worst := 0
	for _, language := range []string{"ko", "en"} {
		loaded := map[string]bool{}
		follow(t, manifest, "index.html", loaded)
		require.True(t, manifest["index.html"].IsEntry)
		follow(t, manifest, "src/i18n/"+language+".ts", loaded)
		follow(t, manifest, "src/pages/feed/Feed.svelte", loaded)
		sum := 0
		for _, name := range slices.Sorted(maps.Keys(loaded)) {
			size := zipped(t, files, manifest[name].File)
			t.Logf("%s: %6d bytes %s", language, size, name)
			sum += size
			require.NotContains(t, name, "Room.svelte", "the call is loaded on demand")
			require.NotContains(t, name, "src/i18n/"+map[string]string{"ko": "en", "en": "ko"}[language])
		}
		callCodeIsElsewhere(t, files, manifest, loaded)
		t.Logf("%s: the first look at the feed costs %.1f of %d KB", language, float64(sum)/1024, firstLoad>>10)
		worst = max(worst, sum)
	}
	require.LessOrEqual(t, worst, firstLoad)
}

// callCodeIsElsewhere looks for what only the call's core says.
func callCodeIsElsewhere(t *testing.T, files fs.FS, manifest map[string]chunk, loaded map[string]bool) {
	t.Helper()
	const sign = "RTCPeerConnection"
	room := map[string]bool{}
	follow(t, manifest, "src/pages/Room.svelte", room)
	found := false
	for name := range room {
		data, err := fs.ReadFile(files, manifest[name].File)
		require.NoError(t, err)
		if !bytes.Contains(data, []byte(sign)) {
			continue
		}
		found = true
		require.False(t, loaded[name], "%s holds the call", name)
	}
	require.True(t, found, "the call's code is not recognised by %q any more", sign)
}

// follow adds a file of the manifest and all that it imports at once.
func follow(t *testing.T, manifest map[string]chunk, name string, loaded map[string]bool) {
	t.Helper()
	if loaded[name] {
		return
	}
	file, ok := manifest[name]
	require.True(t, ok, "%s is not in the build", name)
	loaded[name] = true
	for _, other := range file.Imports {
		follow(t, manifest, other, loaded)
	}
}

func zipped(t *testing.T, files fs.FS, name string) int {
	t.Helper()
	data, err := fs.ReadFile(files, name)
	require.NoError(t, err)
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf) // as the server does
	_, err = w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return buf.Len()
}

// named are the foreign addresses that stand in the build as names or as words to a developer, and are never
// fetched.
var named = []string{
	"http://www.w3.org/",      // names of XML vocabularies
	"https://svelte.dev/e/",   // the long form of an error's code
	"https://tailwindcss.com", // a licence
	"http://page.invalid",     // stands for this page where addresses are taken apart
}

// foreign finds whole addresses, and such without a protocol where a text or a url() begins.
var foreign = regexp.MustCompile(
	"(?:https?|wss?)://[\\w.\\[-][^\\s\"'`)<>]*" + "|" + "[\"'`(=]//[a-z0-9-]+\\.[a-z]{2,}[^\\s\"']*")

// TestNothingForeign finds no address in the build from which something could be fetched.
func TestNothingForeign(t *testing.T) {
	files := built(t)
	looked := 0
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(textual, path.Ext(name)) {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		looked++
		for _, address := range foreign.FindAllString(string(data), -1) {
			known := slices.ContainsFunc(named, func(start string) bool { return strings.HasPrefix(address, start) })
			require.True(t, known, "%s names %s", name, address)
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, looked, 10)
}

var textual = []string{".html", ".js", ".css", ".svg", ".webmanifest"}

// built gives the built page; a clean clone has none yet.
func built(t *testing.T) fs.FS {
	t.Helper()
	files := frontend.Files()
	if _, err := fs.Stat(files, "index.html"); err != nil {
		t.Skip("the page is not built: run `make build`")
	}
	return files
}
