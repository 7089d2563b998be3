package convert

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
)

// ReadPackage reads files out of a package as `npm pack` writes it, after it has compared the whole package
// with its integrity ("sha512-" and the base64 of the hash). The names are those inside the package, without
// its leading folder. A package that is another or that lacks one of the files is an error.
func ReadPackage(file, integrity string, names ...string) (map[string][]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open package: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	hash := sha512.New()
	if _, err := io.Copy(hash, f); err != nil {
		return nil, fmt.Errorf("read package %s: %w", file, err)
	}
	if sum := "sha512-" + base64.StdEncoding.EncodeToString(hash.Sum(nil)); sum != integrity {
		return nil, fmt.Errorf("check package %s: integrity is %s instead of %s", file, sum, integrity)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read package %s: %w", file, err)
	}
	files, err := unpack(f, names)
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	return files, nil
}

// unpack reads the named files of a gzipped tar; it stops when it has all.
func unpack(r io.Reader, names []string) (map[string][]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	files, entries := map[string][]byte{}, tar.NewReader(z)
	for len(files) < len(names) {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("of %v only %v are there", names, slices.Sorted(maps.Keys(files)))
		} else if err != nil {
			return nil, err
		}
		for _, name := range names {
			if path.Clean(h.Name) != path.Join("package", name) {
				continue
			}
			if files[name], err = io.ReadAll(entries); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}
