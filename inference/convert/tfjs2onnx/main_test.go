package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
)

const packages = "../../../.cache/npm" // `make models` fills it

// brokenManifest is the real manifest with another sha256 for selfie.
func brokenManifest(t *testing.T) (file, right, wrong string) {
	shipped, err := os.ReadFile("../../../assets/models.yaml")
	require.NoError(t, err)
	m, err := assets.Models()
	require.NoError(t, err)
	selfie, err := m.Model("selfie")
	require.NoError(t, err)
	wrong = strings.Repeat("ab", 32)
	file = filepath.Join(t.TempDir(), "models.yaml")
	text := strings.Replace(string(shipped), selfie.SHA256, wrong, 1)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file, string(shipped), wrong
}

func TestRunChecksAndUpdatesTheManifest(t *testing.T) {
	manifest, shipped, wrong := brokenManifest(t)
	out := t.TempDir()
	err := job{packages: packages, out: out, manifest: manifest}.run()
	require.ErrorContains(t, err, wrong, "is the package in .cache/npm? `make models` puts it there")
	require.NoFileExists(t, filepath.Join(out, "selfie.onnx"))

	require.NoError(t, job{packages: packages, out: out, manifest: manifest, update: true}.run())
	text, err := os.ReadFile(manifest)
	require.NoError(t, err)
	require.Equal(t, shipped, string(text))
	require.FileExists(t, filepath.Join(out, "selfie.onnx"))
	require.FileExists(t, filepath.Join(out, "blazeface-front.onnx"))
}

func TestReplaceSumNeedsTheEntry(t *testing.T) {
	for _, text := range []string{
		"", "- name: a\n", "- name: a\n- name: b\n  sha256: 1\n", "- name: b\n  sha256: 1\n",
	} {
		_, err := replaceSum([]byte(text), "a", "2")
		require.Error(t, err, text)
	}
	got, err := replaceSum([]byte("- name: a\n  sha256: 1\n- name: b\n  sha256: 1\n"), "b", "2")
	require.NoError(t, err)
	require.Equal(t, "- name: a\n  sha256: 1\n- name: b\n  sha256: 2\n", string(got))
}
