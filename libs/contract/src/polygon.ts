export type Point = readonly [x: number, y: number];

/** Smaller zones are mistakes: 2 square pixels of a full HD frame. As a share of the frame. */
const MIN_AREA = 1e-6;

/**
 * Why points do not enclose an area; undefined if they do. Counts points from 1.
 *
 * @param points at least 3; the last is connected to the first
 */
export function problemOfPolygon(points: readonly Point[]): string | undefined {
  for (const [a, first] of points.entries()) {
    const b = points.findIndex(([x, y], index) => index > a && x === first[0] && y === first[1]);
    if (b < 0) continue;
    const closing = a === 0 && b === points.length - 1 ? ', because zones close by themselves' : '';
    return `points ${a + 1} and ${b + 1} are the same: leave one out${closing}`;
  }
  if (Math.abs(areaOf(points)) < MIN_AREA) return 'the points enclose no area: move them apart';
  const sides = points.map((from, n): Side => [from, points[(n + 1) % points.length] ?? from]);
  for (const [a, side] of sides.entries()) {
    const b = sides.findIndex((other, index) => index > a && meet(side, other));
    if (b >= 0)
      return `the sides from point ${a + 1} and from point ${b + 1} meet: order the points along the outline`;
  }
  return undefined;
}

type Side = readonly [from: Point, to: Point];

/** With a sign (shoelace formula). */
function areaOf(points: readonly Point[]): number {
  return (
    points.reduce((sum, point, n) => sum + cross(point, points[(n + 1) % points.length] ?? point), 0) / 2
  );
}

/** Whether two sides touch or cross, apart from an end that one shares with the next. */
function meet([a, b]: Side, [c, d]: Side): boolean {
  if (same(b, c)) return onSide(d, [a, b]) || onSide(a, [c, d]);
  if (same(d, a)) return onSide(c, [a, b]) || onSide(b, [c, d]);
  if (onSide(c, [a, b]) || onSide(d, [a, b]) || onSide(a, [c, d]) || onSide(b, [c, d])) return true;
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function onSide(point: Point, [from, to]: Side): boolean {
  const between = (n: 0 | 1) => Math.min(from[n], to[n]) <= point[n] && point[n] <= Math.max(from[n], to[n]);
  return turn(from, to, point) === 0 && between(0) && between(1);
}

/** Positive if the way from `a` over `b` to `c` turns clockwise on the screen, 0 if it is straight. */
function turn(a: Point, b: Point, c: Point): number {
  return cross([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
}

const cross = (a: Point, b: Point) => a[0] * b[1] - a[1] * b[0];

const same = (a: Point, b: Point) => a[0] === b[0] && a[1] === b[1];
