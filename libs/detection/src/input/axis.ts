/** Source samples per position of the result, on each axis. */
export const TAPS = 3;

/** For each position of the result, TAPS source samples: their offsets in memory, and weights that add up to 1. */
export interface Axis {
  readonly source: number;
  readonly offset: Int32Array;
  readonly weight: Float32Array;
}

/**
 * How one axis of an image is resized: bilinear with half-pixel centres. If the image shrinks and `antialias` is set,
 * the triangle widens with the scale, as in PIL's BILINEAR, but is always sampled at three pixels. That costs the same
 * for every image size, and keeps fine detail from flickering between frames.
 *
 * The samples are those nearest to the centre and to half the triangle's reach on both sides, weighted by the
 * triangle. If an image does not shrink, these are the two neighbours with the weights of bilinear interpolation.
 *
 * @param step distance of two neighbours in memory
 */
export function axis(source: number, target: number, step: number, antialias: boolean): Axis {
  const offset = new Int32Array(target * TAPS);
  const weight = new Float32Array(target * TAPS);
  const reach = antialias ? Math.max(1, source / target) : 1;
  for (let i = 0; i < target; i++) {
    const centre = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    const samples = [...new Set([-0.5, 0, 0.5].map((side) => Math.round(centre + side * reach)))]
      .filter((sample) => sample >= 0 && sample < source)
      .map((sample) => ({ sample, height: Math.max(0, 1 - Math.abs(sample - centre) / reach) }));
    const total = samples.reduce((sum, { height }) => sum + height, 0);
    samples.forEach(({ sample, height }, tap) => {
      offset[i * TAPS + tap] = sample * step;
      weight[i * TAPS + tap] = height / total;
    });
  }
  return { source, offset, weight };
}
