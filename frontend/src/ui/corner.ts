/** The four places of one's own picture in the call. */
export interface Corner {
  right: boolean;
  bottom: boolean;
}

/** Where it stands until somebody moves it. */
export const USUAL: Corner = { right: true, bottom: true };

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The corner of the stage that is nearest to the middle of the box. */
export function nearest(box: Box, stage: Box): Corner {
  return {
    right: box.left + box.width / 2 > stage.left + stage.width / 2,
    bottom: box.top + box.height / 2 > stage.top + stage.height / 2,
  };
}

/** Where an arrow key leads; null: it is no arrow key. */
export function byKey(corner: Corner, key: string): Corner | null {
  switch (key) {
    case 'ArrowLeft':
      return { ...corner, right: false };
    case 'ArrowRight':
      return { ...corner, right: true };
    case 'ArrowUp':
      return { ...corner, bottom: false };
    case 'ArrowDown':
      return { ...corner, bottom: true };
    default:
      return null;
  }
}

export type CornerName = 'topleft' | 'topright' | 'bottomleft' | 'bottomright';

export function nameOf({ right, bottom }: Corner): CornerName {
  return `${bottom ? 'bottom' : 'top'}${right ? 'right' : 'left'}`;
}

export function named(name: string): Corner {
  if (!/^(top|bottom)(left|right)$/.test(name)) return USUAL;
  return { right: name.endsWith('right'), bottom: name.startsWith('bottom') };
}
