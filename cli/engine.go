package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/ort"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// consentVersion is the version of the text to which people say yes before their mood is read. Whoever
// changes that text adds one: then everybody is asked again.
const consentVersion = 2

// Names of the models in assets/models.yaml.
const (
	segmentModel = "selfie"
	faceModel    = "blazeface-front"
	emotionModel = "emotion"
)

// engineInfo is what an operator sees of the models.
type engineInfo struct {
	Provider    string `json:"provider,omitempty"`
	Runtime     string `json:"runtime,omitempty"` // version of ONNX Runtime
	Library     string `json:"library,omitempty"`
	Why         string `json:"why,omitempty"` // why this provider
	Workers     int    `json:"workers,omitempty"`
	MoodEnabled bool   `json:"mood_enabled"`
	Code        string `json:"code,omitempty"`       // stable name of Error
	Error       string `json:"error,omitempty"`      // why nothing is filtered
	MoodError   string `json:"mood_error,omitempty"` // why moods are not read although they may be
}

// engine is the models as the media server wants to see them. One that could not start offers the mode off
// only.
type engine struct {
	inner     *inference.Engine // nil where it could not start
	info      engineInfo
	newFilter room.FilterFactory // nil with inner

	mu      sync.Mutex
	filters room.Filters // guarded by mu; what people may choose from now
}

// offer is what people may choose from now.
func (e *engine) offer() room.Filters {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.filters
}

// setScenes replaces scenes and pictures in running calls, and returns what people may choose from then.
func (e *engine) setScenes(f scene.Filters) (room.Filters, error) {
	if err := e.inner.SetFilters(f); err != nil {
		return room.Filters{}, fmt.Errorf("change scenes: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.filters = offered(e.inner.Info())
	return e.filters, nil
}

// openEngine starts the models. It never fails: calls work without them, and the log says why nothing is
// filtered.
func openEngine(cfg configs.Config, log *slog.Logger) *engine {
	log = log.With(slog.String("part", "inference"))
	inner, moodErr, err := startEngine(cfg, log)
	if err != nil {
		code := string(ort.CodeOf(err))
		switch {
		case errors.Is(err, assets.ErrModelMissing):
			code = "model_missing"
		case code == "":
			code = "inference_failed"
		}
		log.Error("calls go unfiltered: the models did not start",
			slog.String("code", code), slog.Any("error", err))
		return &engine{info: engineInfo{Code: code, Error: err.Error()}, filters: unfiltered()}
	}
	i := inner.Info()
	e := &engine{inner: inner, filters: offered(i), info: engineInfo{
		Provider: i.Provider, Runtime: i.Version, Library: i.Library, Why: i.Why, Workers: i.Workers,
		MoodEnabled: i.MoodEnabled,
	}}
	if moodErr != nil {
		log.Error("moods are not read: a model did not load", slog.Any("error", moodErr))
		e.info.MoodError = moodErr.Error()
	}
	e.newFilter = func() (room.Filter, error) {
		f, err := inner.NewFilter()
		if err != nil {
			return nil, fmt.Errorf("make filter: %w", err)
		}
		return roomFilter{f}, nil
	}
	return e
}

// onCPU is whether filtering keeps a core busy rather than waiting for an accelerator.
func (e *engine) onCPU() bool { return e.info.Provider == ort.CPU }

// roomFilter is a filter as a room wants to see it.
type roomFilter struct{ *inference.Filter }

// Choose implements room.Filter.
func (f roomFilter) Choose(c room.Choice) error { return f.Filter.Choose(inference.Choice(c)) }

// startEngine loads what the configuration names. A face or emotion model that is missing or broken costs the
// mode mood only: moodErr says so.
func startEngine(cfg configs.Config, log *slog.Logger) (e *inference.Engine, moodErr, err error) {
	c := inference.Config{
		Runtime:     ort.Config{Library: cfg.Inference.Library, Provider: cfg.Inference.Provider, Log: log},
		MoodEnabled: cfg.MoodAllowed(), Workers: cfg.Inference.Workers, MatteHz: cfg.Filter.MatteHz, Log: log,
	}
	if c.Filters, err = loadScenes(cfg.Filter.Scenes); err != nil {
		return nil, nil, err
	}
	if c.Models.Segment, err = loadModel(segmentModel, cfg.Inference.SegmentModel); err != nil {
		return nil, nil, err
	}
	if c.MoodEnabled {
		var faceErr, emotionErr error
		c.Models.Face, faceErr = loadModel(faceModel, cfg.Inference.FaceModel)
		c.Models.Emotion, emotionErr = loadModel(emotionModel, cfg.Inference.EmotionModel)
		moodErr = errors.Join(faceErr, emotionErr)
	}
	e, err = inference.New(c)
	if err != nil && c.MoodEnabled && moodErr == nil {
		c.MoodEnabled = false
		if calm, calmErr := inference.New(c); calmErr == nil {
			return calm, err, nil
		}
	}
	return e, moodErr, err
}

func loadScenes(path string) (scene.Filters, error) {
	data := assets.Filters()
	if path != "" {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return scene.Filters{}, fmt.Errorf("read filter.scenes: %w", err)
		}
	}
	f, err := scene.ParseFilters(data)
	if err != nil {
		return f, fmt.Errorf("parse scenes: %w", err)
	}
	return f, nil
}

// loadModel reads a model of the manifest, from the binary or from the file that replaces it.
func loadModel(name, path string) (inference.Model, error) {
	m, data, err := assets.LoadModel(name, path)
	if err != nil {
		return inference.Model{}, fmt.Errorf("load model %s: %w", name, err)
	}
	out := inference.Model{
		Name: name, Data: data, Input: ort.Port{Name: m.Input.Name, Shape: m.Input.Shape}, Classes: m.Classes,
	}
	for _, o := range m.Outputs {
		out.Outputs = append(out.Outputs, ort.Port{Name: o.Name, Shape: o.Shape})
	}
	return out, nil
}

// offered is what people may choose from.
func offered(i inference.Info) room.Filters {
	f := unfiltered()
	f.Modes, f.MoodEnabled = i.Modes, i.MoodEnabled
	f.Moods = append(f.Moods, i.Moods...)
	for _, p := range i.Pictures {
		f.Pictures = append(f.Pictures, room.Picture{
			ID: p.ID, Name: map[string]string{"ko": p.Name.KO, "en": p.Name.EN}, Colours: colours(p),
		})
	}
	return f
}

func colours(p scene.Picture) []string {
	out := make([]string, len(p.Colours))
	for i, c := range p.Colours {
		out[i] = c.String()
	}
	return out
}

func unfiltered() room.Filters {
	return room.Filters{
		Modes: []string{room.ModeOff}, Pictures: []room.Picture{}, Moods: []string{},
		ConsentVersion: consentVersion,
	}
}

func (e *engine) close() error {
	if e == nil || e.inner == nil {
		return nil
	}
	if err := e.inner.Close(); err != nil {
		return fmt.Errorf("close inference engine: %w", err)
	}
	return nil
}
