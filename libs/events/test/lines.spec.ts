import { count, inShort, places, type Walk } from './tracks';

/** From left to right: left is up on the screen. */
const LINE = { name: 'Gate', from: [0.2, 0.5], to: [0.8, 0.5] } as const;
const LINES = { lines: [{ ...LINE, from: [...LINE.from], to: [...LINE.to] }] } as Parameters<typeof count>[0];

const crossings = (at: Walk['at'], layout = LINES) => inShort(count(layout, [{ at }]).events);

const down = (x: number, ys: readonly number[]) => places(ys.map((y) => [x, y] as const));

it('tells left from right by someone who looks from `from` to `to`', () => {
  expect(crossings(down(0.5, [0.3, 0.45, 0.55, 0.7]))).toEqual(['2 cross right']);
  expect(crossings(down(0.5, [0.7, 0.55, 0.45, 0.3]))).toEqual(['2 cross left']);
  const upwards = { lines: [{ name: 'Gate', from: [0.5, 0.9], to: [0.5, 0.1] }] } as typeof LINES;
  expect(crossings(places([[0.6, 0.5], [0.4, 0.5]]), upwards)).toEqual(['1 cross left']); // prettier-ignore
});

it('reports the first frame on or beyond the line, however late the crossing is certain', () => {
  // the margin is 7.07 pixels
  expect(crossings(down(0.5, [0.49, 0.498, 0.502, 0.505, 0.507, 0.508]))).toEqual(['2 cross right']);
  expect(crossings(down(0.5, [0.4, 0.5, 0.6]))).toEqual(['1 cross right']);
  expect(crossings(down(0.5, [0.4, 0.5, 0.5, 0.5, 0.6]))).toEqual(['3 cross right']);
});

it('does not count an object that does not get clear of the line', () => {
  expect(crossings(down(0.5, [0.4, 0.502, 0.506, 0.5]))).toEqual([]);
});

it('counts an object once that jitters on the line', () => {
  const jitter = Array.from({ length: 50 }, (_, n) => 0.5 + (n % 2 === 0 ? 0.004 : -0.004));
  expect(crossings(down(0.5, [0.4, ...jitter, 0.6]))).toEqual(['51 cross right']);
  expect(crossings(down(0.5, [0.4, ...jitter, 0.4]))).toEqual([]);
});

it('counts an object twice that returns', () => {
  expect(crossings(down(0.5, [0.4, 0.6, 0.4]))).toEqual(['1 cross right', '2 cross left']);
});

it('counts every line that an object crosses in one step', () => {
  const second = { ...LINES.lines![0]!, name: 'Second', from: [0.2, 0.55], to: [0.8, 0.55] };
  const layout = { lines: [...LINES.lines!, second] } as typeof LINES;
  expect(inShort(count(layout, [{ at: down(0.5, [0.4, 0.9]) }]).events)).toEqual([
    '1 cross right',
    '1 cross right',
  ]);
});

describe('at the ends', () => {
  it('counts a crossing exactly through an end point', () => {
    expect(crossings(down(0.2, [0.4, 0.6]))).toEqual(['1 cross right']);
    expect(crossings(down(0.8, [0.4, 0.5, 0.6]))).toEqual(['1 cross right']);
  });

  it('does not count a path past an end', () => {
    expect(crossings(down(0.199, [0.4, 0.6]))).toEqual([]);
  });

  it('counts a crossing on both lines that share an end point', () => {
    const corner = {
      lines: [
        { name: 'A', from: [0.2, 0.5], to: [0.5, 0.5] },
        { name: 'B', from: [0.5, 0.5], to: [0.8, 0.6] },
      ],
    } as typeof LINES;
    const { lines } = count(corner, [{ at: down(0.5, [0.4, 0.6]) }]);
    expect(lines.map(({ right }) => right.total)).toEqual([1, 1]);
  });

  it('does not count an object that goes around the end and back through the line as two crossings', () => {
    const around = places([
      [0.7, 0.4],
      [0.9, 0.4],
      [0.9, 0.6],
      [0.7, 0.6],
      [0.7, 0.4],
    ]);
    expect(crossings(around)).toEqual(['4 cross left']);
  });

  it('counts a turn around an end close to it once', () => {
    const turn = places([
      [0.798, 0.4],
      [0.798, 0.502],
      [0.802, 0.502],
      [0.802, 0.498],
      [0.798, 0.498],
      [0.798, 0.6],
    ]);
    expect(crossings(turn)).toEqual(['5 cross right']);
  });
});

describe('along the line', () => {
  it('counts nothing for an object that follows the line and leaves on the side it came from', () => {
    const along = places([
      [0.3, 0.4],
      [0.3, 0.5],
      [0.4, 0.5],
      [0.5, 0.503],
      [0.6, 0.497],
      [0.7, 0.5],
      [0.7, 0.4],
    ]);
    expect(crossings(along)).toEqual([]);
  });

  it('counts where an object that follows the line leaves it to the other side', () => {
    const along = places([
      [0.3, 0.4],
      [0.3, 0.5],
      [0.5, 0.5],
      [0.7, 0.5],
      [0.7, 0.6],
    ]);
    expect(crossings(along)).toEqual(['3 cross right']);
  });

  it('counts nothing for an object that leaves beyond the end', () => {
    const along = places([
      [0.3, 0.4],
      [0.3, 0.5],
      [0.9, 0.5],
      [0.9, 0.6],
    ]);
    expect(crossings(along)).toEqual([]);
  });

  it('counts nothing for an object that begins on the line', () => {
    expect(crossings(down(0.5, [0.5, 0.55, 0.6]))).toEqual([]);
  });
});

it('bridges frames without a box by a straight path', () => {
  const every3rd = { 0: [0.5, 0.4], 3: [0.5, 0.46], 6: [0.5, 0.52], 9: [0.5, 0.58] } as const;
  const filled = down(0.5, [0.4, 0.42, 0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56, 0.58]);
  expect(crossings(every3rd)).toEqual(['5 cross right']);
  expect(crossings(every3rd)).toEqual(crossings(filled));
});

it('measures the distance in pixels, whatever the shape of the frame', () => {
  const diagonal = { lines: [{ name: 'Gate', from: [0, 1], to: [1, 0] }] } as typeof LINES;
  expect(crossings(places([[0.4, 0.4], [0.506, 0.5]]), diagonal)).toEqual([]); // prettier-ignore
  expect(crossings(places([[0.4, 0.4], [0.506, 0.506]]), diagonal)).toEqual(['1 cross right']); // prettier-ignore
});

it('counts per direction and class, with the names of the layout', () => {
  const named = { lines: [{ ...LINES.lines![0]!, directions: { left: 'northbound' } }] };
  const walks = [
    { track: 1, label: 'car', at: down(0.3, [0.4, 0.6]) },
    { track: 2, label: 'car', at: down(0.4, [0.4, 0.6]) },
    { track: 3, label: 'bus', at: down(0.5, [0.4, 0.6]) },
    { track: 4, label: 'bus', at: down(0.6, [0.6, 0.4]) },
  ];
  expect(count(named, walks).lines).toEqual([
    {
      name: 'Gate',
      left: { name: 'northbound', total: 1, classes: [{ label: 'bus', count: 1 }] },
      right: {
        name: null,
        total: 3,
        classes: [
          { label: 'car', count: 2 },
          { label: 'bus', count: 1 },
        ],
      },
    },
  ]);
});
