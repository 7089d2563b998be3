package composite

/*
#cgo CFLAGS: -O3
#cgo LDFLAGS: -lyuv
#cgo noescape ppe_sharpen
#cgo nocallback ppe_sharpen
#cgo noescape ppe_shift
#cgo nocallback ppe_shift
#cgo noescape ppe_amplify
#cgo nocallback ppe_amplify
#cgo noescape ppe_light
#cgo nocallback ppe_light
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

// Luma above black, which is 16, times gain in 1/128, at most 273, so that 16 bits hold the product.
WIDE static void ppe_amplify(uint8_t *restrict d, int ds, const uint8_t *restrict s, int ss, int w, int h,
		uint16_t gain) {
	for (int y = 0; y < h; y++, d += ds, s += ss)
		for (int x = 0; x < w; x++) {
			uint16_t above = s[x] > 16 ? s[x] - 16 : 0;
			uint16_t v = 16 + ((uint16_t)(above * gain + 64) >> 7);
			uint16_t most = s[x] > 235 ? s[x] : 235;
			d[x] = v < most ? v : most;
		}
}

// One row of the room: luma above black times (keep + swing*l), and what is dark brightened by glow*l; chroma
// from the room's towards the light's by pull. All factors in 1/256.
WIDE static void ppe_light_luma(uint8_t *restrict d, const uint8_t *restrict s, const uint8_t *restrict l,
		int w, uint16_t keep, uint16_t swing, uint16_t glow) {
	for (int x = 0; x < w; x++) {
		uint16_t above = s[x] > 16 ? s[x] - 16 : 0;
		uint16_t lit = keep + ((uint16_t)(swing * l[x]) >> 8);
		lit = lit < 270 ? lit : 270; // 16 bits hold the product
		uint16_t dark = above < 219 ? 219 - above : 0;
		uint16_t shine = (uint16_t)(((uint16_t)(glow * l[x]) >> 8) * dark) >> 8;
		uint16_t v = 16 + ((uint16_t)(above * lit) >> 8) + shine;
		d[x] = v < 255 ? v : 255;
	}
}

WIDE static void ppe_light_chroma(uint8_t *restrict d, const uint8_t *restrict s, const uint8_t *restrict l,
		int w, uint16_t pull) {
	for (int x = 0; x < w; x++) d[x] = (uint16_t)(s[x] * (256 - pull) + l[x] * pull + 128) >> 8;
}

static void ppe_light(uint8_t *y, int sy, uint8_t *u, uint8_t *v, int suv, const uint8_t *ry, int sry,
		const uint8_t *ru, const uint8_t *rv, int sruv, const uint8_t *ly, const uint8_t *lu,
		const uint8_t *lv, int sly, int sluv, int w, int h, uint16_t keep, uint16_t swing, uint16_t glow,
		uint16_t pull) {
	for (int j = 0; j < h; j++)
		ppe_light_luma(y + j * sy, ry + j * sry, ly + j * sly, w, keep, swing, glow);
	for (int j = 0; j < (h + 1) / 2; j++) {
		ppe_light_chroma(u + j * suv, ru + j * sruv, lu + j * sluv, (w + 1) / 2, pull);
		ppe_light_chroma(v + j * suv, rv + j * sruv, lv + j * sluv, (w + 1) / 2, pull);
	}
}

static int ppe_blend(const uint8_t *y0, int sy0, const uint8_t *u0, int su0, const uint8_t *v0, int sv0,
		const uint8_t *y1, int sy1, const uint8_t *u1, const uint8_t *v1, int suv1, const uint8_t *a, int sa,
		uint8_t *y, int sy, uint8_t *u, uint8_t *v, int suv, int w, int h) {
	return I420Blend(y0, sy0, u0, su0, v0, sv0, y1, sy1, u1, suv1, v1, suv1, a, sa, y, sy, u, suv, v, suv,
		w, h);
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

func amplify(dst, src tensor.Plane, gain float32) {
	C.ppe_amplify(ptr(dst.Pix), C.int(dst.Stride), ptr(src.Pix), C.int(src.Stride), C.int(src.W),
		C.int(src.H), C.uint16_t(min(max(gain*128+.5, 0), 273)))
}

// How the strongest light of a scene paints a room, found by looking: what the scene leaves dark keeps so
// much of its luma, what it lights so much more, a dark room is brightened by so much of the scene's luma,
// and chroma is so far the scene's.
const (
	roomKeep  = .3
	roomSwing = .95
	roomGlow  = .2
	roomPull  = .8
)

// lightRoom writes room in the light of another picture of the same size.
func lightRoom(dst, room, light *frame.Frame, amount float32) {
	share := func(v float32) C.uint16_t { return C.uint16_t(v*256 + .5) }
	keep := 1 - amount*(1-roomKeep)
	C.ppe_light(ptr(dst.Y), C.int(dst.StrideY), ptr(dst.U), ptr(dst.V), C.int(dst.StrideUV),
		ptr(room.Y), C.int(room.StrideY), ptr(room.U), ptr(room.V), C.int(room.StrideUV),
		ptr(light.Y), ptr(light.U), ptr(light.V), C.int(light.StrideY), C.int(light.StrideUV),
		C.int(dst.Width), C.int(dst.Height),
		share(keep), min(share(amount*roomSwing), 256-1), share(amount*roomGlow),
		share(amount*roomPull))
}

func blend(dst *frame.Frame, y, u, v tensor.Plane, back *frame.Frame, alpha tensor.Plane) {
	C.ppe_blend(ptr(y.Pix), C.int(y.Stride), ptr(u.Pix), C.int(u.Stride), ptr(v.Pix), C.int(v.Stride),
		ptr(back.Y), C.int(back.StrideY), ptr(back.U), ptr(back.V), C.int(back.StrideUV),
		ptr(alpha.Pix), C.int(alpha.Stride),
		ptr(dst.Y), C.int(dst.StrideY), ptr(dst.U), ptr(dst.V), C.int(dst.StrideUV),
		C.int(dst.Width), C.int(dst.Height))
}
