package scene

/*
#cgo CFLAGS: -O3
#cgo noescape ppe_enlarge
#cgo nocallback ppe_enlarge
#include <stdint.h>

#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

// enlarges one line k times: taps holds four weights per phase; phase p of sample i begins at
// s[i + first[p]].
#define ENLARGE_LINE(K) \
	for (int i = 0; i < n; i++) \
		for (int p = 0; p < K; p++) { \
			const float *t = taps + 4 * p, *q = s + i + 2 * p / K; \
			d[K * i + p] = t[0] * q[0] + t[1] * q[1] + t[2] * q[2] + t[3] * q[3]; \
		}

// Enlarges w x h floats k times (2 or 4) in both directions with the cubic B-spline of taps, adds light by
// light where there is some (the less, the nearer to top: to, unless soft is 0), adds the dither of 8
// rows as long as dst's and cuts to bytes within low..high. scratch has room for w + 4 + 4 * w floats.
WIDE static void ppe_enlarge(uint8_t *dst, int stride, const float *src, int w, int h, int k,
		const float *taps, const float *light, float soft, const float *dither, float low, float high,
		float *scratch) {
	float *s = scratch, *restrict d = scratch + w + 4;
	int n = w;
	for (int y = 0; y < h * k; y++, dst += stride) {
		const int p = y % k, j = y / k - 2 + 2 * p / k;
		const float *t = taps + 4 * p, *r[4];
		for (int i = 0; i < 4; i++) {
			int at = j + i < 0 ? 0 : j + i >= h ? h - 1 : j + i;
			r[i] = src + at * w;
		}
		for (int i = 0; i < w; i++)
			s[i + 2] = t[0] * r[0][i] + t[1] * r[1][i] + t[2] * r[2][i] + t[3] * r[3][i];
		s[0] = s[1] = s[2];
		s[w + 2] = s[w + 3] = s[w + 1];
		if (k == 4) {
			ENLARGE_LINE(4)
		} else {
			ENLARGE_LINE(2)
		}
		if (light) {
			const float *restrict l = light + y * w * k;
			for (int x = 0; x < w * k; x++)
				d[x] += l[x] * (1 - soft * (d[x] - low));
		}
		const float *restrict o = dither + y % 8 * w * k;
		for (int x = 0; x < w * k; x++) {
			float v = d[x] + o[x];
			v = v < low ? low : v > high ? high : v;
			dst[x] = (uint8_t)(int)v;
		}
	}
}
*/
import "C"

import (
	"unsafe"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// enlarged is how many times finer than its cells a scene's canvas is; its chroma is half as fine.
const enlarged = 4

// base is a soft picture in floats, one set of values per cell, that is enlarged to a canvas. The cubic
// B-spline is used as it is, without a prefilter: it rounds what lies between the cells instead of passing
// through them, and has no corners, so that no grid shows.
type base struct {
	w, h    int
	y, u, v []float32
	scratch []float32
	taps2   [8]float32
	taps4   [16]float32
	dither2 []float32 // 8 rows of either enlargement's width
	dither4 []float32
}

func (b *base) resize(w, h int) {
	b.w, b.h = w, h
	b.y, b.u, b.v = make([]float32, w*h), make([]float32, w*h), make([]float32, w*h)
	b.scratch = make([]float32, w+4+enlarged*w)
	splineTaps(b.taps2[:])
	splineTaps(b.taps4[:])
	b.dither2, b.dither4 = bayer(2*w), bayer(4*w)
}

// splineTaps fills in the four weights of each phase of an enlargement by len(taps)/4. The samples' centres
// stay where they are in the picture.
func splineTaps(taps []float32) {
	k := len(taps) / 4
	for p := range k {
		f := (float32(p) + .5) / float32(k)
		f -= .5
		if f < 0 {
			f++
		}
		g := 1 - f
		copy(taps[4*p:], []float32{
			g * g * g / 6, (4 - 6*f*f + 3*f*f*f) / 6, (4 - 6*g*g + 3*g*g*g) / 6, f * f * f / 6,
		})
	}
}

// bayer is the ordered dither of 8 x 8 (Bayer 1973) within 0..1, repeated over 8 rows of w: it breaks up the
// bands of slow gradients and, unlike noise, stands still.
func bayer(w int) []float32 {
	m := make([]float32, 8*w)
	for y := range 8 {
		for x := range w {
			v := 0
			for bit := range 3 {
				a, b := x>>bit&1, y>>bit&1
				v |= (2*(a^b) + b) << (4 - 2*bit)
			}
			m[y*w+x] = (float32(v) + .5) / 64
		}
	}
	return m
}

// enlarge paints the whole canvas, which has enlarged (chroma: half that) or twice (chroma too) as many
// samples a side as b, with the lights on top if there are any.
func (b *base) enlarge(c Canvas, lights *splatter) {
	var y, u, v []float32
	if lights != nil && lights.lit {
		y, u, v = lights.y, lights.u, lights.v
	}
	b.plane(c.Y, b.y, y, 1./219, 235)
	b.plane(c.U, b.u, u, 0, 240)
	b.plane(c.V, b.v, v, 0, 240)
}

// plane enlarges one plane. soft is how much less light a sample takes for each unit that it is bright:
// with 1/219, white takes none (a "screen" blend).
func (b *base) plane(dst tensor.Plane, src, light []float32, soft, high float32) {
	taps, dither := b.taps2[:], b.dither2
	if dst.W == 4*b.w {
		taps, dither = b.taps4[:], b.dither4
	}
	f := func(v []float32) *C.float { return (*C.float)(unsafe.SliceData(v)) }
	C.ppe_enlarge((*C.uint8_t)(unsafe.SliceData(dst.Pix)), C.int(dst.Stride), f(src), C.int(b.w), C.int(b.h),
		C.int(len(taps)/4), f(taps), f(light), C.float(soft), f(dither), 16, C.float(high), f(b.scratch))
}
