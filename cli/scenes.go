package cli

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/pp-enter/pp-enter/inference/scene"
)

// scenesEvery is how often filter.scenes is looked at.
const scenesEvery = 2 * time.Second

// sceneWatch follows the file of filter.scenes. A change that makes sense is in effect at once; of one that
// does not, the log tells once, and the scenes stay as they are.
type sceneWatch struct {
	path  string
	apply func(scene.Filters) error
	log   *slog.Logger
	seen  stamp // owned by run once it runs
}

// stamp tells two states of a file apart.
type stamp struct {
	changed time.Time
	size    int64
	trouble string // why the file could not be looked at
}

// newSceneWatch remembers the file as it is now: what was loaded before is not loaded again.
func newSceneWatch(path string, log *slog.Logger, apply func(scene.Filters) error) *sceneWatch {
	return &sceneWatch{path: path, apply: apply, log: log, seen: stampOf(path)}
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return stamp{trouble: "there is no such file"}
	case err != nil:
		return stamp{trouble: err.Error()}
	}
	return stamp{changed: info.ModTime(), size: info.Size()}
}

// run looks at the file until ctx ends.
func (w *sceneWatch) run(ctx context.Context) {
	tick := time.NewTicker(scenesEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.look()
		}
	}
}

// look loads the file if it is another one than at the last look.
func (w *sceneWatch) look() {
	now := stampOf(w.path)
	if now == w.seen {
		return
	}
	w.seen = now
	f, err := loadScenes(w.path)
	if err == nil {
		err = w.apply(f)
	}
	if err != nil {
		w.log.Error("the scenes stay as they are: the new ones cannot be used",
			slog.String("key", "filter.scenes"), slog.String("path", w.path), slog.Any("error", err))
		return
	}
	w.log.Info("scenes changed", slog.String("path", w.path), slog.Int("moods", len(f.Moods)),
		slog.Int("pictures", len(f.Pictures)))
}

// watchScenes follows filter.scenes until ctx ends, where there are a file and an engine that could use it.
func (h *house) watchScenes(ctx context.Context) {
	if h.scenes != nil {
		h.scenes.run(ctx)
	}
}

// followScenes prepares watchScenes, before the scenes are loaded for the first time.
func (h *house) followScenes() {
	if h.cfg.Filter.Scenes == "" {
		return
	}
	log := h.log.With(slog.String("part", "inference"))
	h.scenes = newSceneWatch(h.cfg.Filter.Scenes, log, func(f scene.Filters) error {
		if h.engine.inner == nil {
			return errNoEngine
		}
		offer, err := h.engine.setScenes(f)
		if err == nil {
			h.sfu.SetFilters(offer)
		}
		return err
	})
}

var errNoEngine = errors.New("the models did not start")
