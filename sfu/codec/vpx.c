#include "vpx.h"

#include <stdlib.h>
#include <string.h>
#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <vpx/vpx_encoder.h>

#include "still.h"

const char *ppe_error(int err) { return vpx_codec_err_to_string((vpx_codec_err_t)err); }

struct ppe_decoder {
  vpx_codec_ctx_t ctx;
  uint8_t *input; // libvpx remembers where its input lay: the bytes are copied here
  size_t room;
};

ppe_decoder *ppe_decoder_new(int vp9, int threads) {
  ppe_decoder *d = calloc(1, sizeof *d);
  if (!d) return NULL;
  vpx_codec_dec_cfg_t cfg = {.threads = (unsigned)threads};
  if (vpx_codec_dec_init(&d->ctx, vp9 ? vpx_codec_vp9_dx() : vpx_codec_vp8_dx(), &cfg, 0)) {
    free(d);
    return NULL;
  }
  return d;
}

// Copies the unit into memory of C. A VP9 unit without a superframe index gets one: libvpx would otherwise
// take bytes behind the first frame for further frames, whose sizes nobody has checked.
static int take_input(ppe_decoder *d, const uint8_t *data, size_t *size, int index) {
  enum { index_size = 6 };
  if (*size + index_size > d->room) {
    size_t room = (*size + index_size) * 2;
    uint8_t *grown = realloc(d->input, room);
    if (!grown) return VPX_CODEC_MEM_ERROR;
    d->input = grown;
    d->room = room;
  }
  memcpy(d->input, data, *size);
  if (index) {
    const uint8_t marker = 0xc0 | 3 << 3; // one frame, its size in four bytes
    uint8_t *p = d->input + *size;
    p[0] = p[5] = marker;
    for (int i = 0; i < 4; i++) p[1 + i] = (uint8_t)(*size >> (8 * i));
    *size += index_size;
  }
  return VPX_CODEC_OK;
}

int ppe_decoder_decode(ppe_decoder *d, const uint8_t *data, size_t size, int index, ppe_picture *pic,
                       int *shown) {
  *shown = 0;
  int err = take_input(d, data, &size, index);
  if (err) return err;
  err = vpx_codec_decode(&d->ctx, d->input, (unsigned)size, NULL, 0);
  vpx_codec_iter_t iter = NULL;
  vpx_image_t *img = vpx_codec_get_frame(&d->ctx, &iter); // after an error too: it must not stay in the queue
  if (err || !img) return err;
  for (int i = 0; i < 3; i++) {
    pic->plane[i] = img->planes[i];
    pic->stride[i] = img->stride[i];
  }
  pic->w = (int)img->d_w;
  pic->h = (int)img->d_h;
  pic->i420 = img->fmt == VPX_IMG_FMT_I420 && img->bit_depth == 8;
  pic->corrupt = 0;
  *shown = 1;
  return vpx_codec_control(&d->ctx, VP8D_GET_FRAME_CORRUPTED, &pic->corrupt);
}

void ppe_decoder_free(ppe_decoder *d) {
  vpx_codec_destroy(&d->ctx);
  free(d->input);
  free(d);
}

struct ppe_encoder {
  vpx_codec_ctx_t ctx;
  vpx_codec_enc_cfg_t cfg;
  vpx_image_t img;
  int skips;       // still macroblocks are not coded
  ppe_still still; // where skips
};

// Settings for live video: constant bitrate, no look-ahead, every picture is sent.
static void configure(vpx_codec_enc_cfg_t *c, const ppe_encoder_config *cfg) {
  c->g_w = (unsigned)cfg->w;
  c->g_h = (unsigned)cfg->h;
  c->g_timebase.num = 1;
  c->g_timebase.den = 90000;
  c->g_threads = (unsigned)cfg->threads;
  c->g_pass = VPX_RC_ONE_PASS;
  c->g_lag_in_frames = 0;
  c->g_error_resilient = cfg->vp9 ? 0 : VPX_ERROR_RESILIENT_DEFAULT;
  c->rc_end_usage = VPX_CBR;
  c->rc_target_bitrate = (unsigned)cfg->kbps;
  c->rc_min_quantizer = 2;
  c->rc_max_quantizer = 56;
  c->rc_undershoot_pct = 100;
  c->rc_overshoot_pct = 15;
  c->rc_buf_sz = 1000;
  c->rc_buf_initial_sz = 500;
  c->rc_buf_optimal_sz = 600;
  c->rc_dropframe_thresh = 0;
  c->kf_mode = VPX_KF_AUTO;
  c->kf_min_dist = 0;
  c->kf_max_dist = 3000;
}

static int tune(ppe_encoder *e, const ppe_encoder_config *cfg) {
  vpx_codec_ctx_t *c = &e->ctx;
  int err = vpx_codec_control(c, VP8E_SET_CPUUSED, cfg->cpu_used);
  if (!err) err = vpx_codec_control(c, VP8E_SET_STATIC_THRESHOLD, cfg->vp9 ? 0 : 1);
  // A keyframe may cost six pictures: with three its first picture is 2 dB worse, with nine it is no better.
  if (!err) err = vpx_codec_control(c, VP8E_SET_MAX_INTRA_BITRATE_PCT, 600);
  if (cfg->vp9) {
    if (!err) err = vpx_codec_control(c, VP9E_SET_AQ_MODE, 3); // cyclic refresh
    if (!err) err = vpx_codec_control(c, VP9E_SET_FRAME_PARALLEL_DECODING, 0);
  } else {
    if (!err) err = vpx_codec_control(c, VP8E_SET_NOISE_SENSITIVITY, 0);
    if (!err) err = vpx_codec_control(c, VP8E_SET_TOKEN_PARTITIONS, VP8_ONE_TOKENPARTITION);
  }
  return err;
}

ppe_encoder *ppe_encoder_new(const ppe_encoder_config *cfg, int *err) {
  ppe_encoder *e = calloc(1, sizeof *e);
  if (!e) {
    *err = VPX_CODEC_MEM_ERROR;
    return NULL;
  }
  vpx_codec_iface_t *iface = cfg->vp9 ? vpx_codec_vp9_cx() : vpx_codec_vp8_cx();
  *err = vpx_codec_enc_config_default(iface, &e->cfg, 0);
  if (!*err) {
    configure(&e->cfg, cfg);
    *err = vpx_codec_enc_init(&e->ctx, iface, &e->cfg, 0);
  }
  if (*err) {
    free(e);
    return NULL;
  }
  *err = tune(e, cfg);
  e->skips = cfg->skip_still && !cfg->vp9;
  if (!*err && e->skips && !ppe_still_init(&e->still, cfg->w, cfg->h)) *err = VPX_CODEC_MEM_ERROR;
  if (*err) {
    ppe_encoder_free(e);
    return NULL;
  }
  // The planes are set for the time of each call; the address only keeps libvpx from allocating some.
  vpx_img_wrap(&e->img, VPX_IMG_FMT_I420, e->cfg.g_w, e->cfg.g_h, 1, (unsigned char *)e);
  return e;
}

// Tells libvpx what it need not code. It codes keyframes whole.
static int rest(ppe_encoder *e) {
  if (!e->skips) return VPX_CODEC_OK;
  ppe_still_see(&e->still, e->img.planes, e->img.stride);
  vpx_active_map_t map = {e->still.active, (unsigned)e->still.rows, (unsigned)e->still.cols};
  return vpx_codec_control(&e->ctx, VP8E_SET_ACTIVEMAP, &map);
}

int ppe_encoder_encode(ppe_encoder *e, const uint8_t *y, const uint8_t *u, const uint8_t *v, int stride_y,
                       int stride_uv, int64_t pts, unsigned long duration, int keyframe, ppe_unit *unit) {
  e->img.planes[0] = (uint8_t *)y;
  e->img.planes[1] = (uint8_t *)u;
  e->img.planes[2] = (uint8_t *)v;
  e->img.stride[0] = stride_y;
  e->img.stride[1] = e->img.stride[2] = stride_uv;
  vpx_enc_frame_flags_t flags = keyframe ? VPX_EFLAG_FORCE_KF : 0;
  int err = rest(e);
  if (!err) err = vpx_codec_encode(&e->ctx, &e->img, pts, duration, flags, VPX_DL_REALTIME);
  e->img.planes[0] = e->img.planes[1] = e->img.planes[2] = NULL;
  unit->size = 0;
  if (err) {
    ppe_still_forget(&e->still);
    return err;
  }
  vpx_codec_iter_t iter = NULL;
  for (const vpx_codec_cx_pkt_t *p; (p = vpx_codec_get_cx_data(&e->ctx, &iter));) {
    if (p->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    unit->data = p->data.frame.buf;
    unit->size = p->data.frame.sz;
    unit->keyframe = (p->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
    break;
  }
  if (!unit->size) ppe_still_forget(&e->still);
  return VPX_CODEC_OK;
}

int ppe_encoder_bitrate(ppe_encoder *e, int kbps) {
  e->cfg.rc_target_bitrate = (unsigned)kbps;
  return vpx_codec_enc_config_set(&e->ctx, &e->cfg);
}

void ppe_encoder_free(ppe_encoder *e) {
  vpx_codec_destroy(&e->ctx);
  ppe_still_free(&e->still);
  free(e);
}
