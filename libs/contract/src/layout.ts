import { z } from 'zod';
import { problemOfPolygon } from './polygon';

/** Maximum number of lines, and of zones, in a layout. */
export const MAX_LINES = 32;
export const MAX_ZONES = 32;
/** Maximum number of corners of a zone. */
export const MAX_POINTS = 64;
/** Maximum length of a name in characters. */
export const MAX_NAME = 64;

export const ANCHORS = ['bottom', 'centre', 'top', 'left', 'right'] as const;

/** A message that names the invalid value, such as `zones[2].points: expected 3 to 64 points`. */
const expected = (what: string) => ({
  error: ({ path }: { readonly path?: readonly PropertyKey[] | undefined }) =>
    at(path ?? [], `expected ${what}`),
});

const at = (path: readonly PropertyKey[], message: string) =>
  path.length === 0 ? `layout: ${message}` : `${path.reduce<string>(join, '')}: ${message}`;

const join = (start: string, key: PropertyKey) =>
  typeof key === 'number' ? `${start}[${key}]` : start === '' ? String(key) : `${start}.${String(key)}`;

/** Rejects unknown fields with the known ones. */
const object = <Shape extends z.ZodRawShape>(what: string, shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? at(
            issue.path ?? [],
            `unknown field "${(issue.keys[0] ?? '').slice(0, 64)}" (known fields: ${Object.keys(shape).join(', ')})`,
          )
        : at(issue.path ?? [], `expected ${what}`),
  });

const NOT_A_NAME = expected(`a name of 1 to ${MAX_NAME} characters without line breaks`);

/** `\p{C}`: control characters and the like, which tables and CSV cannot show. */
const name = z
  .string(NOT_A_NAME)
  .trim()
  .min(1, NOT_A_NAME)
  .max(MAX_NAME, NOT_A_NAME)
  .regex(/^\P{C}*$/u, NOT_A_NAME);

const NOT_A_FRACTION = expected('a number from 0 to 1, a fraction of the frame');
const fraction = z.number(NOT_A_FRACTION).min(0, NOT_A_FRACTION).max(1, NOT_A_FRACTION);
const point = z.tuple([fraction, fraction], expected('a point [x, y]'));

const directions = object('{ left, right }', {
  left: name.exactOptional(),
  right: name.exactOptional(),
}).meta({
  id: 'Directions',
  description: 'Names for the directions in which a line is crossed.',
  example: { left: 'northbound', right: 'southbound' },
});

const line = object('a line { name, from, to }', {
  name: name.meta({ example: 'Main Street' }),
  from: point.meta({ example: [0.1, 0.6] }),
  to: point.meta({ example: [0.9, 0.6] }),
  directions: directions.exactOptional(),
}).meta({
  id: 'Line',
  description:
    'Left and right are those of a viewer of the frame who looks from `from` to `to`: on a line from the lower to the upper edge, left is towards the left edge.',
});

const NOT_POINTS = expected(`3 to ${MAX_POINTS} points [x, y]`);

const zone = object('a zone { name, points }', {
  name: name.meta({ example: 'Car park' }),
  points: z
    .array(point, NOT_POINTS)
    .min(3, NOT_POINTS)
    .max(MAX_POINTS, NOT_POINTS)
    .describe('corners along the outline; the last is connected to the first')
    .meta({ example: [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]] }), // prettier-ignore
}).meta({ id: 'Zone', description: 'A polygon that does not cross itself. Its outline belongs to it.' });

const NOT_AN_ANCHOR = expected(`one of ${ANCHORS.join(', ')}`);
const NOT_LINES = expected(`a list of at most ${MAX_LINES} lines`);
const NOT_ZONES = expected(`a list of at most ${MAX_ZONES} zones`);

/** The lines and zones of a video. Each message names its value and ends without a full stop. */
export const layoutSchema = object('an object with lines and zones', {
  anchor: z
    .enum(ANCHORS, NOT_AN_ANCHOR)
    .default('bottom')
    .describe(
      'point of a box that stands for its object: the middle of its lower side, its centre, or the middle of another side',
    ),
  lines: z.array(line, NOT_LINES).max(MAX_LINES, NOT_LINES).default([]),
  zones: z.array(zone, NOT_ZONES).max(MAX_ZONES, NOT_ZONES).default([]),
})
  .check(({ value, issues }) => {
    for (const { path, message } of problemsOf(value))
      issues.push({ code: 'custom', input: value, path: [...path], message: at(path, message) });
  })
  .meta({
    id: 'Layout',
    description:
      'Lines to cross and zones to enter, in fractions of the frame from its top left corner: x to the right, y down. Names are unique.',
  });

export type LayoutLine = z.output<typeof line>;
export type LayoutZone = z.output<typeof zone>;

interface Named {
  readonly lines: readonly LayoutLine[];
  readonly zones: readonly LayoutZone[];
}

interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What the schemas of single values cannot see. */
function* problemsOf({ lines, zones }: Named): Generator<Problem> {
  if (lines.length + zones.length === 0) yield { path: [], message: 'expected at least one line or zone' };
  const seen = new Set<string>();
  for (const [kind, named] of [
    ['lines', lines],
    ['zones', zones],
  ] as const) {
    // prettier-ignore
    for (const [n, { name }] of named.entries()) {
      if (seen.has(name))
        yield { path: [kind, n, 'name'], message: `"${name}" is used twice: each line and zone needs its own name` };
      seen.add(name);
    }
  }
  for (const [n, { from, to, directions }] of lines.entries()) {
    if (from[0] === to[0] && from[1] === to[1])
      yield { path: ['lines', n], message: '"from" and "to" are the same point: move one' };
    if (directions?.left !== undefined && directions.left === directions.right)
      yield { path: ['lines', n, 'directions'], message: 'expected two different names' };
  }
  for (const [n, { points }] of zones.entries()) {
    const problem = points.length < 3 ? undefined : problemOfPolygon(points); // fewer are reported already
    if (problem !== undefined) yield { path: ['zones', n, 'points'], message: problem };
  }
}

export type Layout = z.output<typeof layoutSchema>;
export type LayoutInput = z.input<typeof layoutSchema>;
export type Anchor = Layout['anchor'];
