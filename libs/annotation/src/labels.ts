import { createCanvas } from 'canvas';
import { cssColour, textColour, type Rgb } from './colours';
import type { RgbImage } from './draw';

/** A label's picture, ready to be copied into frames. */
export interface LabelSprite extends RgbImage {
  /** Rows from the top of the sprite to the line that the text stands on. */
  readonly baseline: number;
}

export interface LabelStyle {
  readonly fontSize: number;
  readonly background: Rgb;
  /** The label is made smaller where it would be wider or higher than this. */
  readonly maxWidth: number;
  readonly maxHeight: number;
}

/** Pixels between the baseline of a label and the box below it, as the system this one follows has it. */
export const BASELINE_ABOVE_BOX = 10;

/** Labels kept: 80 classes with the hundred scores of two digits would be 8000, seldom are more than a few hundred in use. */
const CACHED_LABELS = 1024;
/** Bytes of all labels kept: about 400 of a 4K frame, each of which takes some 160 kB. */
const CACHED_BYTES = 64 * 2 ** 20;

/** Draws label texts once and remembers the pictures; the least recently used are forgotten. */
export class LabelCache {
  private readonly sprites = new Map<string, LabelSprite>();

  private bytes = 0;

  constructor(
    private readonly capacity = CACHED_LABELS,
    private readonly maxBytes = CACHED_BYTES,
  ) {}

  get size(): number {
    return this.sprites.size;
  }

  get(text: string, style: LabelStyle): LabelSprite {
    const key = [text, style.fontSize, style.background, style.maxWidth, style.maxHeight].join('|');
    const known = this.sprites.get(key);
    const sprite = known ?? renderLabel(text, style);
    if (known)
      this.sprites.delete(key); // a Map keeps the order of insertion: put it last again
    else this.bytes += sprite.data.length;
    this.sprites.set(key, sprite);
    this.forget();
    return sprite;
  }

  /** Drops the least recently used labels beyond the limits, but never the last one. */
  private forget(): void {
    for (const [key, { data }] of this.sprites) {
      const fits = this.sprites.size <= this.capacity && this.bytes <= this.maxBytes;
      if (fits || this.sprites.size === 1) return;
      this.sprites.delete(key);
      this.bytes -= data.length;
    }
  }
}

function renderLabel(text: string, style: LabelStyle): LabelSprite {
  const { background, maxWidth, maxHeight } = style;
  const layout = fit(text, style);
  const width = Math.min(layout.width, maxWidth);
  const height = Math.min(layout.height, maxHeight);
  const context = createCanvas(width, height).getContext('2d', { pixelFormat: 'RGB24' });
  context.fillStyle = cssColour(background);
  context.fillRect(0, 0, width, height);
  context.fillStyle = cssColour(textColour(background));
  context.font = layout.font;
  context.fillText(text, layout.padding, layout.baseline);
  return {
    data: withoutAlpha(context.getImageData(0, 0, width, height).data),
    width,
    height,
    baseline: layout.baseline,
  };
}

/** The largest layout, of the asked font size or less, that fits the style's limits. */
function fit(text: string, { fontSize, maxWidth, maxHeight }: LabelStyle) {
  let layout = lay(text, fontSize);
  for (let size = fontSize - 1; size >= 4 && (layout.width > maxWidth || layout.height > maxHeight); size--) {
    layout = lay(text, size);
  }
  return layout;
}

function lay(text: string, fontSize: number) {
  const font = `${fontSize}px "DejaVu Sans", sans-serif`;
  const context = createCanvas(1, 1).getContext('2d');
  context.font = font;
  const metrics = context.measureText(text);
  const padding = Math.ceil(fontSize / 4);
  const ascent = Math.ceil(Math.max(metrics.actualBoundingBoxAscent, fontSize * 0.75));
  const descent = Math.ceil(Math.max(metrics.actualBoundingBoxDescent, fontSize * 0.25));
  const baseline = ascent + Math.ceil(fontSize / 3);
  return {
    font,
    padding,
    baseline,
    width: Math.ceil(metrics.width) + 2 * padding,
    height: baseline + Math.max(descent + 1, BASELINE_ABOVE_BOX), // reaches down to its box, so that both are one
  };
}

function withoutAlpha(rgba: Uint8ClampedArray): Buffer {
  const rgb = Buffer.allocUnsafe((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from] ?? 0;
    rgb[to++] = rgba[from + 1] ?? 0;
    rgb[to++] = rgba[from + 2] ?? 0;
  }
  return rgb;
}
