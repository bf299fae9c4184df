import { clamp, type Detection } from '../detection';
import { type ModelInput } from '../manifest/input-schema';

/** Where an image lies in a model's input, in pixels of the input. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Frame = Pick<ModelInput, 'width' | 'height' | 'resize' | 'align'>;

/** A stretched image fills the input; a letterboxed one keeps its aspect ratio (rounded to pixels) and fills one side. */
export function placement(
  { width, height, resize, align }: Frame,
  imageWidth: number,
  imageHeight: number,
): Placement {
  if (resize === 'stretch') return { left: 0, top: 0, width, height };
  const scale = Math.min(width / imageWidth, height / imageHeight);
  const size = (of: number, most: number): number => Math.min(most, Math.max(1, Math.round(of * scale)));
  const placed = { width: size(imageWidth, width), height: size(imageHeight, height) };
  if (align === 'top-left') return { left: 0, top: 0, ...placed };
  return {
    left: Math.floor((width - placed.width) / 2),
    top: Math.floor((height - placed.height) / 2),
    ...placed,
  };
}

/**
 * The size at which to decode an image for a model, in pixels: that at which it lies in the input, so that nothing is
 * left to resize; its own if it would have to grow, or if the model's resizing does not average over pixels.
 */
export function decodingSize(
  input: Frame & Pick<ModelInput, 'antialias'>,
  image: { readonly width: number; readonly height: number },
): { readonly width: number; readonly height: number } {
  const { width, height } = placement(input, image.width, image.height);
  const grows = width > image.width || height > image.height;
  return grows || !input.antialias ? { width: image.width, height: image.height } : { width, height };
}

/** Converts boxes from fractions of the input to fractions of the image; drops those in the padding. */
export function toImage(detections: Detection[], input: Frame, place: Placement): Detection[] {
  if (input.resize === 'stretch') return detections;
  const x = (fraction: number): number => clamp((fraction * input.width - place.left) / place.width);
  const y = (fraction: number): number => clamp((fraction * input.height - place.top) / place.height);
  return detections
    .map(({ box: [x1, y1, x2, y2], ...rest }): Detection => ({ box: [x(x1), y(y1), x(x2), y(y2)], ...rest }))
    .filter(({ box: [x1, y1, x2, y2] }) => x1 < x2 && y1 < y2);
}
