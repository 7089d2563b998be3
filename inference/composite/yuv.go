package composite

/*
#cgo CFLAGS: -O3
#cgo LDFLAGS: -lyuv
#cgo noescape ppe_sharpen
#cgo nocallback ppe_sharpen
#cgo noescape ppe_shift
#cgo nocallback ppe_shift
#cgo noescape ppe_blend
#cgo nocallback ppe_blend
#include <stdint.h>
#include <libyuv/planar_functions.h>

#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

// a = (a - low) * 255 / width, held within 0..255. gain is 255 * 128 / width, so 16 bits hold the product.
WIDE static void ppe_sharpen(uint8_t *a, int n, uint8_t low, uint8_t width, uint16_t gain) {
	for (int i = 0; i < n; i++) {
		uint8_t v = a[i] > low ? a[i] - low : 0;
		v = v < width ? v : width;
		uint16_t up = (uint16_t)((uint16_t)(v * gain) + 64) >> 7; // 256 where gain was rounded up
		a[i] = up < 255 ? up : 255;
	}
}

WIDE static void ppe_shift(uint8_t *restrict d, int ds, const uint8_t *restrict s, int ss, int w, int h,
		int16_t by) {
	for (int y = 0; y < h; y++, d += ds, s += ss)
		for (int x = 0; x < w; x++) {
			int16_t v = s[x] + by;
			d[x] = v < 0 ? 0 : v > 255 ? 255 : v;
		}
}

static int ppe_blend(const uint8_t *y0, int sy0, const uint8_t *u0, int su0, const uint8_t *v0, int sv0,
		const uint8_t *y1, int sy1, const uint8_t *u1, const uint8_t *v1, int suv1, const uint8_t *a, int sa,
		uint8_t *y, int sy, uint8_t *u, uint8_t *v, int suv, int w, int h) {
	return I420Blend(y0, sy0, u0, su0, v0, sv0, y1, sy1, u1, suv1, v1, suv1, a, sa, y, sy, u, suv, v, suv, w, h);
}
*/
import "C"

import (
	"unsafe"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

func ptr(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(b)) }

// sharpen needs a plane without gaps between its rows.
func sharpen(a tensor.Plane, l Levels) {
	width := max(int(l.High)-int(l.Low), 1)
	gain := (255*128 + width/2) / width
	C.ppe_sharpen(ptr(a.Pix), C.int(a.W*a.H), C.uint8_t(l.Low), C.uint8_t(width), C.uint16_t(gain))
}

func shift(dst, src tensor.Plane, by int8) {
	C.ppe_shift(ptr(dst.Pix), C.int(dst.Stride), ptr(src.Pix), C.int(src.Stride), C.int(src.W), C.int(src.H),
		C.int16_t(by))
}

func blend(dst *frame.Frame, y, u, v tensor.Plane, back *frame.Frame, alpha tensor.Plane) {
	C.ppe_blend(ptr(y.Pix), C.int(y.Stride), ptr(u.Pix), C.int(u.Stride), ptr(v.Pix), C.int(v.Stride),
		ptr(back.Y), C.int(back.StrideY), ptr(back.U), ptr(back.V), C.int(back.StrideUV),
		ptr(alpha.Pix), C.int(alpha.Stride),
		ptr(dst.Y), C.int(dst.StrideY), ptr(dst.U), ptr(dst.V), C.int(dst.StrideUV),
		C.int(dst.Width), C.int(dst.Height))
}
