package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A package with one model, y = Relu(x).
const (
	modelJSON = `{"format": "graph-model",
		"weightsManifest": [{"paths": ["small.bin"], "weights": [{"name": "w", "shape": [1], "dtype": "float32"}]}],
		"modelTopology": {"node": [
			{"name": "x", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": [
				{"size": "1"}, {"size": "2"}, {"size": "2"}, {"size": "3"}]}}}},
			{"name": "y", "op": "Relu", "input": ["x"]}]}}`
	manifest = `packages:
  - {name: other, version: 1.0.0, file: absent.tgz, integrity: sha512-none, licence: MIT}
  - {name: small, version: 1.0.0, file: small-1.0.0.tgz, integrity: INTEGRITY, licence: MIT}
models:
  - name: small # the only one that is made
    file: small.onnx
    sha256: abababababababababababababababababababababababababababababababab
    licence: MIT
    source: {package: small, path: models/small.json}
    input: {name: x, shape: [1, 3, 2, 2], layout: NCHW, colour: RGB, range: [0, 1]}
    outputs: [{name: y, shape: [1, 3, 2, 2], meaning: nothing}]
    classes: [nothing]
`
)

// pack writes the package and a manifest with a wrong sha256 into a new folder.
func pack(t *testing.T, model string) job {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, content := range map[string]string{"small.json": model, "small.bin": "\x00\x00\x80\x3f"} {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: "package/models/" + name, Size: int64(len(content))}))
		_, err := w.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "small-1.0.0.tgz"), b.Bytes(), 0o600))
	sum := sha512.Sum512(b.Bytes())
	integrity := "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
	j := job{packages: dir, out: filepath.Join(dir, "out"), manifest: filepath.Join(dir, "models.yaml")}
	text := strings.Replace(manifest, "INTEGRITY", integrity, 1)
	require.NoError(t, os.WriteFile(j.manifest, []byte(text), 0o600))
	return j
}

func TestRunChecksAndUpdatesTheManifest(t *testing.T) {
	j := pack(t, modelJSON)
	made := filepath.Join(j.out, "small.onnx")
	before, err := os.ReadFile(j.manifest)
	require.NoError(t, err)
	require.ErrorContains(t, j.run(), "small.onnx came out with sha256")
	require.NoFileExists(t, made)

	j.update = true
	require.NoError(t, j.run())
	after, err := os.ReadFile(j.manifest)
	require.NoError(t, err)
	require.NotEqual(t, string(before), string(after))
	require.Contains(t, string(after), "# the only one that is made")
	require.FileExists(t, made)

	require.NoError(t, os.Remove(made))
	j.update = false
	require.NoError(t, j.run(), "the manifest is right now")
	require.FileExists(t, made)
	require.NoFileExists(t, made+".part")
}

func TestRunRefusesOtherPackages(t *testing.T) {
	j := pack(t, modelJSON)
	require.NoError(t, os.WriteFile(filepath.Join(j.packages, "small-1.0.0.tgz"), []byte("other"), 0o600))
	require.ErrorContains(t, j.run(), "check package")
	require.NoError(t, os.Remove(filepath.Join(j.packages, "small-1.0.0.tgz")))
	require.ErrorIs(t, j.run(), os.ErrNotExist)
	require.ErrorContains(t, pack(t, "{}").run(), "make small.onnx")
	require.ErrorContains(t, pack(t, strings.ReplaceAll(modelJSON, "small.bin", "large.bin")).run(), "large.bin")
}

func TestReplaceSumNeedsTheEntry(t *testing.T) {
	for _, text := range []string{
		"", "- name: a\n", "- name: a\n- name: b\n  sha256: 1\n", "- name: b\n  sha256: 1\n",
	} {
		_, err := replaceSum([]byte(text), "a", "2")
		require.Error(t, err, text)
	}
	got, err := replaceSum([]byte("- name: a\n  sha256: 1\n- name: b # c\n  sha256: 1 # d\n"), "b", "2")
	require.NoError(t, err)
	require.Equal(t, "- name: a\n  sha256: 1\n- name: b # c\n  sha256: 2\n", string(got))
}
