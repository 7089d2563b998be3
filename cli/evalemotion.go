package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/eval"
)

type evalEmotionCmd struct {
	configured
	report

	Data string `required:"" type:"path" placeholder:"DIR" help:"A folder of folders, one a mood."`
}

// Help says what no flag has room for.
func (c *evalEmotionCmd) Help() string {
	return `The folders in DIR are named as the model names its classes (angry, disgust, fear, happy, neutral,
sad, surprise) and hold JPEG or PNG pictures with a face each. The face is found and judged as in a call;
pictures without one that can be read are counted by reason and left out of the figures.`
}

// calibrationBins is how many bins the calibration error is taken over, as is usual.
const calibrationBins = 15

// noFace is the reason of a picture in which no face was found; the others are the gate's verdicts.
const noFace = "no face"

// labelled is a picture with the number of its class.
type labelled struct {
	path  string
	class int
}

// emotionFigures are what `eval emotion` found out.
type emotionFigures struct {
	Pictures   int                       `json:"pictures"`
	Read       int                       `json:"read"`
	Accuracy   float64                   `json:"accuracy"`
	MacroF1    float64                   `json:"macro_f1"`
	ECE        float64                   `json:"ece"`
	Confusion  map[string]map[string]int `json:"confusion"`  // truth, then answer
	Unreadable map[string]int            `json:"unreadable"` // by reason
	Broken     []string                  `json:"broken"`     // why files could not be read
}

// Run reads every picture's main face.
func (c *evalEmotionCmd) Run(ctx context.Context, p *Process) (err error) {
	if _, err := os.Stat(c.Data); err != nil {
		return fmt.Errorf("look for pictures: %w", err)
	}
	e, err := toolEngine(&c.configured, p, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	classes := e.Info().Moods
	pictures, err := findLabelled(c.Data, classes)
	if err != nil {
		return err
	}
	p.say("%d pictures\n", len(pictures))
	var left broken
	table, unreadable, err := readAll(ctx, e, pictures, &left, newProgress(p.Stderr, len(pictures)))
	if err != nil {
		return err
	}
	figures := emotionFigures{
		Pictures: len(pictures), Read: table.Total(), Accuracy: table.Accuracy(), MacroF1: table.MacroF1(),
		ECE: table.ECE(calibrationBins), Unreadable: unreadable, Confusion: map[string]map[string]int{},
		Broken: left.list(),
	}
	if err := p.tell(figures.Broken, len(pictures)-len(figures.Broken)); err != nil {
		return err
	}
	for i, truth := range classes {
		figures.Confusion[truth] = map[string]int{}
		for j, answer := range classes {
			figures.Confusion[truth][answer] = table.Count(i, j)
		}
	}
	p.say("%d faces read", figures.Read)
	for _, reason := range slices.Sorted(maps.Keys(unreadable)) {
		p.say("; %d not: %s", unreadable[reason], reason)
	}
	p.say("\n\n")
	if figures.Read > 0 {
		p.say("accuracy          %.4f\nmacro F1          %.4f\ncalibration error %.4f (ECE, %d bins)\n\n%s",
			figures.Accuracy, figures.MacroF1, figures.ECE, calibrationBins, table.Table())
	}
	return c.write(figures)
}

// findLabelled lists the pictures of the folders, which must be named as the model's classes are.
func findLabelled(dir string, classes []string) ([]labelled, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for pictures: %w", err)
	}
	var found []labelled
	var unknown []string
	for _, folder := range entries {
		// The folder may be a link to one.
		info, err := os.Stat(filepath.Join(dir, folder.Name()))
		if err != nil || !info.IsDir() || strings.HasPrefix(folder.Name(), ".") {
			continue
		}
		class := slices.Index(classes, strings.ToLower(folder.Name()))
		if class < 0 {
			unknown = append(unknown, folder.Name())
			continue
		}
		names, err := stillsIn(filepath.Join(dir, folder.Name()))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			found = append(found, labelled{filepath.Join(dir, folder.Name(), name), class})
		}
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("no mood is called %s; the model knows %s",
			few(unknown), strings.Join(classes, ", "))
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no pictures in folders named %s", dir, strings.Join(classes, ", "))
	}
	return found, nil
}

// readAll reads the pictures' faces, as many at once as there are processors.
func readAll(
	ctx context.Context, e *inference.Engine, pictures []labelled, left *broken, bar *progress,
) (table *eval.Confusion, unreadable map[string]int, err error) {
	table, unreadable = eval.NewConfusion(e.Info().Moods), map[string]int{}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, one := range pictures {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := readFaceIn(e, one.path)
			bar.step(1)
			if err != nil {
				return left.leaveOut(err)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case !r.Found:
				unreadable[noFace]++
			case r.Verdict != emotion.Good:
				unreadable[r.Verdict.String()]++
			default:
				table.Add(one.class, r.Probabilities)
			}
			return nil
		})
	}
	err = group.Wait()
	bar.end()
	return table, unreadable, err
}

func readFaceIn(e *inference.Engine, path string) (inference.FaceReading, error) {
	img, err := film.ReadStill(path)
	if err != nil {
		return inference.FaceReading{}, badFile{err}
	}
	w, h := film.Fit(img.Bounds().Dx(), img.Bounds().Dy(), longestStill)
	src, err := film.FrameOf(img, w, h)
	if err != nil {
		return inference.FaceReading{}, badFile{fmt.Errorf("take picture %s: %w", path, err)}
	}
	r, err := e.ReadFace(src)
	if err != nil {
		return r, fmt.Errorf("read %s: %w", path, err)
	}
	return r, nil
}
