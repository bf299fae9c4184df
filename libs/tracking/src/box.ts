/** Left, top, right, bottom in pixels, or in any unit that is the same in both directions. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** Intersection over union, 0..1; 0 if either box is empty. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  if (!(width > 0)) return 0; // of most pairs
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(height > 0)) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

/** Between two boxes, at a share of 0 (a) to 1 (b) of the way. */
export function between(a: Box, b: Box, share: number): Box {
  const at = (side: 0 | 1 | 2 | 3) => a[side] + (b[side] - a[side]) * share;
  return [at(0), at(1), at(2), at(3)];
}

/** Moves each side outwards. @param margin as a share of the longer side */
export function grow(box: Box, margin: number): Box {
  if (margin === 0) return box;
  const by = margin * Math.max(box[2] - box[0], box[3] - box[1]);
  return [box[0] - by, box[1] - by, box[2] + by, box[3] + by];
}

/** Whether a tracker can use the box: finite, with a width and a height. */
export function isUsable(box: Box): boolean {
  return box.every(Number.isFinite) && box[2] > box[0] && box[3] > box[1] && Number.isFinite(area(box));
}

function area(box: Box): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}
