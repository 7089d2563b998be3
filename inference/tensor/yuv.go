package tensor

/*
#cgo CFLAGS: -O3
#cgo LDFLAGS: -lyuv
#cgo noescape ppe_scale
#cgo nocallback ppe_scale
#cgo noescape ppe_rgb
#cgo nocallback ppe_rgb
#include <stdint.h>
#include <libyuv/scale.h>

// No sample is a NaN or an infinity; the compiler must know it to use vectors.
#pragma GCC optimize("O3", "finite-math-only", "no-signed-zeros", "no-trapping-math")

#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

static void ppe_scale(const uint8_t *src, int ss, int sw, int sh, uint8_t *dst, int ds, int dw, int dh,
		int filter) {
	ScalePlane(src, ss, sw, sh, dst, ds, dw, dh, (enum FilterMode)filter);
}

static inline float clamp01(float v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

// One row of BT.601 studio range to three rows of floats.
WIDE static void row(float *restrict r, float *restrict g, float *restrict b, const uint8_t *restrict y,
		const uint8_t *restrict u, const uint8_t *restrict v, int w, float scale, float offset) {
	for (int i = 0; i < w; i++) {
		float l = (y[i] - 16) * (1.164384f / 255), cu = u[i] - 128, cv = v[i] - 128;
		r[i] = clamp01(l + cv * (1.596027f / 255)) * scale + offset;
		g[i] = clamp01(l - cv * (0.812968f / 255) - cu * (0.391762f / 255)) * scale + offset;
		b[i] = clamp01(l + cu * (2.017232f / 255)) * scale + offset;
	}
}

static void ppe_rgb(float *dst, int size, const uint8_t *y, const uint8_t *u, const uint8_t *v, int tx,
		int ty, int tw, int th, float scale, float offset) {
	int n = size * size;
	for (int j = ty; j < ty + th; j++) {
		int at = j * size + tx;
		row(dst + at, dst + n + at, dst + 2 * n + at, y + at, u + at, v + at, tw, scale, offset);
	}
}
*/
import "C"

import "unsafe"

// Filter is how Scale reads the source.
type Filter int

// The filters of libyuv that the server uses. Bilinear reads two samples a side, which is quick and right for
// enlarging; Box averages all of them, for strong reductions.
const (
	Bilinear Filter = C.kFilterBilinear
	Box      Filter = C.kFilterBox
)

// Scale resizes src into dst by libyuv's ScalePlane. Both must hold at least one sample.
func Scale(dst, src Plane, f Filter) {
	C.ppe_scale((*C.uint8_t)(unsafe.SliceData(src.Pix)), C.int(src.Stride), C.int(src.W), C.int(src.H),
		(*C.uint8_t)(unsafe.SliceData(dst.Pix)), C.int(dst.Stride), C.int(dst.W), C.int(dst.H), C.int(f))
}

// convert writes the rows of t from the scaled planes of c.
func convert(dst []float32, c *RGB, t Rect, r Range) {
	C.ppe_rgb((*C.float)(unsafe.SliceData(dst)), C.int(c.size), (*C.uint8_t)(unsafe.SliceData(c.y.Pix)),
		(*C.uint8_t)(unsafe.SliceData(c.u.Pix)), (*C.uint8_t)(unsafe.SliceData(c.v.Pix)),
		C.int(t.X), C.int(t.Y), C.int(t.W), C.int(t.H), C.float(r.Scale), C.float(r.Offset))
}
