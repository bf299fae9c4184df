import { iou, type Box } from '#tracking';

/** Overlap from which boxes of two frames count as the same object. */
const SAME_OBJECT = 0.5;

/**
 * How much boxes flicker: the share of boxes without one in the same place in the frame before, from the second frame on.
 *
 * @param frames boxes by frame
 * @returns 0..1; NaN without boxes
 */
export function flickerOf(frames: readonly (readonly { readonly box: Box }[])[]): number {
  let [boxes, alone] = [0, 0];
  for (const [n, frame] of frames.entries()) {
    if (n === 0) continue;
    const before = frames[n - 1] ?? [];
    boxes += frame.length;
    alone += frame.filter(({ box }) => before.every((other) => iou(box, other.box) < SAME_OBJECT)).length;
  }
  return alone / boxes;
}
