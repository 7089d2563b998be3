package codec_test

import (
	"bytes"
	"io"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/codec/codectest"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

func config(c frame.Codec) codec.EncoderConfig {
	cfg := codec.DefaultEncoderConfig()
	cfg.Codec = c
	return cfg
}

func TestVP8(t *testing.T) {
	codectest.Run(t, codectest.Target{Config: config(frame.VP8), New: codec.NewEncoder, Decode: decode})
}

func TestVP9(t *testing.T) {
	codectest.Run(t, codectest.Target{Config: config(frame.VP9), New: codec.NewEncoder, Decode: decode})
}

func TestH264(t *testing.T) {
	target := codectest.Target{Config: config(frame.H264), New: codec.NewEncoder, EvenOnly: true}
	if _, err := exec.LookPath("ffmpeg"); err == nil {
		target.Decode = decodeH264
	}
	codectest.Run(t, target)
}

// decode decodes by this package's own decoder.
func decode(t *testing.T, units []frame.Encoded) []*frame.Frame {
	t.Helper()
	dec, err := codec.NewDecoder(units[0].Codec)
	require.NoError(t, err)
	defer func() { require.NoError(t, dec.Close()) }()
	pool := frame.NewPool(2)
	var out []*frame.Frame
	for i := range units {
		f, err := dec.Decode(&units[i], pool)
		require.NoError(t, err)
		require.NotNil(t, f)
		require.Equal(t, units[i].Timestamp, f.Timestamp)
		require.Equal(t, units[i].Arrived, f.Arrived)
		out = append(out, f)
	}
	return out
}

// decodeH264 decodes by the ffmpeg program, each run of pictures of one size alone.
func decodeH264(t *testing.T, units []frame.Encoded) []*frame.Frame {
	t.Helper()
	var out []*frame.Frame
	for len(units) > 0 {
		n := 1
		for n < len(units) && !units[n].Keyframe {
			n++
		}
		var stream []byte
		for _, u := range units[:n] {
			stream = append(stream, u.Payload...)
		}
		out = append(out, ffmpeg(t, stream)...)
		units = units[n:]
	}
	return out
}

func ffmpeg(t *testing.T, stream []byte) []*frame.Frame {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "h264", "-i", "pipe:0",
		"-f", "yuv4mpegpipe", "-vsync", "passthrough", "pipe:1")
	cmd.Stdin = bytes.NewReader(stream)
	b, err := cmd.Output()
	require.NoError(t, err)
	return readY4M(t, b)
}

func readY4M(t *testing.T, b []byte) []*frame.Frame {
	t.Helper()
	head, rest, ok := bytes.Cut(b, []byte{'\n'})
	require.True(t, ok)
	var w, h int
	for field := range bytes.FieldsSeq(head) {
		n := 0
		for _, c := range field[1:] {
			n = n*10 + int(c-'0')
		}
		switch field[0] {
		case 'W':
			w = n
		case 'H':
			h = n
		}
	}
	var out []*frame.Frame
	for r := bytes.NewReader(rest); r.Len() > 0; {
		_, err := r.Seek(int64(len("FRAME\n")), io.SeekCurrent)
		require.NoError(t, err)
		f := frame.New(w, h)
		readPlane(t, r, f.Y, f.StrideY, w, h)
		readPlane(t, r, f.U, f.StrideUV, f.ChromaWidth(), f.ChromaHeight())
		readPlane(t, r, f.V, f.StrideUV, f.ChromaWidth(), f.ChromaHeight())
		out = append(out, f)
	}
	return out
}

func readPlane(t *testing.T, r io.Reader, dst []byte, stride, w, h int) {
	t.Helper()
	for y := range h {
		_, err := io.ReadFull(r, dst[y*stride:][:w])
		require.NoError(t, err)
	}
}
