package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

type filterCmd struct {
	configured

	In       string `arg:"" type:"path" help:"The video."`
	Out      string `arg:"" type:"path" help:"The new video; its ending tells the format."`
	Mode     string `enum:",off,blur,picture,mood,tint" default:"" help:"off, blur, picture, mood or tint."`
	Picture  string `placeholder:"ID|FILE" help:"A still picture's id, or a JPEG or PNG file."`
	Strength string `enum:",light,strong" default:"" help:"Of the blur: light or strong."`
	Mood     string `xor:"face" placeholder:"NAME" help:"Paint this mood's scene; no face is read."`
	Consent  bool   `xor:"face" help:"The person in the video agrees that their mood is read from their face."`
	Still    bool   `name:"reduced-motion" help:"As little motion as can be in the scenes."`
	Bitrate  int    `placeholder:"KBITS" help:"Kilobits a second of .ivf and .webm; by size by default."`
}

// Help says what no flag has room for.
func (c *filterCmd) Help() string {
	return `Reads y4m, ivf and webm with VP8 or VP9, and writes .y4m, .ivf and .webm with VP8; all other
formats need ffmpeg. Sound is not kept. A file that stands at OUT is replaced once the new one is whole.

The mode is blur by default, or the one that the other flags call for. The modes mood and tint (the room
stays, in the mood's light) read the face of the person in the video only with --consent: give it where that
person has agreed to it. Without it they show the neutral scene, or with --mood the scene of that mood.`
}

// Run filters the whole file. What was written before an error or an interruption is removed.
func (c *filterCmd) Run(ctx context.Context, p *Process) (err error) {
	if c.Bitrate < 0 {
		return fmt.Errorf("--bitrate is %d kbit/s", c.Bitrate)
	}
	if a, err := os.Stat(c.In); err == nil {
		if b, err := os.Stat(c.Out); err == nil && os.SameFile(a, b) {
			return fmt.Errorf("%s is read and cannot be written at the same time", c.Out)
		}
	}
	in, err := film.Open(ctx, c.In)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	e, err := toolEngine(&c.configured, p, c.Consent)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	probe, err := e.NewProbe()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	if err := c.choose(e, probe); err != nil {
		return err
	}
	out, err := film.Create(ctx, c.Out, film.Options{
		Width: in.Width, Height: in.Height, Rate: in.Rate, Bitrate: 1000 * c.Bitrate,
	})
	if err != nil {
		return err
	}
	defer out.Abandon()
	n, err := c.paint(ctx, in, out, probe, newProgress(p.Stderr, in.Pictures))
	switch {
	case ctx.Err() != nil: // ffmpeg hears it too, and complains
		return fmt.Errorf("stopped; %s was not written", c.Out)
	case err != nil:
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	p.say("%s: %d pictures of %dx%d, mode %s, without sound\n", c.Out, n, in.Width, in.Height, c.Mode)
	if followsMood(c.Mode) && c.Mood == "" && !c.Consent {
		p.say("No face was read, so the scene is the neutral one; see --consent and --mood.\n")
	}
	return nil
}

func followsMood(mode string) bool { return mode == inference.Mood || mode == inference.Tint }

// choose sets up the filter, and the mode where none was given.
func (c *filterCmd) choose(e *inference.Engine, probe *inference.Probe) error {
	switch {
	case c.Mode != "":
	case c.Mood != "" || c.Consent:
		c.Mode = inference.Mood
	case c.Picture != "":
		c.Mode = inference.Picture
	default:
		c.Mode = inference.Blur
	}
	switch {
	case c.Picture != "" && c.Mode != inference.Picture:
		return fmt.Errorf("--picture is of the mode picture, and the mode is %s", c.Mode)
	case c.Strength != "" && c.Mode != inference.Blur:
		return fmt.Errorf("--strength is of the mode blur, and the mode is %s", c.Mode)
	case (c.Mood != "" || c.Consent) && !followsMood(c.Mode):
		return fmt.Errorf("--mood and --consent are of the modes mood and tint, and the mode is %s", c.Mode)
	}
	choice := inference.Choice{Mode: c.Mode, Picture: c.Picture, Strength: c.Strength}
	if slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(c.Picture))) {
		img, err := film.ReadStill(c.Picture)
		if err != nil {
			return err
		}
		choice.Own = img
	}
	err := probe.Choose(choice)
	if errors.Is(err, inference.ErrUnknownPicture) {
		var ids []string
		for _, p := range e.Info().Pictures {
			ids = append(ids, p.ID)
		}
		return fmt.Errorf("no picture is called %q; there are %s, and JPEG and PNG files",
			c.Picture, strings.Join(ids, ", "))
	}
	if err != nil {
		return err
	}
	probe.SetConsent(c.Consent)
	probe.SetReducedMotion(c.Still)
	if c.Mood == "" {
		return nil
	}
	if err := probe.Pretend(c.Mood); err != nil {
		return fmt.Errorf("%w; there are %s", err, strings.Join(e.Info().Moods, ", "))
	}
	return nil
}

// paint takes picture after picture from in to out.
func (c *filterCmd) paint(
	ctx context.Context, in *film.Film, out *film.Output, probe *inference.Probe, bar *progress,
) (n int, err error) {
	defer bar.end()
	dst := frame.New(in.Width, in.Height)
	for {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		src, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, err
		}
		if src.Width != dst.Width || src.Height != dst.Height {
			dst = frame.New(src.Width, src.Height) // the output says whether it can follow
		}
		err = filterOne(probe, dst, src)
		src.Release()
		if err != nil {
			return n, fmt.Errorf("filter picture %d: %w", n+1, err)
		}
		if err := out.Write(dst); err != nil {
			return n, err
		}
		n++
		bar.step(1)
	}
	if n == 0 {
		return 0, fmt.Errorf("%s has no pictures", c.In)
	}
	return n, nil
}

// filterOne filters one picture, however long it takes.
func filterOne(probe *inference.Probe, dst, src *frame.Frame) error {
	dst.CopyMeta(src)
	return probe.Process(dst, src, time.Time{})
}
