package cli

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// portrait is a video of a man who sits still before a noisy camera.
func portrait(t *testing.T, name string, n int) string {
	t.Helper()
	img, err := film.ReadStill(photos + "calm.jpg")
	require.NoError(t, err)
	still, err := film.FrameOf(img, 320, 240)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), name)
	o := film.Options{Width: 320, Height: 240, Rate: film.Rate{Num: 30, Den: 1}}
	out, err := film.Create(t.Context(), path, o)
	require.NoError(t, err)
	noise, f := rand.New(rand.NewPCG(1, 2)), frame.New(320, 240)
	for i := range n {
		f.CopyFrom(still)
		f.Timestamp = uint32(3000 * i)
		for j, v := range f.Y {
			f.Y[j] = byte(min(max(float64(v)+4*noise.NormFloat64(), 16), 235))
		}
		require.NoError(t, out.Write(f))
	}
	require.NoError(t, out.Close())
	return path
}

// watchFilm reads a video.
func watchFilm(t *testing.T, path string) (pictures []*frame.Frame) {
	t.Helper()
	in, err := film.Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, in.Close()) }()
	for {
		f, err := in.Next()
		if errors.Is(err, io.EOF) {
			return pictures
		}
		require.NoError(t, err)
		pictures = append(pictures, f)
	}
}

// corner is the mean colour of a corner, where the room is.
func corner(f *frame.Frame) (y, u, v int) {
	n := 0
	for j := range 40 {
		for i := range 40 {
			y += int(f.Y[j*f.StrideY+i])
			u += int(f.U[j/2*f.StrideUV+i/2])
			v += int(f.V[j/2*f.StrideUV+i/2])
			n++
		}
	}
	return y / n, u / n, v / n
}

func TestFilterChangesTheRoomAndKeepsThePerson(t *testing.T) {
	in := portrait(t, "in.y4m", 4)
	before := watchFilm(t, in)
	y0, u0, v0 := corner(before[3])
	person := func(x, y int) bool { return x > 150 && x < 180 && y > 115 && y < 160 }
	red, paint := filepath.Join(t.TempDir(), "red.png"), image.NewRGBA(image.Rect(0, 0, 64, 48))
	draw.Draw(paint, paint.Rect, image.NewUniform(color.RGBA{R: 200, A: 255}), image.Point{}, draw.Src)
	writePNG(t, red, paint)
	for what, c := range map[string]struct {
		args    string
		out     string
		changed bool
		said    string
	}{
		"off":        {"--mode off", "x.y4m", false, "mode off"},
		"blur":       {"", "x.y4m", false, "mode blur, without sound"}, // a wall keeps its colour
		"picture":    {"--picture hills", "x.webm", true, "mode picture"},
		"own":        {"--picture " + red, "x.y4m", true, "mode picture"},
		"angry":      {"--mood angry", "x.ivf", true, "mode mood"},
		"no consent": {"--mode mood", "x.webm", true, "No face was read"},
		"tint":       {"--mode tint --mood angry --reduced-motion", "x.y4m", true, "mode tint"},
	} {
		out := filepath.Join(t.TempDir(), c.out)
		status, stdout, stderr := run(t, append([]string{"filter", in, out}, strings.Fields(c.args)...))
		require.Zero(t, status, "%s: %s", what, stderr)
		require.Contains(t, stdout, c.said, what)
		after := watchFilm(t, out)
		require.Len(t, after, 4)
		y1, u1, v1 := corner(after[3])
		moved := max(y1-y0, y0-y1) + max(u1-u0, u0-u1) + max(v1-v0, v0-v1)
		require.Equal(t, c.changed, moved > 12, "%s: %d", what, moved)
		require.Greater(t, eval.SSIMWithin(lumaOf(before[3]), lumaOf(after[3]), person), .6, what)
	}
}

func TestFilterReadsAFaceWithConsentOnly(t *testing.T) {
	in, out := portrait(t, "in.y4m", 2), filepath.Join(t.TempDir(), "x.y4m")
	broken := filepath.Join(t.TempDir(), "broken.onnx")
	require.NoError(t, os.WriteFile(broken, []byte("no model"), 0o600))
	args := []string{"filter", in, out, "--consent"}
	status, stdout, _ := run(t, args)
	require.Zero(t, status)
	require.Contains(t, stdout, "mode mood")
	require.NotContains(t, stdout, "No face")
	status, _, stderr := run(t, args, "PPENTER_PROFILE=work")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "leaves the mood out")
	status, _, stderr = run(t, args, "PPENTER_INFERENCE_FACE_MODEL="+broken)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "start models of the mood")
	status, stdout, _ = run(t, []string{"filter", "--help"})
	require.Zero(t, status)
	require.Contains(t, stdout, "only with --consent")
	require.Contains(t, stdout, "Sound is not kept")
}

func TestFilterRefusesWhatItCannotDo(t *testing.T) {
	in, dir := portrait(t, "in.y4m", 2), t.TempDir()
	data, err := os.ReadFile(in)
	require.NoError(t, err)
	cut := filepath.Join(dir, "cut.y4m")
	require.NoError(t, os.WriteFile(cut, data[:len(data)-9], 0o600))
	header := filepath.Join(dir, "header.y4m")
	require.NoError(t, os.WriteFile(header, data[:bytes.IndexByte(data, '\n')+1], 0o600))
	film4 := filepath.Join(dir, "film.mp4")
	require.NoError(t, os.WriteFile(film4, []byte("\x00\x00\x00\x20ftypisom"), 0o600))
	t.Setenv("PATH", dir) // nobody has ffmpeg
	for what, c := range map[string]struct {
		args   string
		status int
		want   string
	}{
		"no such mood":      {in + " x.webm --mood smug", 1, `no scene is called "smug"; there are`},
		"no such picture":   {in + " x.webm --picture nope", 1, `no picture is called "nope"; there are`},
		"no picture file":   {in + " x.webm --picture nope.jpg", 1, "no such file"},
		"no such mode":      {in + " x.webm --mode dance", 2, "--mode"},
		"no such strength":  {in + " x.webm --strength some", 2, "--strength"},
		"picture of a blur": {in + " x.webm --mode blur --picture hills", 1, "--picture is of the mode picture"},
		"strength of off":   {in + " x.webm --mode off --strength light", 1, "--strength is of the mode blur"},
		"mood of a blur":    {in + " x.webm --mode blur --mood sad", 1, "are of the modes mood and tint"},
		"both":              {in + " x.webm --consent --mood sad", 2, "--consent"},
		"bitrate":           {in + " x.webm --bitrate=-3", 1, "--bitrate"},
		"no source":         {dir + "/none.y4m x.webm", 1, "no such file"},
		"into itself":       {in + " " + in, 1, "cannot be written at the same time"},
		"no ending":         {in + " x", 1, "ending must tell the format"},
		"no folder":         {in + " none/x.webm", 1, "look for its folder"},
		"cut off":           {cut + " x.webm", 1, "picture 2: the file is cut off"},
		"no pictures":       {header + " x.webm", 1, "has no pictures"},
		"mp4 in":            {film4 + " x.webm", 1, "ffmpeg, which knows this format, is not installed"},
		"mp4 out":           {in + " x.mp4", 1, "ffmpeg, which knows this format, is not installed"},
		"no output":         {in, 2, "out"},
	} {
		args := []string{"filter"}
		for i, a := range strings.Fields(c.args) {
			if i == 1 && !filepath.IsAbs(a) {
				a = filepath.Join(dir, a)
			}
			args = append(args, a)
		}
		status, _, stderr := run(t, args)
		require.Equal(t, c.status, status, "%s: %s", what, stderr)
		require.Contains(t, stderr, c.want, what)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 3, "nothing is left of what failed")
}

func TestFilterThatIsInterruptedLeavesNothing(t *testing.T) {
	in, dir := portrait(t, "in.y4m", 60), t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, stop) // the models alone take longer to load
	var out, errs bytes.Buffer
	status := Main(ctx, []string{"filter", in, dir + "/x.webm"}, &Process{Stdout: &out, Stderr: &errs})
	require.Equal(t, 1, status)
	require.Contains(t, errs.String(), "stopped; ")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestProgress(t *testing.T) {
	now := time.Unix(1000, 0)
	var out bytes.Buffer
	p := newProgress(&out, 200)
	p.clock, p.began, p.shown = func() time.Time { return now }, now, now
	p.step(1)
	require.Empty(t, out.String(), "not each picture is worth a line")
	now = now.Add(5 * time.Second)
	p.step(49)
	require.Equal(t, "[######..................]  25 %, 10 pictures a second, 15s left\n", out.String())
	out.Reset()
	p.total = 0
	now = now.Add(5 * time.Second)
	p.step(50)
	require.Equal(t, "100 pictures, 10 a second\n", out.String())
	p.end()
	out.Reset()

	p.terminal = true
	now = now.Add(time.Second)
	p.step(10)
	require.Equal(t, "\r110 pictures, 10 a second", out.String())
	p.end()
	require.True(t, strings.HasSuffix(out.String(), "\r"))
	p.total = 100
	require.Contains(t, p.line(now), "100 %", "an estimate that was too low")
}
