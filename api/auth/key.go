// Package auth proves who somebody is: room tickets, and the cookie that tells one guest from another. It
// decides nothing about what they may do.
package auth

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeySize is the length of the server's secret in bytes.
const KeySize = 32

// LoadKey reads the secret at path, or makes it, readable by the owner only, with the folders above it.
func LoadKey(path string) ([]byte, error) {
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make key folder: %w", err)
	}
	key = make([]byte, KeySize)
	rand.Read(key) // never fails: the runtime ends the program instead
	// Written aside and then linked: a second process that starts at the same time sees a whole key or none.
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("make key file: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(key)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	if err := os.Link(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
		return readKey(path)
	} else if err != nil {
		return nil, fmt.Errorf("place key file: %w", err)
	}
	return key, nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, fmt.Errorf("close key file to others: %w", err)
		}
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if len(key) != KeySize {
		return nil, fmt.Errorf("read key file: %s holds %d bytes instead of %d", path, len(key), KeySize)
	}
	return key, nil
}

// derive makes the key of one purpose out of the server's secret, so that no two uses share one.
func derive(secret []byte, purpose string) ([]byte, error) {
	if len(secret) != KeySize {
		return nil, fmt.Errorf("derive key: the secret has %d bytes instead of %d", len(secret), KeySize)
	}
	key, err := hkdf.Expand(sha256.New, secret, "pp-enter "+purpose, KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return key, nil
}
