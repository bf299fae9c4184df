import { type ModelInput } from '../manifest/input-schema';
import { type Axis, axis, TAPS } from './axis';
import { type RgbImage } from './rgb-image';
import { type Placement, placement } from './placement';

/** A model's input, of the type in its manifest. */
export type InputArray = Float32Array | Uint8Array;

/**
 * Converts images to a model's input: resizes to the input's size and writes (pixel * scale - mean) / std, in the layout
 * and colour order of the model; bytes are rounded, and a letterboxed image is padded. See axis.ts for how pixels are
 * sampled.
 */
export class Resizer {
  private place: Placement = { left: 0, top: 0, width: 0, height: 0 };
  private columns = axis(0, 0, 0, false);
  private rows = axis(0, 0, 0, false);
  /** The blended source pixels of one row, RGB. */
  private line = new Float64Array(0);
  /** For red, green and blue: the index of its first value, and value = pixel * gain + offset. */
  private readonly channels: readonly { first: number; gain: number; offset: number }[];
  /** Distance from one pixel of the input to the next. */
  private readonly step: number;

  constructor(private readonly input: ModelInput) {
    const { width, height, layout, dtype, colour, scale, mean, std } = input;
    const planes = layout.endsWith('CHW');
    this.step = planes ? 1 : 3;
    this.channels = (colour === 'RGB' ? [0, 1, 2] : [2, 1, 0]).map((channel) => ({
      first: planes ? channel * width * height : channel,
      gain: scale / (std[channel] ?? 1),
      // Add a half, because storing truncates.
      offset: -(mean[channel] ?? 0) / (std[channel] ?? 1) + (dtype === 'uint8' ? 0.5 : 0),
    }));
  }

  /**
   * @param target 3 * height * width values of the model's input, overwritten
   * @returns where the image lies in the input
   */
  into(target: InputArray, image: RgbImage): Placement {
    const { width, height } = image;
    // Frames of a video have one size: compute the tables once.
    if (this.columns.source !== width || this.rows.source !== height) {
      const { antialias } = this.input;
      this.place = placement(this.input, width, height);
      this.columns = axis(width, this.place.width, 3, antialias);
      this.rows = axis(height, this.place.height, 3 * width, antialias);
      this.line = new Float64Array(3 * this.columns.offset.length);
    }
    if (this.place.width < this.input.width || this.place.height < this.input.height) this.pad(target);
    const { place } = this;
    if (place.width === width && place.height === height) this.copy(target, image.rgb);
    else this.write(target, image.rgb);
    return this.place;
  }

  private pad(target: InputArray): void {
    const pixels = this.input.width * this.input.height;
    for (const { first, gain, offset } of this.channels) {
      const value = this.input.pad * gain + offset;
      if (this.step === 1) target.fill(value, first, first + pixels);
      else for (let at = first; at < target.length && at < 3 * pixels; at += 3) target[at] = value;
    }
  }

  /** For an image that has the size of its place already. */
  private copy(target: InputArray, rgb: Uint8Array): void {
    const { step, place } = this;
    const { width, height } = place;
    this.channels.forEach(({ first, gain, offset }, channel) => {
      for (let row = 0, at = channel; row < height; row++) {
        let pixel = first + step * ((place.top + row) * this.input.width + place.left);
        for (const end = at + 3 * width; at < end; at += 3, pixel += step) {
          target[pixel] = (rgb[at] as number) * gain + offset;
        }
      }
    });
  }

  private write(target: InputArray, rgb: Uint8Array): void {
    const { columns, rows, line, step, place } = this;
    const { weight } = columns;
    const [red, green, blue] = this.channels;
    if (!red || !green || !blue) return;
    const { first: firstR, gain: gainR, offset: offsetR } = red;
    const { first: firstG, gain: gainG, offset: offsetG } = green;
    const { first: firstB, gain: gainB, offset: offsetB } = blue;
    for (let row = 0; row * TAPS < rows.offset.length; row++) {
      blendRows(line, rgb, columns, rows, row * TAPS);
      let pixel = step * ((place.top + row) * this.input.width + place.left);
      for (let at = 0; at < line.length; at += 3 * TAPS, pixel += step) {
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
        target[firstR + pixel] = r * gainR + offsetR;
        target[firstG + pixel] = g * gainG + offsetG;
        target[firstB + pixel] = b * gainB + offsetB;
      }
    }
  }
}

/** The three source rows of a result row, blended, at the sampled columns. Unrolled: it runs 270,000 times per image. */
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
