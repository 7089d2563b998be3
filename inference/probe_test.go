package inference

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/emotion"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestPretendShowsASceneWithoutAFace(t *testing.T) {
	e, all := fakeEngine(t, nil)
	loaded := all.face.runs + all.emotion.runs // each model is tried once
	paint := func(mood string, consent bool) *frame.Frame {
		p, err := e.NewProbe()
		require.NoError(t, err)
		require.NoError(t, p.Choose(Choice{Mode: Mood}))
		p.SetConsent(consent)
		if mood != "" {
			require.NoError(t, p.Pretend(mood))
		}
		src, dst := frame.New(160, 120), frame.New(160, 120)
		for range 3 {
			src.Timestamp += 3000
			require.NoError(t, p.Process(dst, src, time.Time{}))
		}
		label, _, _ := p.Mood()
		require.Empty(t, label)
		return dst
	}
	neutral, angry := paint("", false), paint("angry", true)
	require.Equal(t, loaded, all.face.runs+all.emotion.runs, "not even where there was a yes")
	require.NotEqual(t, neutral.Y, angry.Y)
	require.Equal(t, angry.Y, paint("angry", false).Y)
	require.Equal(t, neutral.Y, paint("neutral", false).Y)

	p, err := e.NewProbe()
	require.NoError(t, err)
	require.ErrorContains(t, p.Pretend("smug"), `"smug"`)
}

func TestRoomsCannotPretend(t *testing.T) {
	for _, name := range []string{"Pretend", "Mattes", "ReadFace"} {
		_, has := reflect.TypeFor[*Filter]().MethodByName(name)
		require.False(t, has, "%s is for tools: rooms get a Filter", name)
	}
}

func TestMattes(t *testing.T) {
	e, _ := fakeEngine(t, nil)
	p, err := e.NewProbe()
	require.NoError(t, err)
	src := frame.New(160, 120)
	want := tensor.NewPlane(64, 64)
	mask := make([]float32, 64*64)
	disc(mask, 64)
	for i, v := range mask {
		want.Pix[i] = byte(v * 255)
	}
	full := tensor.NewPlane(160, 120)
	tensor.Scale(full, want, tensor.Bilinear)
	for range 3 {
		src.Timestamp += 3000
		m, err := p.Mattes(src)
		require.NoError(t, err)
		require.Greater(t, eval.IoU(m.Raw, full), .98)
		require.Greater(t, eval.IoU(m.Painted, full), .7)
	}
	require.EqualValues(t, 3, p.Counters().Pictures)
	require.NoError(t, p.Close())
	_, err = p.Mattes(src)
	require.ErrorIs(t, err, ErrClosed)
}

func TestReadFace(t *testing.T) {
	e := realEngine(t, nil)
	r, err := e.ReadFace(photo(t, "calm", 640, 480))
	require.NoError(t, err)
	require.True(t, r.Found)
	require.Equal(t, emotion.Good, r.Verdict)
	sum := float32(0)
	for _, p := range r.Probabilities {
		sum += p
	}
	require.InDelta(t, 1, sum, 1e-4)
	neutral := slices.Index(e.cfg.Models.Emotion.Classes, "neutral")
	require.Greater(t, r.Probabilities[neutral], float32(.5))

	r, err = e.ReadFace(photo(t, "far", 100, 76))
	require.NoError(t, err)
	require.True(t, r.Found)
	require.Equal(t, emotion.Tiny, r.Verdict)
	require.Nil(t, r.Probabilities)

	r, err = e.ReadFace(frame.New(320, 240))
	require.NoError(t, err)
	require.False(t, r.Found)

	off, _ := fakeEngine(t, func(c *Config) { c.MoodEnabled = false })
	_, err = off.ReadFace(frame.New(320, 240))
	require.ErrorIs(t, err, ErrMoodDisabled)
}
