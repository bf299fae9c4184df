import { type Manifest } from '../manifest/schema';
import { type Picture } from './jpeg';

/** Source samples that make one position of the result, per axis. */
const TAPS = 3;

/** For each position of the result, TAPS source samples: their offsets in memory and weights, which add up to 1. */
interface Axis {
  readonly source: number;
  readonly offset: Int32Array;
  readonly weight: Float32Array;
}

/**
 * Makes a model's input from pictures: resize to the input's size, then (pixel * scale - mean) / std, written as
 * three planes (CHW). The resize is bilinear with half-pixel centres; where a picture shrinks, the triangle widens
 * with the scale, as in PIL's BILINEAR, but is sampled at three pixels an axis whatever the scale. That costs the
 * same for every size of picture and keeps fine detail from flickering between frames.
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
    const line = new Float64Array(3 * columns.offset.length);
    let pixel = 0;
    for (let row = 0; row < rows.offset.length; row += TAPS) {
      blendRows(line, rgb, columns, rows, row);
      const { weight } = columns;
      for (let at = 0; at < line.length; at += 3 * TAPS, pixel++) {
        const tap = at / 3;
        const left = weight[tap] as number;
        const middle = weight[tap + 1] as number;
        const right = weight[tap + 2] as number;
        const r =
          left * (line[at] as number) + middle * (line[at + 3] as number) + right * (line[at + 6] as number);
        const g =
          left * (line[at + 1] as number) +
          middle * (line[at + 4] as number) +
          right * (line[at + 7] as number);
        const b =
          left * (line[at + 2] as number) +
          middle * (line[at + 5] as number) +
          right * (line[at + 8] as number);
        target[pixel] = r * gainR + offsetR;
        target[pixel + plane] = g * gainG + offsetG;
        target[pixel + 2 * plane] = b * gainB + offsetB;
      }
    }
  }
}

/** The three source rows of a result row, blended, at the columns that are sampled. Spelled out: it runs 270,000 times a picture. */
function blendRows(line: Float64Array, rgb: Uint8Array, columns: Axis, rows: Axis, row: number): void {
  const { offset } = columns;
  const top = rows.offset[row] as number;
  const middle = rows.offset[row + 1] as number;
  const bottom = rows.offset[row + 2] as number;
  const u = rows.weight[row] as number;
  const v = rows.weight[row + 1] as number;
  const w = rows.weight[row + 2] as number;
  for (let column = 0, at = 0; column < offset.length; column++, at += 3) {
    const x = offset[column] as number;
    const a = top + x;
    const b = middle + x;
    const c = bottom + x;
    line[at] = u * (rgb[a] as number) + v * (rgb[b] as number) + w * (rgb[c] as number);
    line[at + 1] = u * (rgb[a + 1] as number) + v * (rgb[b + 1] as number) + w * (rgb[c + 1] as number);
    line[at + 2] = u * (rgb[a + 2] as number) + v * (rgb[b + 2] as number) + w * (rgb[c + 2] as number);
  }
}

/**
 * The samples nearest to the centre and to half the triangle's reach on both sides, weighted by the triangle. When
 * a picture does not shrink these are the two neighbours, weighted as bilinear interpolation does.
 *
 * @param step distance of two neighbours in memory
 */
function axis(source: number, target: number, step: number): Axis {
  const offset = new Int32Array(target * TAPS);
  const weight = new Float32Array(target * TAPS);
  const reach = Math.max(1, source / target);
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
