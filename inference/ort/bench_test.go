package ort_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/inference/ort"
)

// shipped loads a model of the manifest with noise as its input.
func shipped(t testing.TB, name string) *ort.Session {
	m, data, err := assets.LoadModel(name, "")
	require.NoError(t, err)
	r, err := ort.Open(ort.Config{Provider: ort.CPU})
	require.NoError(t, err, "is the library in bin/lib? `make models` puts it there")
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	var out []ort.Port
	for _, o := range m.Outputs {
		out = append(out, ort.Port{Name: o.Name, Shape: o.Shape})
	}
	s, err := r.NewSession(data, []ort.Port{{Name: m.Input.Name, Shape: m.Input.Shape}}, out)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range s.Input(0) {
		s.Input(0)[i] = noise.Float32()
	}
	return s
}

func names(t testing.TB) []string {
	m, err := assets.Models()
	require.NoError(t, err)
	var names []string
	for _, model := range m.Models {
		names = append(names, model.Name)
	}
	return names
}

func TestShippedModelsRunWithoutAllocation(t *testing.T) {
	for _, name := range names(t) {
		t.Run(name, func(t *testing.T) {
			s := shipped(t, name)
			require.Zero(t, testing.AllocsPerRun(20, func() {
				if err := s.Run(); err != nil {
					t.Error(err)
				}
			}))
			for _, v := range s.Output(0) {
				require.False(t, v != v, "not a number")
			}
		})
	}
}

func BenchmarkRun(b *testing.B) {
	for _, name := range names(b) {
		b.Run(name, func(b *testing.B) {
			s := shipped(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
