package segment

/*
#cgo CFLAGS: -O3
#cgo noescape ppe_follow
#cgo nocallback ppe_follow
#cgo noescape ppe_follow_motion
#cgo nocallback ppe_follow_motion
#cgo noescape ppe_motion
#cgo nocallback ppe_motion
#cgo noescape ppe_quantise
#cgo nocallback ppe_quantise
#include <stdint.h>

// No sample is a NaN or an infinity; the compiler must know it to use vectors.
#pragma GCC optimize("O3", "finite-math-only", "no-signed-zeros", "no-trapping-math")

#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

WIDE static void ppe_quantise(uint8_t *restrict out, const float *restrict s, int n) {
	for (int i = 0; i < n; i++) {
		float v = s[i] < 0 ? 0 : s[i] > 1 ? 1 : s[i];
		out[i] = (int)(v * 255 + 0.5f);
	}
}

// The more the new mask disagrees, the more it counts: rest where they agree, 1 from a difference of
// 1/slope on.
WIDE static void ppe_follow(uint8_t *restrict out, float *restrict s, const float *restrict mask, int n,
		float rest, float slope) {
	for (int i = 0; i < n; i++) {
		float d = mask[i] - s[i];
		float k = rest + (1 - rest) * slope * (d < 0 ? -d : d);
		k = k < 1 ? k : 1;
		float v = s[i] + d * k;
		v = v < 0 ? 0 : v > 1 ? 1 : v;
		s[i] = v;
		out[i] = (int)(v * 255 + 0.5f);
	}
}

// As ppe_follow, but a difference counts only beyond doubt, except where the picture moved.
WIDE static void ppe_follow_motion(uint8_t *restrict out, float *restrict s, const float *restrict mask,
		const float *restrict moved, int n, float still, float doubt, float slope) {
	for (int i = 0; i < n; i++) {
		float d = mask[i] - s[i], far = ((d < 0 ? -d : d) - doubt) * slope;
		far = far < 0 ? 0 : far;
		far = far < 1 ? far : 1;
		float k = far > moved[i] ? far : moved[i];
		k = still + (1 - still) * k;
		float v = s[i] + d * k;
		v = v < 0 ? 0 : v > 1 ? 1 : v;
		s[i] = v;
		out[i] = (int)(v * 255 + 0.5f);
	}
}

// One row of the motion: the sum of 3 x 3 samples against that of the pictures before. Returns the sum of the
// differences, which tells the noise.
WIDE static int ppe_motion_row(float *restrict moved, int16_t *restrict before, const uint8_t *restrict a,
		const uint8_t *restrict b, const uint8_t *restrict c, int w, float keep, float refresh, float noise,
		float slope) {
	int sum = 0;
	for (int x = 0; x < w; x++) {
		int16_t left = a[x - 1] + b[x - 1] + c[x - 1], right = a[x + 1] + b[x + 1] + c[x + 1];
		int16_t now = (left + a[x] + b[x] + c[x] + right) * 4;
		int16_t d = now - before[x], size = d < 0 ? -d : d;
		sum += size < 9 * 4 * 8 ? size : 9 * 4 * 8;
		float m = (size - noise) * slope;
		m = m < 0 ? 0 : m > 1 ? 1 : m;
		float old = moved[x] * keep;
		moved[x] = m > old ? m : old;
		float k = m > refresh ? m : refresh;
		before[x] += (int16_t)(d * k);
	}
	return sum;
}

// Motion of the part (x, y, w, h) of luma, without the outermost samples, which do as their neighbours.
static int ppe_motion(float *moved, int16_t *before, const uint8_t *luma, int size, int sl, int x, int y,
		int w, int h, float keep, float refresh, float noise, float slope) {
	int sum = 0;
	for (int j = y + 1; j < y + h - 1; j++) {
		const uint8_t *p = luma + j * sl + x + 1;
		int at = j * size + x + 1;
		sum += ppe_motion_row(moved + at, before + at, p - sl, p, p + sl, w - 2, keep, refresh, noise, slope);
		moved[at - 1] = moved[at];
		moved[at + w - 2] = moved[at + w - 3];
	}
	for (int i = x; i < x + w; i++) {
		moved[y * size + i] = moved[(y + 1) * size + i];
		moved[(y + h - 1) * size + i] = moved[(y + h - 2) * size + i];
	}
	return sum;
}
*/
import "C"

import (
	"unsafe"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

func quantise(out []byte, steady []float32) {
	C.ppe_quantise((*C.uint8_t)(unsafe.SliceData(out)), (*C.float)(unsafe.SliceData(steady)), C.int(len(out)))
}

func follow(out []byte, steady, mask []float32, rest, motion float32) {
	C.ppe_follow((*C.uint8_t)(unsafe.SliceData(out)), (*C.float)(unsafe.SliceData(steady)),
		(*C.float)(unsafe.SliceData(mask)), C.int(len(out)), C.float(rest), C.float(1/motion))
}

// followMotion blends the mask in, faster where the picture moved.
func (m *Matte) followMotion(mask []float32, still float32) {
	C.ppe_follow_motion((*C.uint8_t)(unsafe.SliceData(m.bytes.Pix)), (*C.float)(unsafe.SliceData(m.steady)),
		(*C.float)(unsafe.SliceData(mask)), (*C.float)(unsafe.SliceData(m.motion.moved)),
		C.int(len(m.steady)), C.float(still), C.float(m.smoothing.Doubt), C.float(1/m.smoothing.Motion))
}

// motionOf updates m by luma in the part t and returns the sum of the differences, in units.
func motionOf(m *motion, luma tensor.Plane, t tensor.Rect, keep, refresh, noise, slope float32) int {
	return int(C.ppe_motion((*C.float)(unsafe.SliceData(m.moved)), (*C.int16_t)(unsafe.SliceData(m.before)),
		(*C.uint8_t)(unsafe.SliceData(luma.Pix)), C.int(m.size), C.int(luma.Stride), C.int(t.X), C.int(t.Y),
		C.int(t.W), C.int(t.H), C.float(keep), C.float(refresh), C.float(noise), C.float(slope)))
}
