package cli

import (
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const photos = "../inference/testdata/" // pictures of one man, and where he is in coarse cells

// copyFile copies a file to a new one, whose folder is made.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o700))
	require.NoError(t, os.WriteFile(to, data, 0o600))
}

func writePNG(t *testing.T, name string, img image.Image) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
	file, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, png.Encode(file, img))
	require.NoError(t, file.Close())
}

// coarseMask is the mask of a photo of 400x300, made of its cells.
func coarseMask(t *testing.T, name string) *image.Gray {
	t.Helper()
	data, err := os.ReadFile(photos + name + ".txt")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	img := image.NewGray(image.Rect(0, 0, 400, 300))
	for y := range 300 {
		for x := range 400 {
			switch lines[y*len(lines)/300][x*len(lines[0])/400] {
			case '#':
				img.SetGray(x, y, color.Gray{255})
			case '+':
				img.SetGray(x, y, color.Gray{128})
			}
		}
	}
	return img
}

func TestEvalMatte(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, photos+"calm.jpg", dir+"/calm.jpg")
	copyFile(t, photos+"calm.jpg", dir+"/wrong.jpg")
	copyFile(t, photos+"far.jpg", dir+"/alone.jpg")
	writePNG(t, dir+"/calm.png", coarseMask(t, "calm"))
	nobody := image.NewGray(image.Rect(0, 0, 400, 300))
	writePNG(t, dir+"/wrong.png", nobody)
	writePNG(t, dir+"/mask-only.png", nobody)
	writePNG(t, dir+"/cut.png", nobody)
	require.NoError(t, os.WriteFile(dir+"/cut.jpg", []byte{0xff, 0xd8, 0xff}, 0o600))
	file := dir + "/figures.json"
	status, stdout, stderr := run(t, []string{"eval", "matte", "--data", dir, "--worst", "1", "--json", file})
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "3 pictures with masks")
	require.Contains(t, stdout, "1 could not be measured, left out: read picture")
	require.Contains(t, stdout, "1 without a mask, left out: alone.jpg")
	require.Contains(t, stdout, "1 masks without a picture, left out: mask-only.png")
	require.Regexp(t, `0\.0000 +0\.0000 +wrong\.jpg\n$`, stdout)

	var f matteFigures
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &f))
	require.Equal(t, 2, f.Pictures)
	require.Len(t, f.Broken, 1)
	require.Equal(t, "wrong.jpg", f.Files[0].Name)
	require.Zero(t, f.Files[0].IoU)
	require.Greater(t, f.Files[1].IoU, .87, "cells of 8 pixels are no exact truth")
	require.Greater(t, f.Files[1].RawIoU, .87)
	require.Greater(t, f.Files[1].BoundaryF, .5)
	require.InDelta(t, f.Files[1].IoU/2, f.Mean.IoU, 1e-9)
}

func TestEvalMatteOfTwoFolders(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, photos+"close.jpg", dir+"/images/a.jpg")
	writePNG(t, dir+"/masks/a.png", coarseMask(t, "close"))
	status, stdout, stderr := run(t, []string{"eval", "matte", "--data", dir})
	require.Zero(t, status, stderr)
	require.Regexp(t, `as painted +0\.[89]`, stdout)
}

func TestEvalRefusesWhatItCannotMeasure(t *testing.T) {
	dir := t.TempDir()
	small := image.NewGray(image.Rect(0, 0, 40, 30))
	copyFile(t, photos+"calm.jpg", dir+"/size/a.jpg")
	writePNG(t, dir+"/size/a.png", small)
	numbered := image.NewGray(image.Rect(0, 0, 400, 300))
	numbered.SetGray(9, 9, color.Gray{1})
	copyFile(t, photos+"calm.jpg", dir+"/numbered/a.jpg")
	writePNG(t, dir+"/numbered/a.png", numbered)
	writePNG(t, dir+"/cut/a.png", small)
	require.NoError(t, os.WriteFile(dir+"/cut/a.jpg", []byte{0xff, 0xd8, 0xff}, 0o600))
	writePNG(t, dir+"/moods/smug/a.png", small)
	require.NoError(t, os.MkdirAll(dir+"/empty/happy", 0o700))
	one := film.Options{Width: 64, Height: 48, Rate: film.Rate{Num: 30, Den: 1}}
	clip, err := film.Create(t.Context(), dir+"/one.y4m", one)
	require.NoError(t, err)
	require.NoError(t, clip.Write(frame.New(64, 48)))
	require.NoError(t, clip.Close())
	for what, c := range map[string]struct {
		args   string
		status int
		want   string
	}{
		"no folder":      {"matte --data " + dir + "/none", 1, "no such file"},
		"empty folder":   {"matte --data " + dir + "/empty", 1, "no picture with a mask"},
		"size of a mask": {"matte --data " + dir + "/size", 1, "a.png is 40x30, its picture"},
		"mask of labels": {"matte --data " + dir + "/numbered", 1, "brightest pixel is 1 of 255"},
		"cut picture":    {"matte --data " + dir + "/cut", 1, "read picture"},
		"no data":        {"matte", 2, "--data"},
		"no clip":        {"flicker --clip " + dir + "/none.y4m", 1, "no such file"},
		"one picture":    {"flicker --clip " + dir + "/one.y4m", 1, "has 1 pictures"},
		"unknown mood":   {"emotion --data " + dir + "/moods", 1, "no mood is called smug; the model knows"},
		"no moods":       {"emotion --data " + dir + "/empty", 1, "has no pictures in folders named"},
		"no such data":   {"emotion --data " + dir + "/none", 1, "no such file"},
		"nothing":        {"", 2, "matte"},
		"unwritable":     {"flicker --json /nowhere/x --clip " + dir + "/one.y4m", 1, "has 1 pictures"},
	} {
		status, _, stderr := run(t, append([]string{"eval"}, strings.Fields(c.args)...))
		require.Equal(t, c.status, status, "%s: %s", what, stderr)
		require.Contains(t, stderr, c.want, what)
	}
	status, _, stderr := run(t, []string{"eval", "emotion", "--data", dir}, "PPENTER_PROFILE=work")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "leaves the mood out")
}

func TestEvalFlicker(t *testing.T) {
	clip := portrait(t, "clip.y4m", 8)
	file := filepath.Join(t.TempDir(), "figures.json")
	status, stdout, stderr := run(t, []string{"eval", "flicker", "--clip", clip, "--json", file})
	require.Zero(t, status, stderr)
	require.Regexp(t, `^8 pictures; (9\d\.\d|100\.0) % of their pixels stood still`, stdout)
	require.Contains(t, stdout, "The model alone flickers")
	var f flickerFigures
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &f))
	require.Equal(t, 8, f.Pictures)
	require.Greater(t, f.Raw.Flicker, f.Painted.Flicker, "noise makes the model alone flicker")
	require.NotNil(t, f.Ratio)
	require.Greater(t, *f.Ratio, 1.5)
}

func TestEvalEmotion(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, photos+"calm.jpg", dir+"/neutral/a.jpg")
	copyFile(t, photos+"close.jpg", dir+"/Neutral/b.jpg")
	elsewhere := t.TempDir()
	copyFile(t, photos+"close.jpg", elsewhere+"/c.jpg")
	require.NoError(t, os.Symlink(elsewhere, dir+"/surprise")) // it is none
	require.NoError(t, os.MkdirAll(dir+"/happy", 0o700))
	require.NoError(t, os.WriteFile(dir+"/happy/cut.jpg", []byte{0xff, 0xd8, 0xff}, 0o600))
	writePNG(t, dir+"/happy/wall.png", image.NewGray(image.Rect(0, 0, 320, 240)))
	file := filepath.Join(t.TempDir(), "figures.json")
	status, stdout, stderr := run(t, []string{"eval", "emotion", "--data", dir, "--json", file})
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "5 pictures\n1 could not be measured, left out: read picture")
	require.Contains(t, stdout, "\n3 faces read; 1 not: no face\n")
	require.Contains(t, stdout, "accuracy          0.6667")
	require.Regexp(t, `(?m)^surprise .* 1 +0\.000 +0\.000$`, stdout)
	var f emotionFigures
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &f))
	require.Equal(t, map[string]int{"no face": 1}, f.Unreadable)
	require.Equal(t, 2, f.Confusion["neutral"]["neutral"])
	require.Equal(t, 1, f.Confusion["surprise"]["neutral"])
	require.Len(t, f.Broken, 1)
	require.InDelta(t, (.8+0)/2, f.MacroF1, 1e-9)
	require.Positive(t, f.ECE)
}
