package media

/*
#cgo pkg-config: libwebp
#cgo noescape ppe_webp
#cgo nocallback ppe_webp
#include <webp/encode.h>

// The picture's planes are only read; what comes out belongs to the caller, who frees it with WebPFree.
static int ppe_webp(const uint8_t *y, const uint8_t *u, const uint8_t *v, int w, int h, float quality,
		int effort, uint8_t **out, size_t *size) {
	WebPConfig config;
	WebPPicture picture;
	WebPMemoryWriter writer;
	if (!WebPConfigPreset(&config, WEBP_PRESET_PHOTO, quality) || !WebPPictureInit(&picture))
		return -1;
	config.method = effort;
	if (!WebPValidateConfig(&config))
		return -1;
	picture.width = w;
	picture.height = h;
	picture.y = (uint8_t *)y;
	picture.u = (uint8_t *)u;
	picture.v = (uint8_t *)v;
	picture.y_stride = w;
	picture.uv_stride = (w + 1) / 2;
	picture.writer = WebPMemoryWrite;
	picture.custom_ptr = &writer;
	WebPMemoryWriterInit(&writer);
	if (!WebPEncode(&config, &picture)) {
		WebPMemoryWriterClear(&writer);
		return (int)picture.error_code;
	}
	*out = writer.mem;
	*size = writer.size;
	return 0;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// webp compresses the picture.
func (p *planes) webp(quality float32, effort int) ([]byte, error) {
	var (
		out  *C.uint8_t
		size C.size_t
	)
	code := C.ppe_webp(ptr(p.y), ptr(p.u), ptr(p.v), C.int(p.width),
		C.int(p.height), C.float(quality), C.int(effort), &out, &size)
	if code != 0 {
		return nil, fmt.Errorf("encode webp: libwebp says %d", int(code))
	}
	defer C.WebPFree(unsafe.Pointer(out))
	return C.GoBytes(unsafe.Pointer(out), C.int(size)), nil
}
