import type { LayoutInput } from '#contract';
import { count, inShort, places, type Walk } from './tracks';

const SQUARE: LayoutInput = {
  zones: [{ name: 'Yard', points: [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]] }], // prettier-ignore
};

const visits = (at: Walk['at'], layout = SQUARE) => inShort(count(layout, [{ at }]).events);

const across = (xs: readonly number[], y = 0.5) => places(xs.map((x) => [x, y] as const));

it('reports the first frame inside and the first outside', () => {
  expect(visits(across([0.2, 0.3, 0.45, 0.5, 0.55, 0.7, 0.8]))).toEqual(['2 enter', '5 exit 0.3']);
});

it('counts the outline as inside', () => {
  expect(visits(across([0.3, 0.4, 0.6, 0.7, 0.7]))).toEqual(['1 enter', '3 exit 0.2']);
  expect(visits(across([0.3, 0.4, 0.6, 0.7, 0.7], 0.6))).toEqual(['1 enter', '3 exit 0.2']);
});

it('ignores a touch of a corner that is shorter than the debounce', () => {
  expect(visits(places([[0.3, 0.3], [0.4, 0.4], [0.3, 0.5]]))).toEqual([]); // prettier-ignore
});

it('ignores changes shorter than the debounce', () => {
  expect(visits(across([0.2, 0.5, 0.2, 0.2]))).toEqual([]);
  expect(visits(across([0.2, 0.5, 0.5, 0.2, 0.5, 0.5, 0.2, 0.2]))).toEqual(['1 enter', '6 exit 0.5']);
});

it('counts a track that begins inside from its first frame, and one that ends inside to its last', () => {
  expect(visits(across([0.5, 0.7, 0.7]))).toEqual(['0 enter appeared', '1 exit 0.1']);
  expect(visits(across([0.3, 0.5, 0.5, 0.5]))).toEqual(['1 enter', '3 exit 0.3 disappeared']);
  expect(visits(across([0.5]))).toEqual(['0 enter appeared', '0 exit 0.1 disappeared']);
});

it('counts an exit in the last frame, and no entry there', () => {
  expect(visits(across([0.5, 0.5, 0.7]))).toEqual(['0 enter appeared', '2 exit 0.2']);
  expect(visits(across([0.3, 0.3, 0.5]))).toEqual([]);
});

it('bridges frames without a box by a straight path', () => {
  const every3rd = { 0: [0.3, 0.5], 3: [0.45, 0.5], 6: [0.6, 0.5], 9: [0.75, 0.5] } as const;
  const filled = across([0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75]);
  expect(visits(every3rd)).toEqual(['2 enter', '7 exit 0.5']);
  expect(visits(every3rd)).toEqual(visits(filled));
});

it('sees an object in a zone between two boxes on either side', () => {
  expect(visits({ 0: [0.3, 0.5], 8: [0.7, 0.5] })).toEqual(['2 enter', '7 exit 0.5']);
});

it('ends a track that is missing for longer than 10 seconds, and counts its object once', () => {
  const at = { ...across([0.5, 0.5]), 102: [0.5, 0.5], 103: [0.5, 0.5] } as const;
  const { events, zones } = count(SQUARE, [{ at }]);
  expect(inShort(events)).toEqual([
    '0 enter appeared',
    '1 exit 0.2 disappeared',
    '102 enter appeared',
    '103 exit 0.2 disappeared',
  ]);
  expect(zones[0]).toMatchObject({ entries: { total: 2 }, objects: { total: 1 } });
});

it('bridges a gap of 10 seconds', () => {
  expect(visits({ 0: [0.5, 0.5], 100: [0.5, 0.5] })).toEqual([
    '0 enter appeared',
    '100 exit 10.1 disappeared',
  ]);
});

it('counts zones that overlap or touch separately', () => {
  const layout: LayoutInput = {
    zones: [
      { name: 'A', points: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]] },
      { name: 'B', points: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]] },
    ],
  }; // prettier-ignore
  const { zones } = count(layout, [{ at: across([0.4, 0.5, 0.5, 0.5, 0.6, 0.7]) }]);
  expect(zones.map(({ name, dwell }) => [name, dwell.total])).toEqual([
    ['A', 0.4],
    ['B', 0.5],
  ]);
});

it('follows an outline that is not convex', () => {
  const layout: LayoutInput = {
    zones: [{ name: 'U', points: [[0, 0], [0.2, 0], [0.2, 0.8], [0.8, 0.8], [0.8, 0], [1, 0], [1, 1], [0, 1]] }],
  }; // prettier-ignore
  const at = across([0.1, 0.1, 0.5, 0.5, 0.9, 0.9]);
  expect(visits(at, layout)).toEqual(['0 enter appeared', '2 exit 0.2', '4 enter', '5 exit 0.2 disappeared']);
});

it('uses the anchor of the layout', () => {
  const at = places([
    [0.5, 0.65],
    [0.5, 0.65],
  ]); // the boxes reach up to 0.57 // prettier-ignore
  expect(visits(at)).toEqual([]);
  expect(visits(at, { ...SQUARE, anchor: 'top' })).toHaveLength(2);
});

it('adds up entries, exits, objects, dwell and occupancy', () => {
  const walks: Walk[] = [
    { track: 1, label: 'person', at: across([0.3, 0.5, 0.5, 0.5, 0.7, 0.7, 0.5, 0.5, 0.7, 0.7]) },
    { track: 2, label: 'car', at: places([[0.5, 0.5], [0.5, 0.5]], 2) }, // prettier-ignore
    { track: 3, label: 'person', at: across([0.2, 0.2]) },
  ];
  expect(count(SQUARE, walks, 12).zones).toEqual([
    {
      name: 'Yard',
      entries: {
        total: 3,
        classes: [
          { label: 'person', count: 2 },
          { label: 'car', count: 1 },
        ],
      },
      exits: {
        total: 3,
        classes: [
          { label: 'person', count: 2 },
          { label: 'car', count: 1 },
        ],
      },
      objects: {
        total: 2,
        classes: [
          { label: 'car', count: 1 },
          { label: 'person', count: 1 },
        ],
      },
      dwell: { mean: 0.233333, max: 0.3, total: 0.7 },
      occupancy: { frames: 1, counts: [0, 1, 2, 2, 0, 0, 1, 1, 0, 0, 0, 0] },
    },
  ]);
});

it('has no dwell without visits', () => {
  const { zones } = count(SQUARE, [{ at: across([0.1, 0.1]) }]);
  expect(zones[0]?.dwell).toEqual({ mean: null, max: null, total: 0 });
});

it('has at most 500 bins of occupancy', () => {
  const { zones } = count(SQUARE, [{ at: { 1000: [0.5, 0.5] } }], 1501);
  const { frames, counts } = zones[0]!.occupancy;
  expect(frames).toBe(4);
  expect(counts).toHaveLength(376);
  expect(counts.flatMap((value, bin) => (value > 0 ? [[bin, value]] : []))).toEqual([[250, 1]]);
});
