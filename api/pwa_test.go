package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/frontend"
)

// webManifest is what the tests read of manifest.webmanifest.
type webManifest struct {
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	Lang      string `json:"lang"`
	StartURL  string `json:"start_url"`
	Display   string `json:"display"`
	Icons     []struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose"`
	} `json:"icons"`
}

// TestInstallable holds the files that make the page an app against what browsers ask of them.
func TestInstallable(t *testing.T) {
	files := builtPage(t)
	serve := servedBy(t, files)

	answer := serve("/manifest.webmanifest")
	require.Equal(t, "application/manifest+json", answer.Header().Get("Content-Type"))
	require.Equal(t, "no-cache", answer.Header().Get("Cache-Control"))
	var manifest webManifest
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &manifest))
	require.Equal(t, "PP-ENTER", manifest.ShortName)
	require.Equal(t, "ko", manifest.Lang)
	require.Equal(t, "/", manifest.StartURL)
	require.Equal(t, "standalone", manifest.Display)

	purposes := map[string]bool{}
	for _, icon := range manifest.Icons {
		purposes[icon.Sizes+" "+icon.Purpose] = true
		got := serve(icon.Src)
		require.Equal(t, http.StatusOK, got.Code, icon.Src)
		require.Equal(t, icon.Type, got.Header().Get("Content-Type"), icon.Src)
		if icon.Type == "image/png" {
			require.Equal(t, "public, max-age=86400", got.Header().Get("Cache-Control"), icon.Src)
			require.Equal(t, icon.Sizes, sizeOf(t, got.Body.Bytes()), icon.Src)
		}
	}
	for _, wanted := range []string{"192x192 any", "512x512 any", "512x512 maskable"} {
		require.True(t, purposes[wanted], wanted)
	}
	require.Equal(t, "180x180", sizeOf(t, serve("/icons/apple-touch-icon.png").Body.Bytes()))

	index := serve("/").Body.String()
	require.Contains(t, index, `rel="manifest"`)
	require.Contains(t, index, `rel="apple-touch-icon"`)
	policy := serve("/").Header().Get("Content-Security-Policy")
	require.Contains(t, policy, "worker-src 'self'; manifest-src 'self';")
}

// TestServiceWorker holds the worker against the build: it is asked for anew each time, keeps files that are
// there, and is no module of the page.
func TestServiceWorker(t *testing.T) {
	files := builtPage(t)
	serve := servedBy(t, files)
	worker := serve("/sw.js")
	require.Equal(t, "text/javascript; charset=utf-8", worker.Header().Get("Content-Type"))
	require.Equal(t, "no-cache", worker.Header().Get("Cache-Control"))
	text := worker.Body.String()
	require.NotContains(t, text, "__SHELL_")

	kept := 0
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("`\"'", r) }) {
		if strings.HasPrefix(part, "/assets/") && part != "/assets/" {
			kept++
			require.Equal(t, http.StatusOK, serve(part).Code, part)
		}
	}
	require.Greater(t, kept, 3, "entry, style and two languages")
	require.Equal(t, http.StatusNotFound, serve("/.vite/manifest.json").Code)
}

// builtPage gives the built page; a clean clone has none yet.
func builtPage(t *testing.T) fs.FS {
	t.Helper()
	files := frontend.Files()
	if _, err := fs.Stat(files, "index.html"); err != nil {
		t.Skip("the page is not built: run `make build`")
	}
	return files
}

// servedBy gives what the server answers to a request for a file.
func servedBy(t *testing.T, files fs.FS) func(path string) *httptest.ResponseRecorder {
	t.Helper()
	h, _ := newHandler(t, func(c *Config) { c.Pages = files })
	return func(path string) *httptest.ResponseRecorder { return get(h, "GET", path) }
}

func sizeOf(t *testing.T, data []byte) string {
	t.Helper()
	picture, err := png.DecodeConfig(bytes.NewReader(data))
	require.NoError(t, err)
	return fmt.Sprintf("%dx%d", picture.Width, picture.Height)
}
