import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from '#annotation/files';
import { layoutSchema, type LayoutInput } from '#contract';
import { countEvents, createEventCounter, readEvents, writeEvents } from '#events';
import { FRAME_RATE, SIZE, count, inShort, places } from './tracks';

const LAYOUT: LayoutInput = {
  lines: [{ name: 'Gate', from: [0, 0.5], to: [1, 0.5] }],
  zones: [{ name: 'Below', points: [[0, 0.6], [1, 0.6], [1, 1], [0, 1]] }], // prettier-ignore
};

const newFolder = () => mkdtempSync(join(tmpdir(), 'events-'));

const walk = (x: number) => places([0.4, 0.55, 0.7, 0.7].map((y) => [x, y] as const));

it('orders events by frame, track and layout', () => {
  const walks = [
    { track: 2, at: walk(0.2) },
    { track: 1, at: walk(0.4) },
  ];
  expect(count(LAYOUT, walks).events.map(({ frame, track, type }) => `${frame} ${track} ${type}`)).toEqual([
    ...['1 1 cross', '1 2 cross', '2 1 enter', '2 2 enter'],
    ...['3 1 exit', '3 2 exit'],
  ]);
});

it('ignores boxes without a track', () => {
  const counter = createEventCounter(layoutSchema.parse(LAYOUT), { frameRate: FRAME_RATE, size: SIZE });
  counter.update(0, [{ label: 'person', box: [0.1, 0.2, 0.3, 0.4] }]);
  counter.update(1, [{ label: 'person', box: [0.1, 0.2, 0.3, 0.8] }]);
  expect(counter.finish().events).toEqual([]);
});

it('rejects frames that are not in order', () => {
  const counter = createEventCounter(layoutSchema.parse(LAYOUT), { frameRate: FRAME_RATE, size: SIZE });
  counter.update(1, []);
  expect(() => {
    counter.update(1, []);
  }).toThrow('Invalid frame 1: expected a whole number from 2.');
});

it('counts from a file of detections, and reads what it wrote', async () => {
  const folder = newFolder();
  const detections = join(folder, 'detections.ndjson');
  const lines = [0.4, 0.55, 0.7, 0.7].map((y, n) =>
    encodeFrame(n, [
      { label: 'car', classIndex: 2, score: 0.9, box: [0.1, 0.1, 0.2, y], track: 7 },
      { label: 'car', classIndex: 2, score: 0.9, box: [0.5, 0.1, 0.6, y] },
    ]),
  );
  writeFileSync(detections, lines.join(''));
  const video = { width: 1920, height: 1080, frameRate: { num: 30_000, den: 1001 } };
  const events = await countEvents(detections, layoutSchema.parse(LAYOUT), video);
  expect(events).toMatchObject({ frames: 4, frameRate: 29.97002997002997 });
  expect(inShort(events.events)).toEqual(['1 cross right']); // zones have a debounce of 6 frames
  expect(events.events[0]).toEqual({
    ...{ type: 'cross', line: 'Gate', direction: 'right' },
    ...{ frame: 1, time: 0.033367, track: 7, label: 'car' },
  });
  const path = join(folder, 'events.json');
  await writeEvents(path, events);
  expect(await readEvents(path)).toEqual(events);
  expect(readdirSync(folder).sort()).toEqual(['detections.ndjson', 'events.json']);
  expect(readFileSync(path, 'utf8')).not.toContain('\n');
});

it('names a file that it cannot read', async () => {
  const path = join(newFolder(), 'events.json');
  writeFileSync(path, '{}');
  await expect(readEvents(path)).rejects.toMatchObject({
    code: 'BAD_EVENTS',
    message: '"events.json" is not a valid list of events.',
  });
});

it('gives the same result for the same tracks, whatever the order of the boxes', () => {
  const walks = [1, 2, 3].map((track) => ({ track, at: walk(track / 10) }));
  expect(count(LAYOUT, walks)).toEqual(count(LAYOUT, walks.toReversed()));
});
