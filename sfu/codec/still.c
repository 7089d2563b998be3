#include "still.h"

#include <stdlib.h>
#include <string.h>

enum { side = 16 }; // of a macroblock in luma

static int chroma(int n) { return (n + 1) / 2; }

int ppe_still_init(ppe_still *s, int w, int h) {
  size_t luma = (size_t)w * h, each = (size_t)chroma(w) * chroma(h);
  s->w = w;
  s->h = h;
  s->cols = (w + side - 1) / side;
  s->rows = (h + side - 1) / side;
  s->known = 0;
  s->active = malloc((size_t)s->cols * s->rows);
  s->plane[0] = malloc(luma + 2 * each);
  if (!s->active || !s->plane[0]) return 0;
  memset(s->active, 1, (size_t)s->cols * s->rows);
  s->plane[1] = s->plane[0] + luma;
  s->plane[2] = s->plane[1] + each;
  return 1;
}

void ppe_still_free(ppe_still *s) {
  free(s->active);
  free(s->plane[0]);
  s->active = s->plane[0] = NULL;
}

void ppe_still_forget(ppe_still *s) { s->known = 0; }

// Copies w x h samples where they differ and returns whether they did not. With constant w both calls are
// a few instructions.
static inline int settle(uint8_t *to, int stride_to, const uint8_t *from, int stride_from, int w, int h) {
  int y = 0;
  while (y < h && !memcmp(to + (size_t)y * stride_to, from + (size_t)y * stride_from, (size_t)w)) y++;
  int same = y == h;
  for (; y < h; y++) memcpy(to + (size_t)y * stride_to, from + (size_t)y * stride_from, (size_t)w);
  return same;
}

static int settle_block(uint8_t *to, int stride_to, const uint8_t *from, int stride_from, int w, int h) {
  if (w == side) return settle(to, stride_to, from, stride_from, side, h);
  if (w == side / 2) return settle(to, stride_to, from, stride_from, side / 2, h);
  return settle(to, stride_to, from, stride_from, w, h);
}

static int least(int a, int b) { return a < b ? a : b; }

void ppe_still_see(ppe_still *s, uint8_t *const plane[3], const int stride[3]) {
  for (int row = 0; row < s->rows; row++) {
    for (int col = 0; col < s->cols; col++) {
      int same = 1;
      for (int i = 0; i < 3; i++) {
        int block = i ? side / 2 : side, w = i ? chroma(s->w) : s->w, h = i ? chroma(s->h) : s->h;
        int x = col * block, y = row * block;
        same &= settle_block(s->plane[i] + (size_t)y * w + x, w, plane[i] + (size_t)y * stride[i] + x, stride[i],
                             least(block, w - x), least(block, h - y));
      }
      uint8_t *active = &s->active[row * s->cols + col];
      *active = !(s->known && same && *active);
    }
  }
  s->known = 1;
}
