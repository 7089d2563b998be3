package film

import (
	"context"
	"encoding/binary"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// ivf is a header of the given length in its length field, followed by rest.
func ivf(length uint16, rest ...byte) []byte {
	le := binary.LittleEndian
	data := append(le.AppendUint16([]byte("DKIF\x00\x00"), length), "VP80"...)
	data = le.AppendUint16(le.AppendUint16(data, 64), 48)
	data = le.AppendUint32(le.AppendUint32(data, 30), 1)
	return append(append(data, make([]byte, 8)...), rest...)
}

func TestIVFWithAHeaderLongerThanTheFile(t *testing.T) {
	for _, length := range []uint16{33, 41, 65535} {
		_, err := readIVF(ivf(length))
		require.ErrorIs(t, err, ErrTruncated, "%d", length)
	}
}

func FuzzReadIVF(f *testing.F) {
	f.Add(ivf(32, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7))
	f.Add(ivf(65535))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = readIVF(data) })
}

func FuzzReadWebM(f *testing.F) {
	f.Add([]byte("\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = readWebM(data) })
}

func FuzzY4MHeader(f *testing.F) {
	f.Add("YUV4MPEG2 W640 H480 F30000:1001 Ip A1:1 C420jpeg")
	f.Fuzz(func(t *testing.T, line string) {
		var in Film
		if in.parseY4M(line) == nil {
			require.True(t, frame.ValidSize(in.Width, in.Height))
			require.True(t, in.Rate.valid())
		}
	})
}

// TestTooLargeForUsThroughFFmpeg: ffmpeg waits for somebody to read its pictures; it must not be waited for.
func TestTooLargeForUsThroughFFmpeg(t *testing.T) {
	if _, err := exec.LookPath(ffmpegName); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	name := filepath.Join(t.TempDir(), "large.mp4")
	out, err := exec.Command(ffmpegName, "-v", "error", "-f", "lavfi", "-i", "color=s=2560x1440:r=5:d=2",
		"-c:v", "mpeg4", name).CombinedOutput()
	require.NoError(t, err, string(out))
	done := make(chan error, 1)
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	go func() {
		_, err := Open(ctx, name)
		done <- errors.Join(err, ctx.Err())
	}()
	err = <-done
	require.ErrorIs(t, err, ErrSize)
	require.NoError(t, ctx.Err(), "it waited for ffmpeg")
}

func TestTicksOfAnyRate(t *testing.T) {
	ntsc := Rate{2147483646, 71654476} // 29.97 in the largest numbers that pass
	require.True(t, ntsc.valid())
	for _, i := range []int64{0, 1, 1000, 5_000_000, 9_000_000_000} {
		want := big.NewInt(i * 90_000)
		want.Div(want.Mul(want, big.NewInt(int64(ntsc.Den))), big.NewInt(int64(ntsc.Num)))
		require.Equal(t, uint32(want.Uint64()), ntsc.Ticks(int(i)), "%d", i)
	}
	require.Equal(t, uint32(3003*7), Rate{30000, 1001}.Ticks(7))
}

// TestOutputIsAsPrivateAsTheFilesBefore: a video of a person keeps the mode of the file it replaces.
func TestOutputIsAsPrivateAsTheFilesBefore(t *testing.T) {
	for _, ending := range []string{".y4m", ".webm"} {
		name := filepath.Join(t.TempDir(), "out"+ending)
		require.NoError(t, os.WriteFile(name, []byte("old"), 0o600))
		out, err := Create(t.Context(), name, Options{Width: 32, Height: 32, Rate: Rate{30, 1}})
		require.NoError(t, err)
		require.NoError(t, out.Write(frame.New(32, 32)))
		require.NoError(t, out.Close())
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), ending)
	}
}

// TestAPlaylistIsNoFilm: what is called a video may be a list of other files, which nobody asked to be read.
func TestAPlaylistIsNoFilm(t *testing.T) {
	if _, err := exec.LookPath(ffmpegName); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.ts")
	out, err := exec.Command(ffmpegName, "-v", "error", "-f", "lavfi", "-i", "color=s=64x48:r=5:d=1",
		"-c:v", "mpeg2video", "-r", "25", secret).CombinedOutput()
	require.NoError(t, err, string(out))
	for _, list := range []string{
		"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + secret + "\n#EXT-X-ENDLIST\n",
		"ffconcat version 1.0\nfile secret.ts\n",
	} {
		name := filepath.Join(dir, "clip.mp4")
		require.NoError(t, os.WriteFile(name, []byte(list), 0o600))
		_, err := Open(t.Context(), name)
		require.ErrorContains(t, err, "not on whitelist", list)
	}
	in, err := Open(t.Context(), secret)
	require.NoError(t, err, "the file itself is a film")
	require.NoError(t, in.Close())
}

// TestPlaylistsAreNotWritten: their parts would stay beside under names that nobody chose.
func TestPlaylistsAreNotWritten(t *testing.T) {
	for _, ending := range playlists() {
		dir := t.TempDir()
		o := Options{Width: 32, Height: 32, Rate: Rate{30, 1}}
		_, err := Create(t.Context(), filepath.Join(dir, "out"+ending), o)
		require.ErrorContains(t, err, "lists of other files")
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

// TestIVFThatBeginsLate: times count from the first picture, as in a recording that was cut.
func TestIVFThatBeginsLate(t *testing.T) {
	var rest []byte
	for i := range uint64(31) {
		rest = binary.LittleEndian.AppendUint32(rest, 1)
		rest = append(binary.LittleEndian.AppendUint64(rest, 9000+i), 7)
	}
	got, err := readIVF(ivf(32, rest...))
	require.NoError(t, err)
	require.Equal(t, Rate{30, 1}, got.rate)
	require.Zero(t, got.units[0].Timestamp)
	require.Equal(t, uint32(90_000), got.units[30].Timestamp)
}

// TestTimesThatRunBackwards: a source's disorder must not look like a pause of half a day.
func TestTimesThatRunBackwards(t *testing.T) {
	var s stretch
	for _, step := range []struct {
		at   uint32
		want uint64
	}{{4_294_960_000, 0}, {4_294_963_000, 3000}, {4_294_961_000, 3000}, {4_294_966_000, 8000}, {704, 10_000}} {
		require.Equal(t, step.want, s.at(step.at), "%d", step.at)
	}
}
