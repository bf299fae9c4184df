import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classColour, cssColour, encodeFrame } from '#annotation/files';
import { boxesQuerySchema, boxesSchema, type BoxesResource } from '#contract';
import { rangeOf, readPage } from './page';

const RATE = { num: 30_000, den: 1001 };
const person = { label: 'person', classIndex: 0, score: 0.9, box: [0.1, 0.2, 0.33333333, 1] } as const;
const car = { label: 'car', classIndex: 2, score: 0.2, box: [0, 0, 1, 1] } as const;

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxreel-boxes-'));
  path = join(folder, 'detections.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

async function page(
  total: number,
  parameters: Record<string, string> = {},
  tracks: ReadonlyMap<number, number> = new Map(),
): Promise<BoxesResource> {
  const query = boxesQuerySchema.parse(parameters);
  const range = rangeOf(query, RATE, total);
  const video = { frameRate: RATE };
  const read = await readPage({ path, from: { line: 0, byte: 0 }, video, range, query, tracks });
  return boxesSchema.parse(read);
}

const write = (frames: number, boxes = [person], low = [car]) =>
  writeFile(path, Array.from({ length: frames }, (_, n) => encodeFrame(n, boxes, low)).join(''));

it.each([
  ['a time on the edge of a frame', { from: String((7 * 1001) / 30_000) }, 7],
  ['the same time in milliseconds', { from: '0.233' }, 7],
  ['a time within a frame', { from: '0.25' }, 7],
  ['a time after the end', { from: '99' }, 10],
])('starts at %s', (_, parameters, first) => {
  expect(rangeOf(boxesQuerySchema.parse(parameters), RATE, 10)).toEqual({ first, end: 10, total: 10 });
});

it('excludes the frame that begins at the end, and continues at the cursor', () => {
  const query = boxesQuerySchema.parse({ to: '0.234', cursor: '3' });
  expect(rangeOf(query, RATE, 10)).toEqual({ first: 3, end: 7, total: 10 });
  expect(() => rangeOf({ from: 2, to: 1, cursor: undefined }, RATE, 10)).toThrow('to is 1');
});

it('has weak boxes, classes with colours, and fractions with four decimals', async () => {
  await write(2);
  expect(await page(2)).toEqual({
    ...{ frameRate: 30_000 / 1001, total: 2, first: 0, end: 2, nextCursor: null },
    classes: [
      { classIndex: 0, label: 'person', colour: cssColour(classColour(0)) },
      { classIndex: 2, label: 'car', colour: cssColour(classColour(2)) },
    ],
    tracks: [],
    frames: [0, 1].map((n) => ({
      n,
      boxes: [
        [0, 0.9, 0.1, 0.2, 0.3333, 1, null],
        [2, 0.2, 0, 0, 1, 1, null],
      ],
    })),
  });
});

it('filters by score and by class, and leaves out frames without boxes', async () => {
  await writeFile(path, encodeFrame(0, []) + encodeFrame(1, [person], [car]));
  const boxes = async (parameters: Record<string, string>) =>
    (await page(2, parameters)).frames.map(({ n, boxes: all }) => [n, all.map(([classIndex]) => classIndex)]);
  expect(await boxes({})).toEqual([[1, [0, 2]]]);
  expect(await boxes({ minScore: '0.2' })).toEqual([[1, [0]]]);
  expect(await boxes({ classes: 'car, dog' })).toEqual([[1, [2]]]);
  expect(await boxes({ classes: 'dog' })).toEqual([]);
});

it('has the tracks of its boxes, and judges a box by the best score of its track', async () => {
  const tracked = [
    { ...car, track: 2 },
    { ...car, track: 4 },
  ];
  await writeFile(path, encodeFrame(0, tracked));
  const best = new Map([
    [2, 0.81234],
    [3, 0.9],
    [4, 0.4],
  ]);
  const found = async (minScore: string) => {
    const { tracks, frames } = await page(1, { minScore }, best);
    return { tracks, ids: frames.flatMap(({ boxes }) => boxes.map((box) => box[6])) };
  };
  expect(await found('0.3')).toEqual({
    tracks: [
      { id: 2, score: 0.8124, colour: cssColour(classColour(2)) },
      { id: 4, score: 0.4, colour: cssColour(classColour(4)) },
    ],
    ids: [2, 4],
  });
  expect(await found('0.5')).toEqual({
    tracks: [{ id: 2, score: 0.8124, colour: cssColour(classColour(2)) }],
    ids: [2],
  });
  expect((await found('0.82')).ids).toEqual([]);
});

it('rounds scores up, so that they stay above the threshold, and keeps unknown ones', async () => {
  const scores = [0.500001, 0.5, NaN];
  await writeFile(
    path,
    encodeFrame(
      0,
      scores.map((score) => ({ ...person, score })),
    ),
  );
  const { frames } = await page(1, { minScore: '0.1' });
  expect(frames[0]!.boxes.map(([, score]) => score)).toEqual([0.5001, 0.5, null]);
});

it('ends a page at the limit or after 5,000 boxes', async () => {
  await write(700);
  expect(await page(700)).toMatchObject({ first: 0, end: 300, nextCursor: '300' });
  expect(await page(700, { cursor: '300', limit: '1000' })).toMatchObject({ end: 700, nextCursor: null });
  await write(
    60,
    Array.from({ length: 100 }, () => person),
    [],
  );
  const { end, nextCursor, frames } = await page(60);
  expect([end, nextCursor, frames.length]).toEqual([50, '50', 50]);
  expect(await page(60, { cursor: '50' })).toMatchObject({ first: 50, end: 60, nextCursor: null });
});
