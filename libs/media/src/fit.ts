import { toNumber, type Rational } from './rational';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Maximum lengths of the sides in pixels. */
export interface Bounds {
  readonly short?: number;
  readonly long: number;
}

/**
 * The size of a frame with square pixels, within bounds. Frames never grow: for non-square pixels, the denser side is scaled
 * down. A changed size is rounded to even numbers.
 */
export function fit(
  { width, height, sampleAspectRatio }: Size & { readonly sampleAspectRatio?: Rational },
  { short = Infinity, long }: Bounds,
): Size {
  const shape = sampleAspectRatio ? toNumber(sampleAspectRatio) : 1;
  const [across, down] = shape > 1 ? [width, height / shape] : [width * shape, height];
  const factor = Math.min(1, short / Math.min(across, down), long / Math.max(across, down));
  const [idealWidth, idealHeight] = [across * factor, down * factor];
  if (Math.round(idealWidth) === width && Math.round(idealHeight) === height) return { width, height };
  const even = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));
  return { width: even(idealWidth), height: even(idealHeight) };
}
