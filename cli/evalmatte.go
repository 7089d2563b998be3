package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/sync/errgroup"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

type evalMatteCmd struct {
	configured
	report

	Data  string `required:"" type:"path" placeholder:"DIR" help:"Folder of pictures and masks."`
	Worst int    `default:"10" placeholder:"N" help:"How many of the worst pictures to name."`
}

// Help says what no flag has room for.
func (c *evalMatteCmd) Help() string {
	return `DIR has NAME.jpg beside NAME.png, its mask, in which white is the person; or two folders, images
and masks, with files of equal names. Larger pictures are measured at 1280 pixels. "As painted" is the outline
that a call shows after a fifth of a second; "model alone" is the model's mask, stretched over the picture.`
}

const (
	// longestStill is the longer side, in pixels, at which stills are measured: larger ones than a call has say
	// nothing about calls.
	longestStill = 1280
	// settle is how many pictures of a call, 30 a second, a still is shown for before its matte counts.
	settle = 6
)

// pair is a picture and the mask that tells the truth about it, as paths.
type pair struct{ name, picture, mask string }

// score is how well one picture's person was found.
type score struct {
	Name        string  `json:"name,omitempty"`
	IoU         float64 `json:"iou"`
	BoundaryF   float64 `json:"boundary_f"`
	RawIoU      float64 `json:"raw_iou"`
	RawBoundary float64 `json:"raw_boundary_f"`
}

// matteFigures are what `eval matte` found out.
type matteFigures struct {
	Pictures       int      `json:"pictures"`
	Mean           score    `json:"mean"`
	WithoutMask    []string `json:"without_mask"`
	WithoutPicture []string `json:"without_picture"`
	Broken         []string `json:"broken"` // why pairs could not be measured
	Files          []score  `json:"files"`  // the worst IoU first
}

// Run measures all pairs and prints the means and the worst.
func (c *evalMatteCmd) Run(ctx context.Context, p *Process) (err error) {
	pairs, figures, err := findPairs(c.Data)
	if err != nil {
		return err
	}
	p.say("%d pictures with masks\n", len(pairs))
	if n := len(figures.WithoutMask); n > 0 {
		p.say("%d without a mask, left out: %s\n", n, few(figures.WithoutMask))
	}
	if n := len(figures.WithoutPicture); n > 0 {
		p.say("%d masks without a picture, left out: %s\n", n, few(figures.WithoutPicture))
	}
	if len(pairs) == 0 {
		return fmt.Errorf("%s has no picture with a mask: wanted are NAME.jpg with NAME.png, "+
			"or folders images and masks", c.Data)
	}
	e, err := toolEngine(&c.configured, p, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	var left broken
	if figures.Files, err = scoreAll(ctx, e, pairs, &left, newProgress(p.Stderr, len(pairs))); err != nil {
		return err
	}
	figures.Broken = left.list()
	if err := p.tell(figures.Broken, len(figures.Files)); err != nil {
		return err
	}
	figures.sum()
	p.say("\n              mean IoU   boundary F\nas painted %11.4f %12.4f\nmodel alone %10.4f %12.4f\n",
		figures.Mean.IoU, figures.Mean.BoundaryF, figures.Mean.RawIoU, figures.Mean.RawBoundary)
	p.say("\nworst, as painted: IoU, boundary F\n")
	for _, s := range figures.Files[:min(max(c.Worst, 0), len(figures.Files))] {
		p.say("%8.4f %8.4f  %s\n", s.IoU, s.BoundaryF, s.Name)
	}
	return c.write(figures)
}

// sum sorts the files and takes the means.
func (f *matteFigures) sum() {
	slices.SortFunc(f.Files, func(a, b score) int {
		return cmp.Or(cmp.Compare(a.IoU, b.IoU), cmp.Compare(a.Name, b.Name))
	})
	f.Pictures = len(f.Files)
	n := float64(max(len(f.Files), 1))
	for _, s := range f.Files {
		f.Mean.IoU += s.IoU / n
		f.Mean.BoundaryF += s.BoundaryF / n
		f.Mean.RawIoU += s.RawIoU / n
		f.Mean.RawBoundary += s.RawBoundary / n
	}
}

// findPairs looks for pictures and masks, and names those that are alone.
func findPairs(dir string) (pairs []pair, figures matteFigures, err error) {
	figures.WithoutMask, figures.WithoutPicture = []string{}, []string{}
	pictureDir, maskDir := filepath.Join(dir, "images"), filepath.Join(dir, "masks")
	isMask := func(string) bool { return true }
	isPicture := isMask
	if _, missing := os.Stat(pictureDir); missing != nil {
		pictureDir, maskDir = dir, dir
		isMask = func(name string) bool { return strings.EqualFold(filepath.Ext(name), ".png") }
		isPicture = func(name string) bool { return !isMask(name) }
	}
	pictures, err := stillsIn(pictureDir)
	if err != nil {
		return nil, figures, err
	}
	masks, err := stillsIn(maskDir)
	if err != nil {
		return nil, figures, err
	}
	byStem := map[string]string{}
	for _, m := range masks {
		if isMask(m) {
			byStem[stem(m)] = m
		}
	}
	for _, name := range pictures {
		if !isPicture(name) {
			continue
		}
		mask, ok := byStem[stem(name)]
		if !ok {
			figures.WithoutMask = append(figures.WithoutMask, name)
			continue
		}
		delete(byStem, stem(name))
		pairs = append(pairs, pair{name, filepath.Join(pictureDir, name), filepath.Join(maskDir, mask)})
	}
	for _, m := range byStem {
		figures.WithoutPicture = append(figures.WithoutPicture, m)
	}
	slices.Sort(figures.WithoutPicture)
	return pairs, figures, nil
}

// scoreAll measures the pairs, as many at once as there are processors, without those that are broken.
func scoreAll(
	ctx context.Context, e *inference.Engine, pairs []pair, left *broken, bar *progress,
) ([]score, error) {
	scores := make([]score, len(pairs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, one := range pairs {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			s, err := scorePair(e, one)
			scores[i] = s
			bar.step(1)
			return left.leaveOut(err)
		})
	}
	err := group.Wait()
	bar.end()
	return slices.DeleteFunc(scores, func(s score) bool { return s.Name == "" }), err
}

// scorePair shows a picture to a filter of its own until its matte has settled.
func scorePair(e *inference.Engine, one pair) (s score, err error) {
	src, want, err := readPair(one)
	if err != nil {
		return s, badFile{err}
	}
	probe, err := e.NewProbe()
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	var got inference.Mattes
	for range settle {
		src.Timestamp += 3000
		if got, err = probe.Mattes(src); err != nil {
			return s, fmt.Errorf("filter %s: %w", one.picture, err)
		}
	}
	near := eval.Tolerance(want.W, want.H)
	return score{
		Name: one.name,
		IoU:  eval.IoU(got.Painted, want), BoundaryF: eval.BoundaryF(got.Painted, want, near),
		RawIoU: eval.IoU(got.Raw, want), RawBoundary: eval.BoundaryF(got.Raw, want, near),
	}, nil
}

// readPair reads a picture and its mask, both at the size at which they are measured.
func readPair(one pair) (src *frame.Frame, want tensor.Plane, err error) {
	img, err := film.ReadStill(one.picture)
	if err != nil {
		return nil, want, err
	}
	truth, err := film.ReadStill(one.mask)
	if err != nil {
		return nil, want, err
	}
	if a, b := img.Bounds().Size(), truth.Bounds().Size(); a != b {
		return nil, want, fmt.Errorf("mask %s is %dx%d, its picture %s %dx%d",
			one.mask, b.X, b.Y, one.picture, a.X, a.Y)
	}
	w, h := film.Fit(img.Bounds().Dx(), img.Bounds().Dy(), longestStill)
	if src, err = film.FrameOf(img, w, h); err != nil {
		return nil, want, fmt.Errorf("take picture %s: %w", one.picture, err)
	}
	if want, err = maskOf(truth, w, h); err != nil {
		return nil, want, fmt.Errorf("take mask %s: %w", one.mask, err)
	}
	return src, want, nil
}

// maskOf is a mask at w x h. White is the person; a mask of numbered classes, dark throughout, is refused.
func maskOf(img image.Image, w, h int) (tensor.Plane, error) {
	grey := image.NewGray(image.Rect(0, 0, w, h))
	draw.BiLinear.Scale(grey, grey.Rect, img, img.Bounds(), draw.Src, nil)
	if most := slices.Max(grey.Pix); most > 0 && most < 128 {
		return tensor.Plane{}, fmt.Errorf("its brightest pixel is %d of 255; white is the person", most)
	}
	return tensor.Plane{Pix: grey.Pix, Stride: grey.Stride, W: w, H: h}, nil
}
