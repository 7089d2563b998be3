package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

const testW, testH = 64, 48

// testFrame is a texture that tells pictures and places apart.
func testFrame(seed int) *frame.Frame {
	f := frame.New(testW, testH)
	for y := range f.Height {
		for x := range f.Width {
			f.Y[y*f.StrideY+x] = byte(40 + (x*7+y*13+x*y*(seed+1))%150)
		}
	}
	for i := range f.U {
		f.U[i], f.V[i] = 128, 128
	}
	return f
}

// leftPerson is a mask whose left half is the person.
func leftPerson() []float32 {
	mask := make([]float32, modelSize*modelSize)
	for i := range mask {
		if i%modelSize < modelSize/2 {
			mask[i] = 1
		}
	}
	return mask
}

func testSource() *source {
	s := &source{}
	for seed := range 6 {
		s.pictures = append(s.pictures, testFrame(seed))
		s.masks = append(s.masks, leftPerson())
	}
	return s
}

func TestJudgeUntouched(t *testing.T) {
	s := testSource()
	v, err := s.judge(fromFrame(s.pictures[3]))
	require.NoError(t, err)
	require.Equal(t, 3, v.Source)
	require.InDelta(t, 1, v.SSIM, 1e-6)
	require.InDelta(t, 0.5, v.Person, 0.02)
	require.Zero(t, v.Difference)
	require.InDelta(t, 1, v.Detail, 1e-6)
}

func TestJudgeReplacedBackground(t *testing.T) {
	s := testSource()
	received := fromFrame(s.pictures[2])
	for y := range testH {
		for x := testW / 2; x < testW; x++ {
			i := y*testW + x
			received.luma[i] = 100
			received.rgb[3*i], received.rgb[3*i+1], received.rgb[3*i+2] = 0, 0, 250
		}
	}
	v, err := s.judge(received)
	require.NoError(t, err)
	require.Equal(t, 2, v.Source)
	require.InDelta(t, 1, v.SSIM, 1e-6, "the person is as it was")
	require.Greater(t, v.Difference, 50.0)
	require.Zero(t, v.Detail)
	require.Equal(t, [3]float64{0, 0, 250}, v.Colour)
}

func TestJudgeSpoiltPerson(t *testing.T) {
	s := testSource()
	received := fromFrame(s.pictures[2])
	for i := range received.luma {
		received.luma[i] = 100 + 0.2*(received.luma[i]-100)
	}
	v, err := s.judge(received)
	require.NoError(t, err)
	require.Less(t, v.SSIM, 0.9)
}

func TestErode(t *testing.T) {
	r := threshold(leftPerson(), testW, testH)
	require.InDelta(t, 0.5, r.share(), 0.02)
	e := r.erode(4)
	require.True(t, e.in[0], "the picture's border is no edge")
	require.True(t, e.in[10*testW+testW/2-6])
	require.False(t, e.in[10*testW+testW/2-3])
	require.False(t, e.in[10*testW+testW/2+3])
}

func TestReadFilm(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "x.y4m")
	f := testFrame(1)
	var b bytes.Buffer
	fmt.Fprintf(&b, "YUV4MPEG2 W%d H%d F30:1 Ip A1:1 C420jpeg\n", testW, testH)
	for range 2 {
		b.WriteString("FRAME\n")
		for y := range testH {
			b.Write(f.Y[y*f.StrideY:][:testW])
		}
		b.Write(bytes.Repeat([]byte{128}, 2*f.ChromaWidth()*f.ChromaHeight()))
	}
	require.NoError(t, os.WriteFile(name, b.Bytes(), 0o600))
	pictures, err := readFilm(name)
	require.NoError(t, err)
	require.Len(t, pictures, 2)
	require.Equal(t, fromFrame(f).luma, fromFrame(pictures[1]).luma)

	require.NoError(t, os.WriteFile(name, b.Bytes()[:b.Len()-1], 0o600))
	_, err = readFilm(name)
	require.Error(t, err, "cut")
	_, err = readFilm(filepath.Join(dir, "none"))
	require.Error(t, err)
}

func TestReadRGBA(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.rgba")
	require.NoError(t, os.WriteFile(name, []byte{255, 255, 255, 255, 0, 0, 0, 255}, 0o600))
	p, err := readRGBA(name, 2, 1)
	require.NoError(t, err)
	require.InDelta(t, 235, p.luma[0], 0.01)
	require.InDelta(t, 16, p.luma[1], 0.01)
	_, err = readRGBA(name, 2, 2)
	require.Error(t, err)
}
