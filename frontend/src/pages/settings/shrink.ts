/** Pictures that are larger than anybody will see them. */

/** Beyond this a picture is made smaller before it is sent: it is shown small, and phones take large ones. */
const LARGE_BYTES = 3 * 1024 * 1024;
const SIDE = 1600;

/** The size within a square of that side, the proportions kept; nothing grows. */
export function within(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A picture as it is, or a smaller one where it is a large file. */
export async function fitting(file: Blob): Promise<Blob> {
  if (file.size <= LARGE_BYTES) return file;
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = within(picture.width, picture.height, SIDE);
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
    picture.close();
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  } catch {
    // What this browser cannot make smaller, the server judges as it is.
    return file;
  }
}
