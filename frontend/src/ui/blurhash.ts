/** Decodes a blurhash (blurha.sh): a few cosines that together make a blurred picture. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';

type Light = [red: number, green: number, blue: number];

/** RGBA pixels, row by row; null: the hash is none. */
export function blurhash(hash: string, width: number, height: number): Uint8ClampedArray<ArrayBuffer> | null {
  const digits = [...hash].map((letter) => DIGITS.indexOf(letter));
  const size = digits[0] ?? -1;
  const across = (size % 9) + 1;
  const down = Math.floor(size / 9) + 1;
  if (size < 0 || digits.includes(-1) || digits.length !== 4 + 2 * across * down) return null;
  const strongest = (number(digits, 1, 2) + 1) / 166;
  const waves = Array.from({ length: across * down }, (_, i) =>
    i === 0 ? mean(number(digits, 2, 6)) : wave(number(digits, 4 + 2 * i, 6 + 2 * i), strongest),
  );
  return draw(waves, across, width, height);
}

function draw(waves: Light[], across: number, width: number, height: number) {
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum: Light = [0, 0, 0];
      waves.forEach((light, i) => {
        const weight =
          Math.cos((Math.PI * x * (i % across)) / width) *
          Math.cos((Math.PI * y * Math.floor(i / across)) / height);
        for (const c of [0, 1, 2] as const) sum[c] += light[c] * weight;
      });
      pixels.set([...sum.map(toDisplay), 255], 4 * (y * width + x));
    }
  }
  return pixels;
}

function number(digits: number[], from: number, to: number): number {
  return digits.slice(from, to).reduce((value, digit) => 83 * value + digit, 0);
}

function mean(value: number): Light {
  return [toLight(value >> 16), toLight((value >> 8) & 255), toLight(value & 255)];
}

function wave(value: number, strongest: number): Light {
  const part = (digit: number) => {
    const signed = (digit - 9) / 9;
    return Math.sign(signed) * signed * signed * strongest;
  };
  return [part(Math.floor(value / 361)), part(Math.floor(value / 19) % 19), part(value % 19)];
}

/** From a screen's value, 0 to 255, to the amount of light, 0 to 1, and back. */
function toLight(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function toDisplay(light: number): number {
  const share = Math.min(1, Math.max(0, light));
  return 255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055);
}
