package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

type evalFlickerCmd struct {
	configured
	report

	Clip string `required:"" type:"path" placeholder:"FILE" help:"A video of a person."`
}

// Help says what no flag has room for.
func (c *evalFlickerCmd) Help() string {
	return `The clip may be y4m, ivf or webm with VP8 or VP9; other formats need ffmpeg. Flicker is the mean
change of the matte from picture to picture, 0 to 1, where the picture itself stands still.`
}

// calmness is how much one matte changed.
type calmness struct {
	// Flicker is the mean change, 0..1, of the matte's pixels around which the picture stood still.
	Flicker float64 `json:"flicker"`
	// Changed is the mean change of all pixels, Unexplained the part of it that no motion explains.
	Changed     float64 `json:"changed"`
	Unexplained float64 `json:"unexplained"`
}

func calmnessOf(f *eval.Flicker) calmness {
	return calmness{Flicker: f.Share(), Changed: f.Changed(), Unexplained: f.Unexplained()}
}

// flickerFigures are what `eval flicker` found out.
type flickerFigures struct {
	Pictures int      `json:"pictures"`
	Still    float64  `json:"still"` // the part of the pixels that did not move
	Painted  calmness `json:"painted"`
	Raw      calmness `json:"raw"`
	// Ratio is the flicker of the model alone against that of what is painted; null where that never flickers.
	Ratio *float64 `json:"ratio"`
}

// Run filters the clip and compares the outline of each picture with that of the one before.
func (c *evalFlickerCmd) Run(ctx context.Context, p *Process) (err error) {
	in, err := film.Open(ctx, c.Clip)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	e, err := toolEngine(&c.configured, p, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	figures, err := flickerOf(ctx, e, in, newProgress(p.Stderr, in.Pictures))
	if err != nil {
		return err
	}
	if figures.Pictures < 2 {
		return fmt.Errorf("%s has %d pictures; at least two are compared", c.Clip, figures.Pictures)
	}
	p.say("%d pictures; %.1f %% of their pixels stood still\n\n", figures.Pictures, 100*figures.Still)
	p.say("              flicker    all change   not explained by motion\n")
	for _, row := range []struct {
		name string
		c    calmness
	}{{"as painted", figures.Painted}, {"model alone", figures.Raw}} {
		p.say("%-12s %8.5f %13.5f %21.1f %%\n", row.name, row.c.Flicker, row.c.Changed, 100*row.c.Unexplained)
	}
	if figures.Ratio != nil {
		p.say("\nThe model alone flickers %.2f times as much.\n", *figures.Ratio)
	}
	return c.write(figures)
}

// flickerOf goes through the whole clip.
func flickerOf(
	ctx context.Context, e *inference.Engine, in *film.Film, bar *progress,
) (f flickerFigures, err error) {
	probe, err := e.NewProbe()
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	defer bar.end()
	var painted, raw eval.Flicker
	for {
		if err := ctx.Err(); err != nil {
			return f, fmt.Errorf("measure flicker: %w", err)
		}
		src, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, err
		}
		m, err := probe.Mattes(src)
		if err == nil {
			luma := lumaOf(src)
			painted.Add(luma, m.Painted)
			raw.Add(luma, m.Raw)
		}
		src.Release()
		if err != nil {
			return f, fmt.Errorf("filter picture %d: %w", f.Pictures+1, err)
		}
		f.Pictures++
		bar.step(1)
	}
	f.Painted, f.Raw, f.Still = calmnessOf(&painted), calmnessOf(&raw), raw.Still()
	if f.Painted.Flicker > 0 {
		ratio := f.Raw.Flicker / f.Painted.Flicker
		f.Ratio = &ratio
	}
	return f, nil
}

func lumaOf(f *frame.Frame) tensor.Plane { return tensor.PlaneOf(f.Y, f.StrideY, f.Width, f.Height) }
