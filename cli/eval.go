package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pp-enter/pp-enter/inference"
)

// evalCmd measures the models and what the engine makes of them on data that the user brings.
type evalCmd struct {
	Matte   evalMatteCmd   `cmd:"" help:"How well is the person found? Pictures with masks."`
	Flicker evalFlickerCmd `cmd:"" help:"How calm is the outline? A video."`
	Emotion evalEmotionCmd `cmd:"" help:"How well is the mood read? Faces in a folder for each mood."`
}

// report is embedded in the commands that measure.
type report struct {
	JSON string `name:"json" type:"path" placeholder:"FILE" help:"File that gets the figures as JSON."`
}

// write writes the figures to the file that was asked for, if one was.
func (r report) write(figures any) error {
	if r.JSON == "" {
		return nil
	}
	data, err := json.MarshalIndent(figures, "", "  ")
	if err == nil {
		err = os.WriteFile(r.JSON, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// toolEngine starts the configured models for a tool. A tool that reads faces fails where their models do not
// start; the others need them for the scenes of moods only.
func toolEngine(c *configured, p *Process, faces bool) (*inference.Engine, error) {
	cfg, _, err := c.load(p)
	if err != nil {
		return nil, fmt.Errorf("configure: %w", err)
	}
	if faces && !cfg.MoodAllowed() {
		return nil, errors.New("no face is read: the configuration's profile leaves the mood out")
	}
	e, moodErr, err := startEngine(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, fmt.Errorf("start models: %w", err)
	}
	if faces && moodErr != nil {
		return nil, errors.Join(fmt.Errorf("start models of the mood: %w", moodErr), e.Close())
	}
	return e, nil
}

// stillsIn are the names of a folder's JPEG and PNG files, sorted.
func stillsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for pictures: %w", err)
	}
	var names []string
	for _, e := range entries {
		if endings := []string{".jpg", ".jpeg", ".png"}; !e.IsDir() &&
			slices.Contains(endings, strings.ToLower(filepath.Ext(e.Name()))) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// stem is a file's name without its ending.
func stem(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

// few is a list of names that stays readable however long it is.
func few(names []string) string {
	const most = 8
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
