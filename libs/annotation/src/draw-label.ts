import type { Rgb } from './colours';
import { copySprite, fillRectangle, type RgbImage } from './draw';
import { LabelCache, type LabelSprite } from './labels';
import { toPixels } from './pixels';
import type { TrackedDetection } from './scores';

const labels = new LabelCache();

/** Draws the label of a detection above its box or, where it does not fit there, inside. */
export function drawLabel(
  image: RgbImage,
  detection: TrackedDetection,
  fontSize: number,
  background: Rgb,
): void {
  const { width: maxWidth, height: maxHeight } = image;
  const style = { fontSize, background, maxWidth, maxHeight };
  const parts = labelParts(detection);
  const separate = parts.map((text, n) => labels.get(text, { ...style, joined: n > 0 }));
  const fit = widthOf(separate) <= maxWidth;
  const sprites = fit ? separate : [labels.get(parts.join(' '), style)];
  const box = toPixels(detection.box, image);
  const width = widthOf(sprites);
  const height = Math.max(...sprites.map((sprite) => sprite.height));
  const above = box.top - height;
  const top = Math.min(above >= 0 ? above : box.top, image.height - height);
  let left = Math.min(box.left, image.width - width);
  // Letters may make one part higher than the other.
  if (sprites.some((sprite) => sprite.height < height))
    fillRectangle(image, { left, top, right: left + width, bottom: top + height }, background);
  const baseline = Math.max(...sprites.map((sprite) => sprite.baseline));
  for (const sprite of sprites) {
    const down = Math.min(baseline - sprite.baseline, height - sprite.height);
    copySprite(image, sprite, left, top + down);
    left += sprite.width;
  }
}

/**
 * The text of a label: `person 0.87`, or `person` if the score is unknown. With a track, its number comes in between: as two
 * parts, because each is used for many frames and both together for few.
 */
export function labelParts({
  label,
  score,
  track,
}: Pick<TrackedDetection, 'label' | 'score' | 'track'>): readonly string[] {
  const value = Number.isFinite(score) ? [score.toFixed(2)] : [];
  return track === undefined ? [[label, ...value].join(' ')] : [`${label} #${track}`, ...value];
}

const widthOf = (sprites: readonly LabelSprite[]) => sprites.reduce((sum, { width }) => sum + width, 0);
