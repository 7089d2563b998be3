import { describe, expect, it } from 'vitest';
import { mayFill, srcset } from './picture';

const thumbs = { small: '/s', medium: '/m', large: '/l' };

describe('the files of a picture', () => {
  it('are told with their real widths', () => {
    expect(srcset({ width: 1920, height: 1080, url: '/o', thumbs })).toBe('/s 320w, /m 640w, /l 1280w');
    expect(srcset({ width: 1000, height: 2000, url: '/o', thumbs })).toBe('/s 160w, /m 320w, /l 640w');
  });

  it('are named once where the picture is no larger', () => {
    expect(srcset({ width: 400, height: 300, url: '/o', thumbs }, { original: true })).toBe(
      '/s 320w, /m 400w',
    );
  });

  it('end with the largest where that is wanted', () => {
    const photo = { width: 1920, height: 1080, url: '/o', thumbs };
    expect(srcset(photo, { original: true })).toBe('/s 320w, /m 640w, /l 1280w, /o 1920w');
  });
});

describe('a picture in a box', () => {
  it.each([
    [1600, 900, true],
    [1200, 900, true],
    [1280, 480, false],
    [900, 1200, false],
    [0, 0, false],
  ])('%d by %d fills one of 3:2: %s', (width, height, fills) => {
    expect(mayFill({ width, height }, 3 / 2)).toBe(fills);
  });
});
