package seed

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
)

// How many pictures there are, and how large the longer side is, in pixels.
const (
	picturesEach = 5 // of each theme
	pictureSide  = 640
	faces        = 24
	faceSide     = 256
)

// Painting is a picture before it is kept.
type Painting struct {
	Theme string // empty: a person's picture
	JPEG  []byte
}

// Paint makes the pictures of a world: soft clouds in the colours of their theme.
func Paint(seed uint64) ([]Painting, error) {
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(seed, partPictures))
	const short = pictureSide * 3 / 4
	shapes := []image.Point{{X: pictureSide, Y: short}, {X: short, Y: pictureSide}, {X: short, Y: short}}
	var all []Painting
	add := func(theme string, size image.Point, hue float64) error {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, clouds(r, size, hue), &jpeg.Options{Quality: 90}); err != nil {
			return fmt.Errorf("encode picture: %w", err)
		}
		all = append(all, Painting{theme, out.Bytes()})
		return nil
	}
	for _, t := range words.Themes {
		for i := range picturesEach {
			if err := add(t.Name, shapes[i%len(shapes)], float64(t.Hue+(i-picturesEach/2)*8)); err != nil {
				return nil, err
			}
		}
	}
	for i := range faces {
		if err := add("", image.Point{X: faceSide, Y: faceSide}, float64(i)*360/faces); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// coarse is how many pixels of the picture are painted as one: clouds have no edges.
const coarse = 4

// cloud is a spot of colour: its place and width are parts of the picture's longer side.
type cloud struct {
	x, y, width float64
	color       [3]float64
}

// clouds paints some around a hue, in degrees, over a sky that gets lighter towards the ground.
func clouds(r *rand.Rand, size image.Point, hue float64) image.Image {
	spots := make([]cloud, 5+r.IntN(4))
	for i := range spots {
		spots[i] = cloud{
			x: r.Float64(), y: r.Float64(), width: 0.10 + 0.22*r.Float64(),
			color: rgb(hue-40+80*r.Float64(), 0.35+0.4*r.Float64(), 0.5+0.35*r.Float64()),
		}
	}
	top, ground := rgb(hue+15, 0.45, 0.42), rgb(hue-20, 0.55, 0.80)
	small := image.NewRGBA(image.Rect(0, 0, size.X/coarse, size.Y/coarse))
	side := float64(max(small.Rect.Dx(), small.Rect.Dy()))
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			c := mix(top, ground, float64(y)/float64(small.Rect.Dy()))
			for _, s := range spots {
				dx, dy := (float64(x)/side-s.x)/s.width, (float64(y)/side-s.y)/s.width
				near := 1 / (1 + dx*dx + dy*dy)
				c = mix(c, s.color, 0.85*near*near)
			}
			small.SetRGBA(x, y, color.RGBA{R: level(c[0]), G: level(c[1]), B: level(c[2]), A: 255})
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
	draw.ApproxBiLinear.Scale(out, out.Rect, small, small.Rect, draw.Src, nil)
	return out
}

func mix(a, b [3]float64, part float64) (c [3]float64) {
	for i := range c {
		c[i] = a[i] + (b[i]-a[i])*part
	}
	return c
}

func level(v float64) uint8 { return uint8(math.Round(255 * min(max(v, 0), 1))) }

// rgb is a colour by its hue in degrees, saturation and lightness (HSL), in parts of 1.
func rgb(hue, saturation, lightness float64) (c [3]float64) {
	strength := saturation * min(lightness, 1-lightness)
	for i, shift := range []float64{0, 8, 4} {
		k := math.Mod(shift+hue/30+24, 12)
		c[i] = lightness - strength*max(-1, min(k-3, 9-k, 1))
	}
	return c
}
