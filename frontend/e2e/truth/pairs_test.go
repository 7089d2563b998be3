package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLikeness(t *testing.T) {
	const w, h = 40, 30
	write := func(name string, shade func(x, y int) byte) string {
		path := filepath.Join(t.TempDir(), name)
		pix := make([]byte, 0, 4*w*h)
		for y := range h {
			for x := range w {
				v := shade(x, y)
				pix = append(pix, v, v, v, 255)
			}
		}
		require.NoError(t, os.WriteFile(path, pix, 0o600))
		return path
	}
	slope := func(x, y int) byte { return byte(5*x + y) }
	a, b := write("a", slope), write("b", func(x, y int) byte { return slope(x, y) + byte((x+y)%2*12) })
	c := write("c", func(x, y int) byte { return 255 - slope(x, y) })

	alike, err := compare("40x30", []string{a, a, a, b, a, c})
	require.NoError(t, err)
	require.Len(t, alike, 3)
	require.InDelta(t, 1, alike[0], 1e-6)
	require.Less(t, alike[1], 0.95, "noise")
	require.Greater(t, alike[1], alike[2])

	for _, files := range [][]string{nil, {a}, {a, filepath.Join(t.TempDir(), "none")}} {
		_, err = compare("40x30", files)
		require.Error(t, err)
	}
	for _, size := range []string{"", "40", "0x30", "80x30"} {
		_, err = compare(size, []string{a, a})
		require.Error(t, err, size)
	}
}
