package convert

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// pack writes a package with one file and returns its path and integrity.
func pack(t *testing.T, name, content string) (file, integrity string) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644}))
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	sum := sha512.Sum512(b.Bytes())
	file = filepath.Join(t.TempDir(), "p.tgz")
	require.NoError(t, os.WriteFile(file, b.Bytes(), 0o600))
	return file, "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

func TestReadPackage(t *testing.T) {
	file, integrity := pack(t, "package/models/a.json", "{}")
	files, err := ReadPackage(file, integrity, "models/a.json")
	require.NoError(t, err)
	require.Equal(t, map[string][]byte{"models/a.json": []byte("{}")}, files)

	_, err = ReadPackage(file, integrity, "models/a.json", "models/b.json")
	require.ErrorContains(t, err, "only [models/a.json] are there")
	_, err = ReadPackage(file, "sha512-AAAA", "models/a.json")
	require.ErrorContains(t, err, "instead of sha512-AAAA")
	_, err = ReadPackage(file+".none", integrity, "models/a.json")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestReadPackageOfGarbage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.tgz")
	require.NoError(t, os.WriteFile(file, []byte("garbage"), 0o600))
	sum := sha512.Sum512([]byte("garbage"))
	_, err := ReadPackage(file, "sha512-"+base64.StdEncoding.EncodeToString(sum[:]), "a")
	require.ErrorContains(t, err, "unpack")
}
