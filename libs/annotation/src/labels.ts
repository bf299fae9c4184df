import { createCanvas } from 'canvas';
import { cssColour, textColour, type Rgb } from './colours';
import type { RgbImage } from './draw';

/** The image of a label, ready to be copied into frames. */
export interface LabelSprite extends RgbImage {
  /** Pixels from the top of the sprite to the baseline of the text. */
  readonly baseline: number;
}

export interface LabelStyle {
  readonly fontSize: number;
  readonly background: Rgb;
  /** Larger labels are scaled down to this size, in pixels. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** Without space before the text, to follow another label. */
  readonly joined?: boolean;
}

/** Pixels between the baseline of a label and the box below it, as in the original system. */
const BASELINE_ABOVE_BOX = 10;

/** Maximum number of labels: 80 classes with 100 scores would be 8000, but more than a few hundred is rare. */
const CACHED_LABELS = 1024;
/** Maximum total size of the cached labels, in bytes: about 400 labels for 4K frames, at about 160 kB each. */
const CACHED_BYTES = 64 * 2 ** 20;

/** Caches the images of labels; evicts the least recently used. */
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
    const { fontSize, background, maxWidth, maxHeight, joined = false } = style;
    const key = [text, fontSize, background, maxWidth, maxHeight, joined].join('|');
    const cached = this.sprites.get(key);
    const sprite = cached ?? renderLabel(text, style);
    if (cached)
      this.sprites.delete(key); // a Map keeps insertion order, so re-insert it at the end
    else this.bytes += sprite.data.length;
    this.sprites.set(key, sprite);
    this.evict();
    return sprite;
  }

  /** Evicts least recently used labels until the cache is within its limits, but always keeps the newest. */
  private evict(): void {
    for (const [key, { data }] of this.sprites) {
      const fits = this.sprites.size <= this.capacity && this.bytes <= this.maxBytes;
      if (fits || this.sprites.size === 1) return;
      this.sprites.delete(key);
      this.bytes -= data.length;
    }
  }
}

function renderLabel(text: string, style: LabelStyle): LabelSprite {
  const { background, maxWidth, maxHeight, joined = false } = style;
  const layout = fit(text, style);
  const left = joined ? 0 : layout.padding;
  const width = Math.min(layout.width - layout.padding + left, maxWidth);
  const height = Math.min(layout.height, maxHeight);
  const context = createCanvas(width, height).getContext('2d', { pixelFormat: 'RGB24' });
  context.fillStyle = cssColour(background);
  context.fillRect(0, 0, width, height);
  context.fillStyle = cssColour(textColour(background));
  context.font = layout.font;
  context.fillText(text, left, layout.baseline);
  return {
    data: withoutAlpha(context.getImageData(0, 0, width, height).data),
    width,
    height,
    baseline: layout.baseline,
  };
}

/** The largest layout, up to the requested font size, that fits within the style's limits. */
function fit(text: string, { fontSize, maxWidth, maxHeight }: LabelStyle) {
  let layout = layOut(text, fontSize);
  for (let size = fontSize - 1; size >= 4 && (layout.width > maxWidth || layout.height > maxHeight); size--) {
    layout = layOut(text, size);
  }
  return layout;
}

function layOut(text: string, fontSize: number) {
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
    height: baseline + Math.max(descent + 1, BASELINE_ABOVE_BOX), // extends down to the box, without a gap
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
