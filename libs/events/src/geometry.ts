/** In pixels from the top left corner of the frame: x to the right, y down. */
export type Point = readonly [x: number, y: number];

/** Nearer than this, in pixels, is the same place: stored boxes are rounded to a millionth of the frame. */
export const SAME_PLACE = 1e-6;

/**
 * Distance of a point from the endless line through `from` and `to`, in pixels. Positive on the left of a viewer of the
 * frame who looks from `from` to `to`.
 */
export function sideDistance([x, y]: Point, from: Point, to: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return (dy * (x - from[0]) - dx * (y - from[1])) / Math.hypot(dx, dy);
}

/** Where a point is along the way from `from` to `to`, in pixels from `from`: negative before it. */
export function along([x, y]: Point, from: Point, to: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return (dx * (x - from[0]) + dy * (y - from[1])) / Math.hypot(dx, dy);
}

/** Distance from the nearest point of the line between `from` and `to`, in pixels. */
export function distance(point: Point, from: Point, to: Point): number {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const past = along(point, from, to);
  const beyondEnd = Math.max(-past, past - length, 0);
  return Math.hypot(beyondEnd, sideDistance(point, from, to));
}

/** The point at a share of the way from `from` to `to`. */
export function between(from: Point, to: Point, share: number): Point {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

/** Whether a point is inside a polygon or on its outline. */
export function isInside(point: Point, corners: readonly Point[]): boolean {
  const [x, y] = point;
  let inside = false;
  for (const [n, from] of corners.entries()) {
    const to = corners[(n + 1) % corners.length] ?? from;
    if (distance(point, from, to) < SAME_PLACE) return true;
    // A ray to the right crosses the outline an odd number of times.
    if (from[1] > y !== to[1] > y && x < from[0] + ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]))
      inside = !inside;
  }
  return inside;
}
