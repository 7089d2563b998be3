package film_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/demo"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const width, height = 97, 64 // odd: chroma rounds up

// picture is the i-th of a film: a bar that moves over a slope.
func picture(w, h, i int) *frame.Frame {
	f := frame.New(w, h)
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = byte(40 + x + y)
			if x/8 == i%12 {
				f.Y[y*f.StrideY+x] = 220
			}
		}
	}
	for j := range f.U {
		f.U[j], f.V[j] = 110, 140
	}
	return f
}

func options() film.Options {
	return film.Options{Width: width, Height: height, Rate: film.Rate{Num: 25, Den: 1}}
}

// shoot writes n pictures to a new file of that name.
func shoot(t *testing.T, name string, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := film.Create(t.Context(), path, options())
	require.NoError(t, err)
	for i := range n {
		f := picture(width, height, i)
		f.Timestamp = 4_000_000_000 + options().Rate.Ticks(i) // runs over 32 bits on the way
		require.NoError(t, out.Write(f))
	}
	_, err = os.Stat(path)
	require.ErrorIs(t, err, os.ErrNotExist, "not under its name before it is whole")
	require.NoError(t, out.Close())
	require.Equal(t, 1, files(t, filepath.Dir(path)), "nothing is left beside it")
	out.Abandon()
	require.FileExists(t, path, "after Close it stays")
	return path
}

func files(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	return len(entries)
}

func luma(f *frame.Frame) tensor.Plane { return tensor.PlaneOf(f.Y, f.StrideY, f.Width, f.Height) }

func TestWhatIsWrittenIsRead(t *testing.T) {
	const n = 160 // more than one keyframe, more than one cluster
	for _, ending := range []string{".y4m", ".ivf", ".webm"} {
		t.Run(ending, func(t *testing.T) {
			in, err := film.Open(t.Context(), shoot(t, "x"+ending, n))
			require.NoError(t, err)
			defer func() { require.NoError(t, in.Close()) }()
			require.Equal(t, [2]int{width, height}, [2]int{in.Width, in.Height})
			require.Equal(t, film.Rate{Num: 25, Den: 1}, in.Rate)
			require.Equal(t, n, in.Pictures)
			for i := range n {
				f, err := in.Next()
				require.NoError(t, err)
				require.InDelta(t, in.Rate.Ticks(i), f.Timestamp, 90)
				want := picture(width, height, i)
				require.Greater(t, eval.SSIM(luma(f), luma(want)), .9, "picture %d", i)
				require.InDelta(t, 110, f.U[20*f.StrideUV+20], 4)
				f.Release()
			}
			_, err = in.Next()
			require.ErrorIs(t, err, io.EOF)
		})
	}
}

func TestWebMIsOneThatBrowsersSeekIn(t *testing.T) {
	data, err := os.ReadFile(shoot(t, "x.webm", 160))
	require.NoError(t, err)
	clip, err := demo.ReadClip(data)
	require.NoError(t, err)
	require.Equal(t, 2, clip.Keyframes())
	require.InDelta(t, 6.4, clip.Length().Seconds(), .01)
	cues := bytes.LastIndex(data, []byte{0x1C, 0x53, 0xBB, 0x6B})
	require.Positive(t, cues)
	require.Equal(t, 2, bytes.Count(data[cues:], []byte{0xBB, 0x01, 0, 0, 0}), "one for each keyframe")
	if _, err := exec.LookPath("ffprobe"); err == nil {
		said, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "warning",
			"-show_entries", "format=duration", write(t, "y.webm", data)).CombinedOutput()
		require.NoError(t, err)
		require.Equal(t, "[FORMAT]\nduration=6.400000\n[/FORMAT]\n", string(said))
	}
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// play reads a film to its end.
func play(t *testing.T, path string) (pictures int, err error) {
	t.Helper()
	in, err := film.Open(t.Context(), path)
	if err != nil {
		return 0, err
	}
	defer func() { require.NoError(t, in.Close()) }()
	for {
		f, err := in.Next()
		if errors.Is(err, io.EOF) {
			return pictures, nil
		}
		if err != nil {
			return pictures, err
		}
		pictures++
		f.Release()
	}
}

func TestOtherFormatsNeedFFmpeg(t *testing.T) {
	y4m := shoot(t, "x.y4m", 30)
	if _, err := exec.LookPath("ffmpeg"); err == nil {
		mp4 := shoot(t, "x.mp4", 30)
		n, err := play(t, mp4)
		require.NoError(t, err)
		require.Equal(t, 30, n)
		in, err := film.Open(t.Context(), mp4)
		require.NoError(t, err)
		require.Equal(t, 30, in.Pictures)
		require.NoError(t, in.Close(), "before its end")
		_, err = play(t, write(t, "x.mp4", []byte("this is no film at all")))
		require.ErrorContains(t, err, "ffmpeg: ")
	}
	t.Setenv("PATH", t.TempDir())
	_, err := film.Open(t.Context(), write(t, "x.mp4", []byte("\x00\x00\x00\x20ftypisom")))
	require.ErrorIs(t, err, film.ErrNoFFmpeg)
	require.ErrorContains(t, err, "ffmpeg")
	other := filepath.Join(t.TempDir(), "other.mp4")
	_, err = film.Create(t.Context(), other, options())
	require.ErrorIs(t, err, film.ErrNoFFmpeg)
	require.Zero(t, files(t, filepath.Dir(other)))
	n, err := play(t, y4m)
	require.NoError(t, err)
	require.Equal(t, 30, n)
}

func TestWhatCannotBeRead(t *testing.T) {
	read := func(path string) []byte {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		return data
	}
	y4m, ivf, webm := read(shoot(t, "x.y4m", 5)), read(shoot(t, "x.ivf", 5)), read(shoot(t, "x.webm", 5))
	header := func(s string) []byte { return append([]byte("YUV4MPEG2 "), s+"\n"...) }
	foreign := bytes.Replace(ivf, []byte("VP80"), []byte("AV01"), 1)
	large := bytes.Clone(ivf)
	large[13] = 0xff
	broken := bytes.Clone(ivf)
	copy(broken[32+12:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	for what, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":          {nil, "the file is empty"},
		"y4m, cut":       {y4m[:len(y4m)-1], "picture 5: the file is cut off"},
		"y4m, in header": {y4m[:20], "the file is cut off"},
		"y4m, junk":      {append(bytes.Clone(y4m), "junk\n"...), "is no picture's header"},
		"y4m, no size":   {header("F30:1"), "0x0 is not handled"},
		"y4m, 4:4:4":     {header("W64 H48 C444"), "colour space 444"},
		"y4m, 10 bits":   {header("W64 H48 C420p10"), "colour space 420p10"},
		"y4m, rate":      {header("W64 H48 F0:1"), "rate"},
		"y4m, long":      {header(fmt.Sprintf("W64 H48 X%02000d", 1)), "too long"},
		"ivf, cut":       {ivf[:len(ivf)-1], "picture 5: the file is cut off"},
		"ivf, in header": {ivf[:30], "the file is cut off"},
		"ivf, none":      {ivf[:32], "no pictures"},
		"ivf, foreign":   {foreign, "AV01"},
		"ivf, large":     {large, "is not handled"},
		"ivf, broken":    {broken, "picture 1"},
		"webm, cut":      {webm[:len(webm)-300], "the file is cut off"},
		"webm, in head":  {webm[:9], "the file is cut off"},
	} {
		_, err := play(t, write(t, "x", c.data))
		require.ErrorContains(t, err, c.want, what)
	}
	_, err := play(t, "/nowhere.y4m")
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = play(t, t.TempDir())
	require.ErrorContains(t, err, "is a folder")
}

func TestWhatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	none := options()
	none.Rate = film.Rate{}
	large := options()
	large.Width = 5000
	for name, c := range map[string]struct {
		path    string
		options film.Options
		want    string
	}{
		"no ending": {dir + "/x", options(), "ending"},
		"no folder": {dir + "/none/x.y4m", options(), "no such file"},
		"a folder":  {dir, options(), "no file"},
		"no rate":   {dir + "/x.y4m", none, "rate"},
		"too large": {dir + "/x.y4m", large, "5000x64 is not handled"},
	} {
		_, err := film.Create(t.Context(), c.path, c.options)
		require.ErrorContains(t, err, c.want, name)
	}
	for _, ending := range []string{".y4m", ".ivf", ".webm"} {
		out, err := film.Create(t.Context(), dir+"/x"+ending, options())
		require.NoError(t, err)
		require.NoError(t, out.Write(picture(width, height, 0)))
		require.ErrorIs(t, out.Write(picture(width+1, height, 0)), film.ErrSize)
		out.Abandon()
		out.Abandon()
	}
	require.Zero(t, files(t, dir), "nothing is left")
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("YUV4MPEG2 W4 H4 F30:1\nFRAME\n0123456789abcdef01234567"))
	f.Add([]byte("DKIF\x00\x00\x20\x00VP80\x40\x00\x30\x00\x1e\x00\x00\x00\x01\x00\x00\x00" +
		"\x01\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !bytes.HasPrefix(data, []byte("YUV4MPEG2 ")) && !bytes.HasPrefix(data, []byte("DKIF")) {
			return // the others have a fuzz target of their own, or are ffmpeg's
		}
		_, _ = play(t, write(t, "x", data))
	})
}
