import type { OneImageResource } from '#contract';

/** A label next to its box, in pixels of the image. */
interface Tag {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly textLeft: number;
  /** Of the text's baseline. */
  readonly baseline: number;
}

interface OverlayBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** As in CSS. */
  readonly colour: string;
  /** Undefined if labels would cover the image. */
  readonly tag: Tag | undefined;
}

/** What the page draws over an image, in pixels of the image. */
export interface Overlay {
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
  readonly tagHeight: number;
  /** Width of the strip of a label that has the colour of the class. */
  readonly stripWidth: number;
  /** The best one last, so that it is drawn on top. */
  readonly boxes: readonly OverlayBox[];
}

/** Font size as a fraction of the mean of width and height: pages scale the image to their own width. */
const FONT_SIZE_RATIO = 0.03;

/** Average width of a character, as a fraction of the font size. */
const CHARACTER_RATIO = 0.53;

/** Further boxes have no label; as in detect-view.js. */
const MAX_LABELS = 25;

/** Boxes and labels for an image, as the script of the page draws them. */
export function overlayOf({
  image: { width, height },
  detections,
}: Pick<OneImageResource, 'image' | 'detections'>): Overlay {
  const fontSize = Math.max(1, Math.round(((width + height) / 2) * FONT_SIZE_RATIO));
  const tagHeight = Math.round(fontSize * 1.5);
  const stripWidth = fontSize * 0.3;
  const tagOf = (text: string, x: number, y: number): Tag => {
    const tagWidth = Math.round(text.length * CHARACTER_RATIO * fontSize + 3 * stripWidth);
    const left = Math.max(0, Math.min(x, width - tagWidth));
    const top = y >= tagHeight ? y - tagHeight : y; // inside the box where it does not fit above
    return {
      text,
      left,
      top,
      width: tagWidth,
      textLeft: left + 2 * stripWidth,
      baseline: top + fontSize * 1.1,
    };
  };
  const boxes = detections.map(({ label, score, colour, pixels: { x1, y1, x2, y2 } }, index) => ({
    x: x1,
    y: y1,
    width: x2 - x1,
    height: y2 - y1,
    colour,
    tag: index < MAX_LABELS ? tagOf(`${label} ${score.toFixed(2)}`, x1, y1) : undefined,
  }));
  return { width, height, fontSize, tagHeight, stripWidth, boxes: boxes.reverse() };
}
