import { layoutSchema } from './layout';

const LINE = { name: 'Gate', from: [0.1, 0.5], to: [0.9, 0.5] };
const TRIANGLE = [
  [0.1, 0.1],
  [0.5, 0.1],
  [0.3, 0.5],
];

const withZone = (points: unknown) => ({ zones: [{ name: 'Yard', points }] });

function messages(layout: unknown): string[] {
  return layoutSchema.safeParse(layout).error?.issues.map(({ message }) => message) ?? [];
}

it('fills in what a layout leaves out', () => {
  expect(layoutSchema.parse({ lines: [LINE] })).toEqual({ anchor: 'bottom', lines: [LINE], zones: [] });
});

it('keeps a complete layout, and trims names', () => {
  const layout = {
    anchor: 'centre',
    lines: [{ ...LINE, directions: { left: 'in', right: 'out' } }],
    zones: [{ name: 'Yard', points: TRIANGLE }],
  };
  expect(layoutSchema.parse(layout)).toEqual(layout);
  expect(layoutSchema.parse({ lines: [{ ...LINE, name: ' Gate ' }] }).lines[0]?.name).toBe('Gate');
});

it.each<[unknown, string]>([
  [undefined, 'layout: expected an object with lines and zones'],
  [{}, 'layout: expected at least one line or zone'],
  [{ lines: [LINE], areas: [] }, 'layout: unknown field "areas" (known fields: anchor, lines, zones)'],
  [{ lines: [LINE], anchor: 'middle' }, 'anchor: expected one of bottom, centre, top, left, right'],
  [{ lines: Array(33).fill(LINE) }, 'lines: expected a list of at most 32 lines'],
  [{ lines: [7] }, 'lines[0]: expected a line { name, from, to }'],
  [{ lines: [{ ...LINE, name: ' ' }] }, 'lines[0].name: expected a name of 1 to 64 characters without line breaks'],
  [{ lines: [{ ...LINE, name: 'a\nb' }] }, 'lines[0].name: expected a name of 1 to 64 characters without line breaks'],
  [{ lines: [{ ...LINE, to: [0.5] }] }, 'lines[0].to: expected a point [x, y]'],
  [{ lines: [{ ...LINE, to: [0.5, 1.5] }] }, 'lines[0].to[1]: expected a number from 0 to 1, a fraction of the frame'],
  [{ lines: [{ ...LINE, to: LINE.from }] }, 'lines[0]: "from" and "to" are the same point: move one'],
  [{ lines: [{ ...LINE, color: 'red' }] }, 'lines[0]: unknown field "color" (known fields: name, from, to, directions)'],
  [{ lines: [{ ...LINE, directions: { left: 'in', right: 'in' } }] }, 'lines[0].directions: expected two different names'],
  [{ lines: [LINE, LINE] }, 'lines[1].name: "Gate" is used twice: each line and zone needs its own name'],
  [{ lines: [LINE], zones: [{ name: 'Gate', points: TRIANGLE }] }, 'zones[0].name: "Gate" is used twice: each line and zone needs its own name'],
  [withZone(TRIANGLE.slice(1)), 'zones[0].points: expected 3 to 64 points [x, y]'],
  [withZone([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]]), 'zones[0].points: the points enclose no area: move them apart'],
  [withZone([...TRIANGLE, TRIANGLE[0]]), 'zones[0].points: points 1 and 4 are the same: leave one out, because zones close by themselves'],
  [withZone([[0, 0], [1, 1], [1, 0], [0, 0.5]]), 'zones[0].points: the sides from point 1 and from point 3 meet: order the points along the outline'],
])('rejects %j: %s', (layout, message) => {
  expect(messages(layout)).toEqual([message]);
}); // prettier-ignore

it.each([
  ['a corner on another side', [[0, 0], [1, 0], [1, 1], [0.5, 0], [0, 1]]],
  ['a spike', [[0, 0], [1, 0], [0.5, 0], [0.5, 1]]],
])('rejects %s', (_, points) => {
  expect(messages(withZone(points))).toEqual([expect.stringContaining(' meet: ')]);
}); // prettier-ignore

it('accepts zones that are not convex', () => {
  expect(messages(withZone([[0, 0], [1, 0], [0.5, 0.2], [0.5, 1]]))).toEqual([]); // prettier-ignore
});

it('lists all errors together', () => {
  expect(messages({ lines: [{ ...LINE, name: 7 }], zones: [{ name: 'Yard', points: [] }] })).toHaveLength(2);
});
