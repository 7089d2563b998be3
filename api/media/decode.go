package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"github.com/pp-enter/pp-enter/api/social"
)

// errPanicked is what a decoder that panicked is said to have returned.
var errPanicked = errors.New("the decoder panicked")

// decode reads a picture whose header was read, brings it down to the size of an original and turns it
// upright.
func (k *Keeper) decode(ctx context.Context, data []byte, h header) (*planes, error) {
	deadline, cancel := context.WithTimeout(ctx, k.cfg.Decode)
	defer cancel()
	img, err := guarded(h, &patient{ctx: deadline, data: bytes.NewReader(data)})
	var p *planes
	if err == nil {
		p, err = k.toPlanes(deadline, img, h)
	}
	switch {
	case err == nil:
		return p.oriented(h.orientation), nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("decode picture: %w", ctx.Err())
	case deadline.Err() != nil:
		return nil, social.ErrPictureSlow
	}
	return nil, social.ErrPictureInvalid
}

// guarded runs the decoder; a panic of its is an error.
func guarded(h header, r *patient) (img image.Image, err error) {
	defer func() {
		if recover() != nil {
			img, err = nil, errPanicked
		}
	}()
	return h.decode(r)
}

// toPlanes brings a decoded picture down to the size of an original.
func (k *Keeper) toPlanes(ctx context.Context, img image.Image, h header) (*planes, error) {
	b := img.Bounds()
	// A frame of a GIF may be smaller than the whole; nothing may be larger than the header said.
	if b.Empty() || b.Dx() > h.width || b.Dy() > h.height {
		return nil, social.ErrPictureInvalid
	}
	w, height := bounded(b.Dx(), b.Dy(), originalSide)
	switch img := img.(type) {
	case *image.YCbCr:
		p := fromYCbCr(img, w, height)
		if !h.narrow {
			p.narrow()
		}
		return p, nil
	case *image.NYCbCrA: // WebP
		overWhite(img)
		return fromYCbCr(&img.YCbCr, w, height), nil
	case *image.Gray:
		return fromGray(img, w, height), nil
	}
	p, err := fromAny(ctx, img)
	if err != nil {
		return nil, err
	}
	return p.within(originalSide), nil
}

// fromYCbCr scales planes of any kind to w x h.
func fromYCbCr(img *image.YCbCr, w, h int) *planes {
	b := img.Bounds()
	cw, ch := b.Dx(), b.Dy()
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		cw = half(cw)
	case image.YCbCrSubsampleRatio420:
		cw, ch = half(cw), half(ch)
	case image.YCbCrSubsampleRatio440:
		ch = half(ch)
	case image.YCbCrSubsampleRatio411:
		cw = half(half(cw))
	case image.YCbCrSubsampleRatio410:
		cw, ch = half(half(cw)), half(ch)
	case image.YCbCrSubsampleRatio444:
	}
	luma, chroma := img.YOffset(b.Min.X, b.Min.Y), img.COffset(b.Min.X, b.Min.Y)
	p := newPlanes(w, h)
	scalePlane(plane{img.Y[luma:], img.YStride, b.Dx(), b.Dy()}, p.luma())
	scalePlane(plane{img.Cb[chroma:], img.CStride, cw, ch}, p.blue())
	scalePlane(plane{img.Cr[chroma:], img.CStride, cw, ch}, p.red())
	return p
}

// overWhite lays a picture of WebP's, which is 4:2:0 in the narrow range, over white.
func overWhite(img *image.NYCbCrA) {
	const white, grey = 235, 128
	over := func(v byte, alpha, ground int) byte { return byte((int(v)*alpha + ground*(255-alpha) + 127) / 255) }
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			alpha := int(img.A[img.AOffset(x, y)])
			if alpha == 255 {
				continue
			}
			i := img.YOffset(x, y)
			img.Y[i] = over(img.Y[i], alpha, white)
			if (x-b.Min.X)&1 == 0 && (y-b.Min.Y)&1 == 0 {
				i = img.COffset(x, y)
				img.Cb[i], img.Cr[i] = over(img.Cb[i], alpha, grey), over(img.Cr[i], alpha, grey)
			}
		}
	}
}

func fromGray(img *image.Gray, w, h int) *planes {
	p := newPlanes(w, h)
	scalePlane(plane{img.Pix, img.Stride, img.Rect.Dx(), img.Rect.Dy()}, p.luma())
	for i := range p.u {
		p.u[i], p.v[i] = 128, 128
	}
	p.narrow()
	return p
}

// fromAny lays a picture of any kind over white. It works in bands, so that no second whole picture is
// needed.
func fromAny(ctx context.Context, img image.Image) (*planes, error) {
	const band = 64 // rows, even
	b := img.Bounds()
	p := newPlanes(b.Dx(), b.Dy())
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), min(band, b.Dy())))
	white := image.NewUniform(color.White)
	for y := 0; y < b.Dy(); y += band {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rows := image.Rect(0, 0, b.Dx(), min(band, b.Dy()-y))
		draw.Draw(rgba, rows, white, image.Point{}, draw.Src)
		draw.Draw(rgba, rows, img, b.Min.Add(image.Pt(0, y)), draw.Over)
		p.paint(rgba, y, rows.Dy())
	}
	return p, nil
}
