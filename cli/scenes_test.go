package cli

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/inference/scene"
)

// sceneFile is a file of scenes that a test writes anew.
type sceneFile struct {
	t    *testing.T
	path string
	at   time.Time
}

func newSceneFile(t *testing.T) *sceneFile {
	f := &sceneFile{t: t, path: filepath.Join(t.TempDir(), "filters.yaml"), at: time.Now()}
	f.write(string(assets.Filters()))
	return f
}

// write makes each version one of its own time, however coarse the clock of the file system is.
func (f *sceneFile) write(text string) {
	f.t.Helper()
	require.NoError(f.t, os.WriteFile(f.path, []byte(text), 0o600))
	f.at = f.at.Add(time.Second)
	require.NoError(f.t, os.Chtimes(f.path, f.at, f.at))
}

func TestScenesAreReloaded(t *testing.T) {
	f := newSceneFile(t)
	var log bytes.Buffer
	var got []scene.Filters
	refuse := error(nil)
	w := newSceneWatch(f.path, slog.New(slog.NewTextHandler(&log, nil)), func(s scene.Filters) error {
		if refuse == nil {
			got = append(got, s)
		}
		return refuse
	})
	w.look()
	require.Empty(t, got, "what was loaded at the start is not loaded again")

	shipped := string(assets.Filters())
	f.write(strings.Replace(shipped, "fade_s: 1.4", "fade_s: 1.9", 1))
	w.look()
	w.look()
	require.Len(t, got, 1)
	require.InDelta(t, 1.9, got[0].FadeS, 1e-9)
	require.Contains(t, log.String(), "scenes changed")

	for name, text := range map[string]string{
		"a key that is none": "sparkle: 1\n" + shipped, "half a file": shipped[:400], "empty": "",
	} {
		log.Reset()
		f.write(text)
		w.look()
		w.look()
		require.Len(t, got, 1, name)
		require.Equal(t, 1, strings.Count(log.String(), "filter.scenes"), "told once: %s", log.String())
		require.Contains(t, log.String(), "level=ERROR", name)
	}

	log.Reset()
	require.NoError(t, os.Remove(f.path))
	w.look()
	w.look()
	require.Equal(t, 1, strings.Count(log.String(), "level=ERROR"))
	f.write(shipped)
	w.look()
	require.Len(t, got, 2, "it is back")

	log.Reset()
	refuse = errors.New("no neutral")
	f.write(shipped + "\n")
	w.look()
	require.Contains(t, log.String(), "no neutral")
}

func TestWatchEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	w := newSceneWatch(filepath.Join(t.TempDir(), "none"), slog.New(slog.DiscardHandler), nil)
	go func() {
		defer close(done)
		w.run(ctx)
	}()
	stop()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("still running")
	}
}

// A running server offers what the file says now, in a room that is asked for, and to the engine.
func TestReloadedScenesAreOffered(t *testing.T) {
	f := newSceneFile(t)
	cfg := configs.Default()
	cfg.Filter.Scenes = f.path
	cfg.Data.Dir = t.TempDir()
	cfg.RTC.UDPPort = 0
	h, err := build(t.Context(), cfg, newLog(cfg.Log, t.Output()))
	require.NoError(t, err)
	defer func() {
		require.NoError(t, h.close(context.WithoutCancel(t.Context())))
		require.NoError(t, h.closeDatabase())
	}()
	require.Empty(t, h.engine.info.Error, "the models are made by `make setup`")
	before := h.engine.offer()
	require.NotEmpty(t, before.Pictures)

	text := string(assets.Filters())
	first := "- id: " + before.Pictures[0].ID + "\n"
	require.Contains(t, text, first)
	f.write(strings.Replace(text, first, "- id: renamed\n", 1))
	h.scenes.look()
	after := h.engine.offer()
	require.Equal(t, "renamed", after.Pictures[0].ID)
	require.Equal(t, before.Modes, after.Modes)
	require.Equal(t, "renamed", forHandler(after).Pictures[0].ID)
	require.Equal(t, "renamed", h.engine.inner.Info().Pictures[0].ID)
}
