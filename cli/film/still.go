package film

import (
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two formats of stills
	_ "image/png"
	"os"

	"golang.org/x/image/draw"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// maxStill bounds the stills that are decoded, pixels in all and of a side: libyuv, which scales backgrounds,
// counts them with 15 bits.
const (
	maxStill     = 100_000_000
	maxStillSide = 32_767
)

// ReadStill reads a picture of JPEG or PNG.
func ReadStill(name string) (image.Image, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	defer file.Close()
	size, _, err := image.DecodeConfig(file)
	if err == nil && (max(size.Width, size.Height) > maxStillSide || size.Width*size.Height > maxStill) {
		err = fmt.Errorf("%w: %dx%d is more than this program reads", ErrSize, size.Width, size.Height)
	}
	if err == nil {
		_, err = file.Seek(0, 0)
	}
	var img image.Image
	if err == nil {
		img, _, err = image.Decode(file)
	}
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, fmt.Errorf("read picture %s: it is neither JPEG nor PNG", name)
	case err != nil:
		return nil, fmt.Errorf("read picture %s: %w", name, err)
	}
	return img, nil
}

// Fit is the size of a w x h picture whose longer side is at most longest; what fits stays as it is.
func Fit(w, h, longest int) (fw, fh int) {
	if most := max(w, h); most > longest {
		return max(2, w*longest/most), max(2, h*longest/most)
	}
	return w, h
}

// FrameOf is a still as a frame of w x h pixels, scaled where it has another size.
func FrameOf(img image.Image, w, h int) (*frame.Frame, error) {
	if err := checkSize(w, h); err != nil {
		return nil, err
	}
	rgb := image.NewRGBA(image.Rect(0, 0, w, h))
	if b := img.Bounds(); b.Dx() == w && b.Dy() == h {
		draw.Draw(rgb, rgb.Rect, img, b.Min, draw.Src)
	} else {
		draw.CatmullRom.Scale(rgb, rgb.Rect, img, b, draw.Src, nil)
	}
	f := frame.New(w, h)
	for y := range h {
		for x := range w {
			p := rgb.Pix[y*rgb.Stride+4*x:]
			f.Y[y*f.StrideY+x] = sample(16, 65.481, 128.553, 24.966, p[0], p[1], p[2])
		}
	}
	for y := range f.ChromaHeight() {
		for x := range f.ChromaWidth() {
			r, g, b := average(rgb, 2*x, 2*y)
			f.U[y*f.StrideUV+x] = sample(128, -37.797, -74.203, 112, r, g, b)
			f.V[y*f.StrideUV+x] = sample(128, 112, -93.786, -18.214, r, g, b)
		}
	}
	return f, nil
}

// sample is one row of the matrix of BT.601 in studio range.
func sample(offset, kr, kg, kb float64, r, g, b byte) byte {
	return byte(min(max(offset+(kr*float64(r)+kg*float64(g)+kb*float64(b))/255+.5, 0), 255))
}

// average is the mean colour of the two by two pixels from (x, y) on, as far as the picture goes.
func average(img *image.RGBA, x, y int) (r, g, b byte) {
	var sum [3]int
	n := 0
	for j := y; j < min(y+2, img.Rect.Dy()); j++ {
		for i := x; i < min(x+2, img.Rect.Dx()); i++ {
			p := img.Pix[j*img.Stride+4*i:]
			for c := range sum {
				sum[c] += int(p[c])
			}
			n++
		}
	}
	return byte((sum[0] + n/2) / n), byte((sum[1] + n/2) / n), byte((sum[2] + n/2) / n)
}
