package emotion

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// faceAt are the points of a face with the eyes' middle at (x, y), eyes apart by d, tilted by roll radians.
func faceAt(x, y, d, roll float64) Points {
	cos, sin := math.Cos(roll), math.Sin(roll)
	at := func(u, v float64) (float64, float64) { return x + u*cos - v*sin, y + u*sin + v*cos }
	var p Points
	p.LeftX, p.LeftY = at(-d/2, 0)
	p.RightX, p.RightY = at(d/2, 0)
	p.MouthX, p.MouthY = at(0, d*mouthDrop/eyeSpan)
	p.NoseX, p.NoseY = at(0, d*.5)
	return p
}

// marked is a grey picture with white spots on eyes and mouth.
func marked(w, h int, p Points) *frame.Frame {
	f := frame.New(w, h)
	r := math.Hypot(p.RightX-p.LeftX, p.RightY-p.LeftY) / 9
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = 80
			for _, c := range [][2]float64{{p.LeftX, p.LeftY}, {p.RightX, p.RightY}, {p.MouthX, p.MouthY}} {
				if math.Hypot(float64(x)+.5-c[0], float64(y)+.5-c[1]) < r {
					f.Y[y*f.StrideY+x] = 220
				}
			}
		}
	}
	return f
}

// centre is the middle of what is bright in a part of the crop, as parts of its side.
func centre(crop []float32, x0, x1, y0, y1 int) (x, y float64) {
	var sum, sx, sy float64
	for j := y0; j < y1; j++ {
		for i := x0; i < x1; i++ {
			if v := float64(crop[j*Size+i]) - .45; v > 0 {
				sum, sx, sy = sum+v, sx+v*(float64(i)+.5), sy+v*(float64(j)+.5)
			}
		}
	}
	return sx / sum / Size, sy / sum / Size
}

func TestCropGeometry(t *testing.T) {
	for _, c := range []struct{ x, y, d, roll float64 }{
		{320, 200, 90, 0},
		{320, 200, 90, .4},
		{320, 200, 90, -.6},
		{200, 150, 30, .2},
		{330, 220, 160, -.1},
		{321.3, 199.7, 41.5, 0},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			p := faceAt(c.x, c.y, c.d, c.roll)
			crop := make([]float32, Size*Size)
			Crop(crop, marked(641, 479, p), p)
			x, y := centre(crop, 0, 32, 0, 36)
			require.InDelta(t, .32, x, .008, "left eye")
			require.InDelta(t, .39, y, .008, "left eye")
			x, y = centre(crop, 32, 64, 0, 36)
			require.InDelta(t, .68, x, .008, "right eye")
			require.InDelta(t, .39, y, .008, "right eye")
			x, y = centre(crop, 0, 64, 38, 64)
			require.InDelta(t, .5, x, .008, "mouth")
			require.InDelta(t, .765, y, .008, "mouth")
		})
	}
}

func TestCropOfAFaceThatLooksAside(t *testing.T) {
	p := faceAt(320, 200, 90, 0)
	p.LeftX, p.RightX = 305, 335 // eyes close together, mouth far below
	require.InDelta(t, 90/eyeSpan, p.square().side, 1e-6)
}

func TestCropRepeatsTheEdge(t *testing.T) {
	p := faceAt(10, 12, 60, 0)
	f := marked(320, 240, p)
	for y := range 240 {
		f.Y[y*f.StrideY] = 200
	}
	crop := make([]float32, Size*Size)
	Crop(crop, f, p)
	for j := range Size {
		require.InDelta(t, 200.0/255, crop[j*Size], .01)
	}
}

func TestPlace(t *testing.T) {
	turned := faceAt(320, 200, 90, .2)
	turned.NoseX, turned.NoseY = turned.RightX, turned.RightY+40
	lost, noMouth := faceAt(320, 200, 90, 0), faceAt(320, 200, 90, 0)
	lost.NoseX, noMouth.MouthY = math.NaN(), math.NaN()
	for name, c := range map[string]struct {
		p    Points
		want Verdict
	}{
		"nose nowhere":     {lost, Turned},
		"mouth nowhere":    {noMouth, Tiny},
		"good":             {faceAt(320, 200, 90, .3), Good},
		"just large":       {faceAt(320, 200, 11, 0), Good},
		"tiny":             {faceAt(320, 200, 9, 0), Tiny},
		"one spot":         {Points{LeftX: 3, RightX: 3, LeftY: 4, RightY: 4}, Tiny},
		"head on shoulder": {faceAt(320, 200, 90, .8), Rolled},
		"upside down":      {faceAt(320, 200, 90, math.Pi), Rolled},
		"profile":          {turned, Turned},
	} {
		require.Equal(t, c.want.String(), c.p.Place().String(), name)
	}
}

func TestLook(t *testing.T) {
	p := faceAt(320, 200, 90, 0)
	sharp, flat, blurred := make([]float32, Size*Size), make([]float32, Size*Size), make([]float32, Size*Size)
	for y := range Size {
		for x := range Size {
			i := y*Size + x
			sharp[i] = float32(.5 + .2*math.Sin(float64(x)/2)*math.Cos(float64(y)/3))
			flat[i] = .3 + .01*float32(x&1)
			blurred[i] = float32(.5 + .2*math.Sin(float64(x)/16)*math.Cos(float64(y)/20))
		}
	}
	require.Equal(t, Good, p.Look(sharp))
	require.Equal(t, Flat, p.Look(flat))
	require.Equal(t, Blurred, p.Look(blurred))
	require.Equal(t, Good, faceAt(320, 200, 14, 0).Look(blurred), "a small face is soft anyway")
	burnt := make([]float32, Size*Size)
	for i := range burnt {
		burnt[i] = .95
		if i%Size < Size/12 {
			burnt[i] = .4 // hair
		}
	}
	require.Equal(t, Burnt, p.Look(burnt))
	flat[7] = float32(math.NaN())
	require.Equal(t, Flat, p.Look(flat))
}

func BenchmarkCrop(b *testing.B) {
	p := faceAt(320, 200, 90, .1)
	f, crop := marked(640, 480, p), make([]float32, Size*Size)
	b.ReportAllocs()
	for b.Loop() {
		Crop(crop, f, p)
	}
}
