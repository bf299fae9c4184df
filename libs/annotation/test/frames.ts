import type { Detection } from '#detection';
import type { RgbImage } from '../src/draw';

/** Value of every channel in a blank frame. */
export const GREY = 100;

export function blankFrame(width: number, height: number): RgbImage {
  return { data: Buffer.alloc(width * height * 3, GREY), width, height };
}

export function detection(box: Detection['box'], label = 'person', classIndex = 1, score = 0.87): Detection {
  return { box, label, classIndex, score };
}

/** Bounds of the changed pixels within the given rows. */
export function drawn({ data, width, height }: RgbImage, fromRow = 0, toRow = height) {
  const bounds = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = fromRow; y < toRow; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      if (data[at] === GREY && data[at + 1] === GREY && data[at + 2] === GREY) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x + 1);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y + 1);
    }
  }
  return bounds;
}

export const pixel = ({ data, width }: RgbImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3).subarray(0, 3),
];

/** Whether `whole` contains an exact copy of `part`. */
export function contains(whole: RgbImage, part: RgbImage): boolean {
  const row = (image: RgbImage, x: number, y: number) =>
    image.data.subarray((y * image.width + x) * 3, (y * image.width + x + part.width) * 3);
  const first = row(part, 0, 0);
  for (let at = whole.data.indexOf(first); at >= 0; at = whole.data.indexOf(first, at + 1)) {
    const [left, top] = [(at / 3) % whole.width, Math.floor(at / 3 / whole.width)];
    if (!Number.isInteger(left) || left + part.width > whole.width || top + part.height > whole.height)
      continue;
    let y = 0;
    while (y < part.height && row(whole, left, top + y).equals(row(part, 0, y))) y++;
    if (y === part.height) return true;
  }
  return false;
}
