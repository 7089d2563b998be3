package inference

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/inference/ort"
	"github.com/pp-enter/pp-enter/inference/scene"
)

func shippedFilters(t testing.TB) scene.Filters {
	t.Helper()
	f, err := scene.ParseFilters(assets.Filters())
	require.NoError(t, err)
	return f
}

// shippedModel loads one of the models of the build; without `make models` the test fails and says so.
func shippedModel(t testing.TB, name string) Model {
	t.Helper()
	m, data, err := assets.LoadModel(name, "")
	require.NoError(t, err)
	in := ort.Port{Name: m.Input.Name, Shape: m.Input.Shape}
	out := Model{Name: m.Name, Data: data, Input: in, Classes: m.Classes}
	for _, o := range m.Outputs {
		out.Outputs = append(out.Outputs, ort.Port{Name: o.Name, Shape: o.Shape})
	}
	return out
}

// realEngine runs the shipped models on the CPU; change adjusts the configuration.
func realEngine(t testing.TB, change func(*Config)) *Engine {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	cfg := Config{
		Runtime: ort.Config{Provider: ort.CPU, Log: log},
		Models: Models{
			Segment: shippedModel(t, "selfie"),
			Face:    shippedModel(t, "blazeface-front"),
			Emotion: shippedModel(t, "emotion"),
		},
		Filters:     shippedFilters(t),
		MoodEnabled: true,
		Workers:     1,
		Log:         log,
	}
	if change != nil {
		change(&cfg)
	}
	e, err := New(cfg)
	if ort.CodeOf(err) == ort.CodeLibraryNotFound {
		err = errors.Join(err, errors.New("run `make models`"))
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}
