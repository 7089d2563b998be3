// A thin layer over libvpx: every pointer that outlives a call points to memory of C, and errors are
// libvpx's own codes (vpx_codec_err_t, positive).
#ifndef PPENTER_VPX_H
#define PPENTER_VPX_H

#include <stddef.h>
#include <stdint.h>

typedef struct ppe_decoder ppe_decoder;

// ppe_picture lies in memory of the decoder until its next call.
typedef struct {
  const uint8_t *plane[3];
  int stride[3];
  int w, h;
  int i420;    // 8 bits, 4:2:0
  int corrupt; // decoded from damaged references
} ppe_picture;

ppe_decoder *ppe_decoder_new(int vp9, int threads);
// Decodes size bytes; index: append a VP9 superframe index of one frame. *shown says whether *pic was set.
int ppe_decoder_decode(ppe_decoder *d, const uint8_t *data, size_t size, int index, ppe_picture *pic,
                       int *shown);
void ppe_decoder_free(ppe_decoder *d);

typedef struct ppe_encoder ppe_encoder;

typedef struct {
  int vp9, w, h, kbps, cpu_used, threads, skip_still;
} ppe_encoder_config;

// ppe_unit lies in memory of the encoder until its next call.
typedef struct {
  const uint8_t *data;
  size_t size;
  int keyframe;
} ppe_unit;

// Sets *err where it returns NULL.
ppe_encoder *ppe_encoder_new(const ppe_encoder_config *cfg, int *err);
int ppe_encoder_encode(ppe_encoder *e, const uint8_t *y, const uint8_t *u, const uint8_t *v, int stride_y,
                       int stride_uv, int64_t pts, unsigned long duration, int keyframe, ppe_unit *unit);
int ppe_encoder_bitrate(ppe_encoder *e, int kbps);
void ppe_encoder_free(ppe_encoder *e);

const char *ppe_error(int err);

#endif
