// Which macroblocks of a picture equal the picture before.
#ifndef PPENTER_STILL_H
#define PPENTER_STILL_H

#include <stdint.h>

typedef struct {
  int w, h, cols, rows; // in pixels, in macroblocks
  int known;            // the planes hold a picture
  uint8_t *plane[3];    // the picture before, without padding
  uint8_t *active;      // rows x cols: 1 where the macroblock is to be coded
} ppe_still;

// Returns 0 where there is no memory. Free it in both cases.
int ppe_still_init(ppe_still *s, int w, int h);
void ppe_still_free(ppe_still *s);

// Keeps the picture and sets active: a macroblock rests where all of its samples are those of the picture
// before, but never twice in a row, so that coarse ones are still refined.
void ppe_still_see(ppe_still *s, uint8_t *const plane[3], const int stride[3]);

// Makes the next picture active everywhere: the last one was not coded.
void ppe_still_forget(ppe_still *s);

#endif
