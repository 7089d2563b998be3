package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

type galleryCmd struct {
	configured

	Out   string   `arg:"" type:"path" help:"Folder for the page, index.html; made where it is missing."`
	Clips []string `arg:"" type:"path" help:"Videos of people."`
}

// How much of a clip is shown, in pictures of 30 a second.
const (
	galleryRate   = 30
	galleryWarmUp = 15 // are filtered first, so that the outline has settled
	galleryShown  = 3*galleryRate + 1
	// galleryTurn is when, in the cells that show a change, the mood changes.
	galleryTurn = galleryWarmUp + galleryRate/2
)

// galleryRoom is a clip as it is, or with the lights out.
type galleryRoom struct {
	ID       string
	Name     scene.Name
	pictures []*frame.Frame
	rate     film.Rate
}

// Run filters every clip in every way and writes the page.
func (c *galleryCmd) Run(ctx context.Context, p *Process) (err error) {
	var rooms []*galleryRoom
	for _, clip := range c.Clips {
		light, err := readRoom(ctx, clip)
		if err != nil {
			return err
		}
		rooms = append(rooms, light, light.atNight())
	}
	if twice := sameName(rooms); twice != "" {
		return fmt.Errorf("two clips would be shown as %q: their files need names of their own", twice)
	}
	cfg, _, err := c.load(p)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	filters, err := loadScenes(cfg.Filter.Scenes)
	if err != nil {
		return err
	}
	e, err := toolEngine(&c.configured, p, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("make folder of the gallery: %w", err)
	}
	var page galleryPage
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	pictures, clips := 0, 0
	for i, r := range rooms {
		section := gallerySection{Room: r, Cells: galleryCells(e.Info(), filters, i == 0)}
		for j := range section.Cells {
			section.Cells[j].File = r.ID + "-" + section.Cells[j].File
		}
		page.Sections = append(page.Sections, section)
		pictures, clips = pictures+len(section.Cells)*len(r.pictures), clips+len(section.Cells)
	}
	bar := newProgress(p.Stderr, pictures)
	for _, s := range page.Sections {
		for _, cell := range s.Cells {
			group.Go(func() error { return c.shoot(working, e, s.Room, cell, bar) })
		}
	}
	err = group.Wait()
	bar.end()
	switch {
	case ctx.Err() != nil:
		return errors.New("stopped; the gallery is not whole")
	case err != nil:
		return err
	}
	if err := page.write(filepath.Join(c.Out, "index.html")); err != nil {
		return err
	}
	p.say("%s: %d clips in %d rooms\n", filepath.Join(c.Out, "index.html"), clips, len(rooms))
	return nil
}

// sameName is the id of two rooms, whose clips would overwrite each other; empty without such.
func sameName(rooms []*galleryRoom) string {
	seen := map[string]bool{}
	for _, r := range rooms {
		if seen[r.ID] {
			return r.ID
		}
		seen[r.ID] = true
	}
	return ""
}

// readRoom reads the beginning of a clip.
func readRoom(ctx context.Context, name string) (r *galleryRoom, err error) {
	in, err := film.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	id := stem(filepath.Base(name))
	r = &galleryRoom{ID: id, Name: scene.Name{KO: id + ", 밝은 방", EN: id + ", light room"}, rate: in.Rate}
	for range galleryWarmUp + galleryShown {
		f, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		r.pictures = append(r.pictures, f)
	}
	if len(r.pictures) <= galleryWarmUp+stripPictures {
		return nil, fmt.Errorf("%s has only %d pictures", name, len(r.pictures))
	}
	return r, nil
}

// atNight is the same clip in a dark room, as a webcam shows one: little light, pale colours, much noise.
func (r *galleryRoom) atNight() *galleryRoom {
	dark := &galleryRoom{ID: r.ID + "-dark", rate: r.rate}
	dark.Name = scene.Name{KO: r.ID + ", 어두운 방", EN: r.ID + ", dark room"}
	noise := rand.New(rand.NewPCG(7, 11))
	for _, src := range r.pictures {
		f := frame.New(src.Width, src.Height)
		f.CopyMeta(src)
		for y := range f.Height {
			for x := range f.Width {
				light := 16 + .5*float64(int(src.Y[y*src.StrideY+x])-16)
				f.Y[y*f.StrideY+x] = byte(min(max(light+3*noise.NormFloat64(), 16), 235))
			}
		}
		for y := range f.ChromaHeight() {
			for x := range f.ChromaWidth() {
				f.U[y*f.StrideUV+x] = byte(128 + (int(src.U[y*src.StrideUV+x])-128)*6/10)
				f.V[y*f.StrideUV+x] = byte(128 + (int(src.V[y*src.StrideUV+x])-128)*6/10)
			}
		}
		dark.pictures = append(dark.pictures, f)
	}
	return dark
}

// The size of the page's videos.
const (
	galleryWidth  = 480
	galleryHeight = 360
)

// shoot makes the video and the strip of one cell.
func (c *galleryCmd) shoot(
	ctx context.Context, e *inference.Engine, r *galleryRoom, cell galleryCell, bar *progress,
) (err error) {
	probe, err := e.NewProbe()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	if err := cell.set(probe); err != nil {
		return err
	}
	out, err := film.Create(ctx, filepath.Join(c.Out, cell.File+".webm"), film.Options{
		Width: galleryWidth, Height: galleryHeight, Rate: r.rate, Bitrate: 700_000,
	})
	if err != nil {
		return err
	}
	defer out.Abandon()
	first := r.pictures[0]
	dst, small := frame.New(first.Width, first.Height), frame.New(galleryWidth, galleryHeight)
	strip := newStrip(len(r.pictures) - galleryWarmUp)
	for i, src := range r.pictures {
		if ctx.Err() != nil {
			return fmt.Errorf("make %s: %w", cell.File, ctx.Err())
		}
		if i == galleryTurn && cell.then != "" {
			if err := probe.Pretend(cell.then); err != nil {
				return err
			}
		}
		if err := filterOne(probe, dst, src); err != nil {
			return fmt.Errorf("make %s: %w", cell.File, err)
		}
		bar.step(1)
		if i < galleryWarmUp {
			continue
		}
		strip.add(i-galleryWarmUp, dst)
		shrink(small, dst)
		if err := out.Write(small); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return strip.write(filepath.Join(c.Out, cell.File+".jpg"))
}

// shrink scales a picture to the size of dst.
func shrink(dst, src *frame.Frame) {
	dst.CopyMeta(src)
	scale := func(to, from []byte, toStride, fromStride, tw, th, fw, fh int) {
		tensor.Scale(tensor.PlaneOf(to, toStride, tw, th), tensor.PlaneOf(from, fromStride, fw, fh), tensor.Box)
	}
	scale(dst.Y, src.Y, dst.StrideY, src.StrideY, dst.Width, dst.Height, src.Width, src.Height)
	tw, th, fw, fh := dst.ChromaWidth(), dst.ChromaHeight(), src.ChromaWidth(), src.ChromaHeight()
	scale(dst.U, src.U, dst.StrideUV, src.StrideUV, tw, th, fw, fh)
	scale(dst.V, src.V, dst.StrideUV, src.StrideUV, tw, th, fw, fh)
}
