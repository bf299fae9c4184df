import { type Manifest } from '../manifest';
import { type Picture } from './jpeg';

/** For each position of the result: offsets of the two source samples around it, and how far it lies from the first (0..1). */
interface Axis {
  readonly source: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/**
 * Makes a model's input from pictures: bilinear resize to the input's size, then (pixel * scale - mean) /
 * std, written as three planes (CHW). Pixel centres lie at +0.5, as OpenCV and TensorFlow's half-pixel
 * mode have it; there is no smoothing when a picture shrinks, which the models were trained with.
 */
export class Stretch {
  private columns = axis(0, 0, 0);
  private rows = axis(0, 0, 0);
  private readonly gain: readonly number[];
  private readonly offset: readonly number[];

  constructor(private readonly input: Manifest['input']) {
    this.gain = input.std.map((std) => input.scale / std);
    this.offset = input.std.map((std, channel) => -(input.mean[channel] ?? 0) / std);
  }

  /** @param target 3 * height * width values of the model's input, overwritten */
  into(target: Float32Array, { rgb, width, height }: Picture): void {
    // frames of a video have one size: the tables are made once
    if (this.columns.source !== width || this.rows.source !== height) {
      this.columns = axis(width, this.input.width, 3);
      this.rows = axis(height, this.input.height, 3 * width);
    }
    const { columns, rows } = this;
    const [gainR = 1, gainG = 1, gainB = 1] = this.gain;
    const [offsetR = 0, offsetG = 0, offsetB = 0] = this.offset;
    const plane = this.input.width * this.input.height;
    let pixel = 0;
    for (let row = 0; row < this.input.height; row++) {
      const top = rows.low[row] as number;
      const bottom = rows.high[row] as number;
      const v = rows.weight[row] as number;
      for (let column = 0; column < this.input.width; column++, pixel++) {
        const left = columns.low[column] as number;
        const right = columns.high[column] as number;
        const u = columns.weight[column] as number;
        const a = top + left;
        const b = top + right;
        const c = bottom + left;
        const d = bottom + right;
        target[pixel] = blend(rgb, a, b, c, d, u, v) * gainR + offsetR;
        target[pixel + plane] = blend(rgb, a + 1, b + 1, c + 1, d + 1, u, v) * gainG + offsetG;
        target[pixel + 2 * plane] = blend(rgb, a + 2, b + 2, c + 2, d + 2, u, v) * gainB + offsetB;
      }
    }
  }
}

/** Bilinear mean of four samples: a and b above, c and d below; u from left to right, v from top to bottom. */
function blend(rgb: Uint8Array, a: number, b: number, c: number, d: number, u: number, v: number): number {
  const upper = (1 - u) * (rgb[a] as number) + u * (rgb[b] as number);
  const lower = (1 - u) * (rgb[c] as number) + u * (rgb[d] as number);
  return (1 - v) * upper + v * lower;
}

/** @param step distance of two neighbours in memory */
function axis(source: number, target: number, step: number): Axis {
  const low = new Int32Array(target);
  const high = new Int32Array(target);
  const weight = new Float32Array(target);
  for (let i = 0; i < target; i++) {
    const position = Math.max(0, ((i + 0.5) * source) / target - 0.5);
    const before = Math.floor(position);
    low[i] = before * step;
    high[i] = Math.min(before + 1, source - 1) * step;
    weight[i] = position - before;
  }
  return { source, low, high, weight };
}
