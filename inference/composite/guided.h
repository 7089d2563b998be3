// The fast guided filter (Kaiming He and Jian Sun, "Fast Guided Filter", arXiv:1505.00996, 2015): the matte
// is taken for a linear function of the picture's luma in each small window. The functions' coefficients are
// found on a grid of cells, averaged, enlarged, and applied to the luma of each pixel. Two things differ. All
// of it is confined to the band around the outline: where a window holds only person or only background,
// alpha is what the matte says. And a window counts as much as luma explains the matte in it (the coefficient
// of determination): before a room full of detail alpha is what the matte says, too.
#include <stdint.h>
#include <string.h>

// No sample is a NaN or an infinity; the compiler must know it to use vectors.
#pragma GCC optimize("O3", "finite-math-only", "no-signed-zeros", "no-trapping-math", "associative-math")

#if defined(__x86_64__)
#define PPE_WIDE __attribute__((target_clones("avx2,fma", "default")))
#else
#define PPE_WIDE
#endif

// What is not inlined into a function with clones is compiled without the wide vectors.
#define PPE_INLINE static inline __attribute__((always_inline))

// The side of a cell in pixels, and the memory that the functions below work in, in planes of cells and rows
// of pixels.
#define PPE_CELL 4
#define PPE_WORK_PLANES 6
#define PPE_WORK_ROWS 8

// The radius of the windows in cells; the compiler must know it.
#define PPE_RADIUS 2
#define PPE_SIDE (2 * PPE_RADIUS + 1)

// The radius, in cells, of the box that is passed twice over the matte for the light wrap. It bounds how far the
// background shines into the person.
#define PPE_SHINE 3

// How fast the filter sets in where a window begins to hold both person and background, and how much of the
// matte luma must explain for the filter to count whole.
#define PPE_BAND_GAIN 10.f
#define PPE_TRUST 2.f

PPE_INLINE int ppe_within(int v, int n) { return v < 0 ? 0 : v < n ? v : n - 1; }

// The matte at the cells' middles, bilinear. places holds three rows of cells.
static void ppe_cells(uint8_t *restrict out, int cw, int ch, const uint8_t *restrict m, int sm, int mw, int mh,
		int w, int h, int *restrict places) {
	float kx = (float)mw * PPE_CELL / w, ky = (float)mh * PPE_CELL / h;
	int *left = places, *right = left + cw, *share = right + cw;
	for (int i = 0; i < cw; i++) {
		float x = (i + .5f) * kx - .5f;
		x = x < 0 ? 0 : x > mw - 1 ? mw - 1 : x;
		left[i] = (int)x, right[i] = ppe_within(left[i] + 1, mw), share[i] = (x - left[i]) * 256 + .5f;
	}
	for (int j = 0; j < ch; j++) {
		float y = (j + .5f) * ky - .5f;
		y = y < 0 ? 0 : y > mh - 1 ? mh - 1 : y;
		int y0 = (int)y, y1 = ppe_within(y0 + 1, mh), fy = (y - y0) * 256 + .5f;
		const uint8_t *top = m + y0 * sm, *low = m + y1 * sm;
		for (int i = 0; i < cw; i++) {
			int l = left[i], r = right[i], fx = share[i];
			int a = (top[l] << 8) + (top[r] - top[l]) * fx, b = (low[l] << 8) + (low[r] - low[l]) * fx;
			*out++ = ((a << 8) + (b - a) * fy + 32768) >> 16;
		}
	}
}

// What differs by one or two levels is what it was: that is the noise of a cell's mean.
PPE_WIDE static void ppe_hold(uint8_t *restrict held, const uint8_t *restrict now, int n) {
	for (int i = 0; i < n; i++) {
		uint8_t up = now[i] > held[i] ? now[i] - held[i] : 0, down = held[i] > now[i] ? held[i] - now[i] : 0;
		held[i] = (up | down) > 2 ? now[i] : held[i];
	}
}

// out[i] is the sum of the 2r+1 values from in[i] on.
PPE_INLINE void ppe_sum(float *restrict out, const float *restrict in, int n, int r) {
	for (int i = 0; i < n; i++) {
		float s = in[i];
		for (int k = 1; k <= 2 * r; k++) s += in[i + k];
		out[i] = s;
	}
}

// Repeats the ends of n values r times; row points at the first one.
PPE_INLINE void ppe_ends(float *row, int n, int r) {
	for (int k = 1; k <= r; k++) {
		row[-k] = row[0];
		row[n - 1 + k] = row[n - 1];
	}
}

// The sum of 2r+1 rows around row j of a plane of n rows of w.
PPE_INLINE void ppe_rows(float *restrict out, const float *restrict plane, int w, int n, int j, int r) {
	const float *p = plane + ppe_within(j - r, n) * w;
	for (int i = 0; i < w; i++) out[i] = p[i];
	for (int k = 1 - r; k <= r; k++) {
		p = plane + ppe_within(j + k, n) * w;
		for (int i = 0; i < w; i++) out[i] += p[i];
	}
}

// The sums along rows of luma, matte, their product, and the squares of both.
PPE_INLINE void ppe_moments(float *restrict planes, const uint8_t *restrict luma,
		const uint8_t *restrict matte, int cw, int ch, float *restrict rows, int stride) {
	const int r = PPE_RADIUS;
	int n = cw * ch;
	float *l = rows + 8, *m = l + stride, *lm = m + stride, *ll = lm + stride, *mm = ll + stride;
	for (int j = 0; j < ch; j++) {
		for (int i = 0; i < cw; i++) {
			float x = luma[j * cw + i], y = matte[j * cw + i];
			l[i] = x, m[i] = y, lm[i] = x * y, ll[i] = x * x, mm[i] = y * y;
		}
		ppe_ends(l, cw, r), ppe_ends(m, cw, r), ppe_ends(lm, cw, r), ppe_ends(ll, cw, r), ppe_ends(mm, cw, r);
		ppe_sum(planes + j * cw, l - r, cw, r);
		ppe_sum(planes + n + j * cw, m - r, cw, r);
		ppe_sum(planes + 2 * n + j * cw, lm - r, cw, r);
		ppe_sum(planes + 3 * n + j * cw, ll - r, cw, r);
		ppe_sum(planes + 4 * n + j * cw, mm - r, cw, r);
	}
}

// The coefficients of each window, times the window's weight, and the weight, summed along rows, into planes
// 0, 1 and 2 after the rows that they are made of were read; the window's mean of the matte into plane 5.
PPE_INLINE void ppe_windows(float *restrict work, int cw, int ch, float eps, float *restrict rows,
		int stride, float *restrict pa, float *restrict pb, float *restrict pg) {
	const int r = PPE_RADIUS;
	const float norm = 1.f / (PPE_SIDE * PPE_SIDE);
	int n = cw * ch;
	float *l = rows + 8, *m = l + stride, *lm = m + stride, *ll = lm + stride, *mm = ll + stride;
	for (int j = 0; j < ch; j++) {
		ppe_rows(l, work, cw, ch, j, r), ppe_rows(m, work + n, cw, ch, j, r);
		ppe_rows(lm, work + 2 * n, cw, ch, j, r), ppe_rows(ll, work + 3 * n, cw, ch, j, r);
		ppe_rows(mm, work + 4 * n, cw, ch, j, r);
		float *a = pa + j * cw, *b = pb + j * cw, *g = pg + j * cw, *mean = work + 5 * n + j * cw;
		for (int i = 0; i < cw; i++) {
			float x = l[i] * norm, y = m[i] * norm;
			float both = lm[i] * norm - x * y, var = ll[i] * norm - x * x + eps;
			float own = mm[i] * norm - y * y + 25; // a flat matte needs no explanation
			float k = both / var, weight = both * k / own; // how much of the matte luma explains, 0..1
			weight = weight * weight + 1e-4f;
			a[i] = k * weight, b[i] = (y - k * x) * weight, g[i] = weight, mean[i] = y;
		}
	}
}

// Writes the coefficients of the cells with one cell more on each side: the last ones again. work holds
// PPE_WORK_PLANES planes and PPE_WORK_ROWS rows; spare three planes more.
PPE_WIDE static void ppe_coefficients(float *restrict a, float *restrict b, const uint8_t *restrict luma,
		const uint8_t *restrict matte, int cw, int ch, float eps, float *restrict work,
		float *restrict spare) {
	const int r = PPE_RADIUS;
	int n = cw * ch, stride = cw + 2 * 8;
	float *rows = work + PPE_WORK_PLANES * n;
	float *ra = rows + 8, *rb = ra + stride, *rg = rb + stride;
	float *pa = spare, *pb = pa + n, *pg = pb + n;
	ppe_moments(work, luma, matte, cw, ch, rows, stride);
	ppe_windows(work, cw, ch, eps, rows, stride, pa, pb, pg);
	for (int j = 0; j < ch; j++) { // the means over all windows that a cell lies in
		memcpy(ra, pa + j * cw, cw * sizeof(float)), memcpy(rb, pb + j * cw, cw * sizeof(float));
		memcpy(rg, pg + j * cw, cw * sizeof(float));
		ppe_ends(ra, cw, r), ppe_ends(rb, cw, r), ppe_ends(rg, cw, r);
		ppe_sum(work + j * cw, ra - r, cw, r), ppe_sum(work + n + j * cw, rb - r, cw, r);
		ppe_sum(work + 2 * n + j * cw, rg - r, cw, r);
	}
	for (int j = 0; j < ch; j++) {
		float *oa = a + (j + 1) * (cw + 2) + 1, *ob = b + (j + 1) * (cw + 2) + 1;
		const float *mean = work + 5 * n + j * cw;
		ppe_rows(ra, work, cw, ch, j, r), ppe_rows(rb, work + n, cw, ch, j, r);
		ppe_rows(rg, work + 2 * n, cw, ch, j, r);
		for (int i = 0; i < cw; i++) {
			float m = mean[i] * (1.f / 255), p = matte[j * cw + i], whole = 1 / rg[i];
			float k = PPE_BAND_GAIN * m * (1 - m); // how much the window holds of both
			float sure = rg[i] * (PPE_TRUST / (PPE_SIDE * PPE_SIDE));
			k = k < 1 ? k : 1;
			k *= sure < 1 ? sure : 1;
			oa[i] = k * ra[i] * whole;
			ob[i] = p + k * (rb[i] * whole - p);
		}
		ppe_ends(oa, cw, 1), ppe_ends(ob, cw, 1);
	}
	memcpy(a, a + cw + 2, (cw + 2) * sizeof(float)), memcpy(b, b + cw + 2, (cw + 2) * sizeof(float));
	int last = (ch + 1) * (cw + 2);
	memcpy(a + last, a + last - cw - 2, (cw + 2) * sizeof(float));
	memcpy(b + last, b + last - cw - 2, (cw + 2) * sizeof(float));
}

// What the pixels between four cells get.
enum { PPE_BAND, PPE_NONE, PPE_ALL };

typedef float ppe_cell __attribute__((vector_size(PPE_CELL * sizeof(float))));

// The PPE_CELL pixels between the middles of two cells, for each of the cells from row[0] on.
PPE_INLINE void ppe_expand(float *restrict out, const float *restrict row, int cells) {
	const ppe_cell share = {.125f, .375f, .625f, .875f};
	for (int i = 0; i < cells; i++) {
		ppe_cell v = row[i] + (row[i + 1] - row[i]) * share;
		memcpy(out + i * PPE_CELL, &v, sizeof v);
	}
}

PPE_INLINE void ppe_mix(float *restrict out, const float *restrict top, const float *restrict low, int n,
		float t) {
	for (int i = 0; i < n; i++) out[i] = top[i] + (low[i] - top[i]) * t;
}

// alpha = a*luma + b, sharpened. The luma of what does not move is averaged over time: the camera's noise
// would tremble in the outline.
PPE_INLINE void ppe_apply(uint8_t *restrict out, const uint8_t *restrict luma, uint8_t *restrict calm,
		const float *restrict a, const float *restrict b, int n, float low, float gain) {
	for (int x = 0; x < n; x++) {
		float c = calm[x], d = luma[x] - c;
		float k = (d < 0 ? -d : d) * .09f - .45f;
		k = k < .1f ? .1f : k;
		c += d * (k < 1 ? k : 1);
		calm[x] = (int)(c + .5f);
		float v = (a[x] * c + b[x] - low) * gain;
		v = v < 0 ? 0 : v > 255 ? 255 : v;
		out[x] = (int)(v + .5f);
	}
}

// Tells for the pixels between rows j and j+1 of cells, of n+1 columns, what they get. A cell that takes
// nothing from the luma gets what its neighbours agree on.
PPE_INLINE void ppe_kinds(uint8_t *restrict kind, const float *restrict a0, const float *restrict b0,
		const float *restrict a1, const float *restrict b1, int n, float low, float high) {
	const float least = 1.f / 512; // less than one level of alpha from 255 of luma and the sharpening
	for (int i = 0; i < n; i++) {
		float t = (a0[i] < 0 ? -a0[i] : a0[i]) + (a0[i + 1] < 0 ? -a0[i + 1] : a0[i + 1]) +
			(a1[i] < 0 ? -a1[i] : a1[i]) + (a1[i + 1] < 0 ? -a1[i + 1] : a1[i + 1]);
		float x0 = b0[i] < b0[i + 1] ? b0[i] : b0[i + 1], x1 = b1[i] < b1[i + 1] ? b1[i] : b1[i + 1];
		float y0 = b0[i] > b0[i + 1] ? b0[i] : b0[i + 1], y1 = b1[i] > b1[i + 1] ? b1[i] : b1[i + 1];
		float lo = x0 < x1 ? x0 : x1, hi = y0 > y1 ? y0 : y1;
		int flat = t * 255 < low * .5f;
		kind[i] = flat & (hi <= low * .5f) ? PPE_NONE : (t < least) & (lo >= high) ? PPE_ALL : PPE_BAND;
	}
}

// Writes the sharpened alpha at the size of the picture. calm is luma without noise from the picture before.
PPE_WIDE static void ppe_enlarge(uint8_t *restrict alpha, int sa, const uint8_t *restrict y, int sy,
		uint8_t *restrict calm, int w, int h, const float *restrict a, const float *restrict b, int cw,
		int ch, float low, float width, float *restrict work) {
	float *ra = work + PPE_WORK_PLANES * cw * ch, *rb = ra + cw + 16, *fa = rb + cw + 16;
	float *fb = fa + (cw + 2) * PPE_CELL;
	uint8_t *kind = (uint8_t *)(fb + (cw + 2) * PPE_CELL);
	float gain = 255 / width;
	for (int j = 0, v = -PPE_CELL / 2; v < h; j++, v += PPE_CELL) {
		const float *a0 = a + j * (cw + 2), *a1 = a0 + cw + 2, *b0 = b + j * (cw + 2), *b1 = b0 + cw + 2;
		ppe_kinds(kind, a0, b0, a1, b1, cw + 1, low, low + width);
		kind[cw + 1] = 255;
		for (int p = 0; p < PPE_CELL; p++) {
			if (v + p < 0 || v + p >= h) continue;
			uint8_t *out = alpha + (v + p) * sa;
			float t = (p + .5f) / PPE_CELL;
			for (int i = 0, end; i <= cw; i = end) {
				for (end = i + 1; kind[end] == kind[i];) end++;
				int from = i * PPE_CELL - PPE_CELL / 2, to = end * PPE_CELL - PPE_CELL / 2;
				int skip = from < 0 ? -from : 0;
				from += skip, to = to < w ? to : w;
				if (to <= from) continue;
				if (kind[i] != PPE_BAND) {
					memset(out + from, kind[i] == PPE_ALL ? 255 : 0, to - from);
					continue;
				}
				ppe_mix(ra, a0 + i, a1 + i, end - i + 1, t), ppe_mix(rb, b0 + i, b1 + i, end - i + 1, t);
				ppe_expand(fa, ra, end - i), ppe_expand(fb, rb, end - i);
				ppe_apply(out + from, y + (v + p) * sy + from, calm + (v + p) * w + from, fa + skip,
					fb + skip, to - from, low, gain);
			}
		}
	}
}

// The matte of the cells, 0..1, blurred by two boxes, with one cell more on each side.
PPE_WIDE static void ppe_blur(float *restrict out, const uint8_t *restrict matte, int cw, int ch,
		float *restrict work) {
	const int r = PPE_SHINE;
	int n = cw * ch;
	float *row = work + PPE_WORK_PLANES * n + 16, *sums = row + cw + 32;
	float norm = 1.f / ((2 * r + 1) * (2 * r + 1));
	for (int i = 0; i < n; i++) work[i] = matte[i] * (1.f / 255);
	for (int pass = 0; pass < 2; pass++) {
		for (int j = 0; j < ch; j++) {
			memcpy(row, work + j * cw, cw * sizeof(float));
			ppe_ends(row, cw, r);
			ppe_sum(work + n + j * cw, row - r, cw, r);
		}
		for (int j = 0; j < ch; j++) {
			ppe_rows(sums, work + n, cw, ch, j, r);
			for (int i = 0; i < cw; i++) work[j * cw + i] = sums[i] * norm;
		}
	}
	for (int j = -1; j <= ch; j++) {
		float *to = out + (j + 1) * (cw + 2) + 1;
		memcpy(to, work + ppe_within(j, ch) * cw, cw * sizeof(float));
		ppe_ends(to, cw, 1);
	}
}

// Tells for the pixels between two rows of cells, of n+1 columns, whether they are near the outline.
PPE_INLINE void ppe_near(uint8_t *restrict near, const float *restrict top, const float *restrict low, int n) {
	for (int i = 0; i < n; i++) {
		float x0 = top[i] < top[i + 1] ? top[i] : top[i + 1], x1 = low[i] < low[i + 1] ? low[i] : low[i + 1];
		float y0 = top[i] > top[i + 1] ? top[i] : top[i + 1], y1 = low[i] > low[i + 1] ? low[i] : low[i + 1];
		float lo = x0 < x1 ? x0 : x1, hi = y0 > y1 ? y0 : y1;
		near[i] = (lo < 1 - 1.f / 512) & (hi > 1.f / 512);
	}
}

// alpha * (1 - strength*(1 - blurred)): near the inside of the outline the background shines in.
PPE_WIDE static void ppe_wrap(uint8_t *restrict out, int so, const uint8_t *restrict alpha, int sa, int w,
		int h, const float *restrict blurred, int cw, int ch, float strength, float *restrict work) {
	float *row = work + PPE_WORK_PLANES * cw * ch, *full = row + cw + 16;
	uint8_t *near = (uint8_t *)(full + (cw + 2) * PPE_CELL);
	for (int j = 0, v = -PPE_CELL / 2; v < h; j++, v += PPE_CELL) {
		const float *top = blurred + j * (cw + 2), *low = top + cw + 2;
		ppe_near(near, top, low, cw + 1);
		near[cw + 1] = 255;
		for (int p = 0; p < PPE_CELL; p++) {
			if (v + p < 0 || v + p >= h) continue;
			const uint8_t *in = alpha + (v + p) * sa;
			uint8_t *o = out + (v + p) * so;
			memcpy(o, in, w);
			for (int i = 0, end; i <= cw; i = end) {
				for (end = i + 1; near[end] == near[i];) end++;
				int from = i * PPE_CELL - PPE_CELL / 2, to = end * PPE_CELL - PPE_CELL / 2;
				int skip = from < 0 ? -from : 0;
				from += skip, to = to < w ? to : w;
				if (!near[i] || to <= from) continue;
				ppe_mix(row, top + i, low + i, end - i + 1, (p + .5f) / PPE_CELL);
				ppe_expand(full, row, end - i);
				for (int x = 0; x < to - from; x++)
					o[from + x] = (int)(in[from + x] * (1 - strength * (1 - full[x + skip])) + .5f);
			}
		}
	}
}
