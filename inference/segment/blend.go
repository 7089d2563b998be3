package segment

/*
#cgo CFLAGS: -O3
#cgo noescape ppe_follow
#cgo nocallback ppe_follow
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
*/
import "C"

import "unsafe"

func quantise(out []byte, steady []float32) {
	C.ppe_quantise((*C.uint8_t)(unsafe.SliceData(out)), (*C.float)(unsafe.SliceData(steady)), C.int(len(out)))
}

func follow(out []byte, steady, mask []float32, rest, motion float32) {
	C.ppe_follow((*C.uint8_t)(unsafe.SliceData(out)), (*C.float)(unsafe.SliceData(steady)),
		(*C.float)(unsafe.SliceData(mask)), C.int(len(out)), C.float(rest), C.float(1/motion))
}
