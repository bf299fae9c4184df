import type { FrameDetections } from '#annotation';
import { FORMATS, FORMAT_NAMES, isFormatName, type FormatName } from './formats';
import { framesOf, textOf, trackOf, video } from '../test/scene';

const person = { label: 'person', classIndex: 0, score: 0.87, box: [0.1, 0.2, 0.3, 0.6] } as const;
const car = { label: 'car, "red"', classIndex: 2, score: NaN, box: [0, 0, 1, 1] } as const;
const NO_TRACK = { track: null, filled: false };
const street: FrameDetections[] = [
  { n: 0, boxes: [person, car] },
  { n: 1, boxes: [] },
  { n: 2, boxes: [car] },
];

/** Object 1 is detected, filled in, and detected again; the car is not tracked. */
const tracked: FrameDetections[] = [
  { n: 0, boxes: [{ ...person, track: 1 }] },
  { n: 1, boxes: [{ ...person, box: [0.2, 0.2, 0.4, 0.6], track: 1, filled: true }] },
  { n: 2, boxes: [{ ...person, box: [0.3, 0.2, 0.5, 0.6], track: 1 }, car] },
];
const withTracks = { ...video, tracks: [trackOf({ firstFrame: 0, lastFrame: 2 })] };

const write = (format: FormatName, frames: readonly FrameDetections[], of = video) =>
  textOf(FORMATS[format].write(framesOf(frames), of));

it('json: one object, a line per frame', async () => {
  const text = await write('json', street);
  expect(JSON.parse(text)).toEqual({
    id: '64b000000000000000000001',
    frameRate: 12.5,
    frames: [
      {
        n: 0,
        time: 0,
        boxes: [
          { label: 'person', classIndex: 0, score: 0.87, box: { x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.6 }, ...NO_TRACK },
          { label: 'car, "red"', classIndex: 2, score: null, box: { x1: 0, y1: 0, x2: 1, y2: 1 }, ...NO_TRACK },
        ],
      },
      { n: 1, time: 0.08, boxes: [] },
      { n: 2, time: 0.16, boxes: [expect.objectContaining({ score: null }) as object] },
    ],
  });
  expect(text.split('\n')).toHaveLength(6);
}); // prettier-ignore

it('json: says which boxes belong to a track, and which were filled in', async () => {
  const { frames } = JSON.parse(await write('json', tracked, withTracks)) as {
    frames: { boxes: { track: number | null; filled: boolean }[] }[];
  };
  expect(frames.map(({ boxes }) => boxes.map(({ track, filled }) => [track, filled]))).toEqual([
    [[1, false]],
    [[1, true]],
    [
      [1, false],
      [null, false],
    ],
  ]);
});

it('ndjson: a line per frame, boxes as fractions and in pixels', async () => {
  expect(await write('ndjson', [{ n: 5, boxes: [person] }, street[1]!])).toBe(
    '{"n":5,"time":0.4,"boxes":[{"label":"person","classIndex":0,"score":0.87,' +
      '"box":{"x1":0.1,"y1":0.2,"x2":0.3,"y2":0.6},"pixels":{"x":64,"y":72,"width":128,"height":144},"track":null,"filled":false}]}\n' +
      '{"n":1,"time":0.08,"boxes":[]}\n',
  );
});

it('csv: a header, then a row per detection; an unknown score is empty', async () => {
  expect(await write('csv', street)).toBe(
    [
      'frame,time,label,classIndex,score,x,y,width,height,x1,y1,x2,y2,track,filled',
      '0,0.0,person,0,0.87,64.0,72.0,128.0,144.0,0.1,0.2,0.3,0.6,,false',
      '0,0.0,"car, ""red""",2,,0.0,0.0,640.0,360.0,0.0,0.0,1.0,1.0,,false',
      '2,0.16,"car, ""red""",2,,0.0,0.0,640.0,360.0,0.0,0.0,1.0,1.0,,false',
      '',
    ].join('\n'),
  );
});

it('csv: has tracks', async () => {
  const rows = (await write('csv', tracked, withTracks)).split('\n').slice(1, -1);
  expect(rows.map((row) => row.split(',').slice(-2))).toEqual([
    ['1', 'false'],
    ['1', 'true'],
    ['1', 'false'],
    ['', 'false'],
  ]);
});

it('coco: images, annotations and categories with ids from 1', async () => {
  const image = { width: 640, height: 360 };
  const annotation = { segmentation: [], iscrowd: 0 };
  const whole = { ...annotation, category_id: 3, bbox: [0, 0, 640, 360], area: 230_400, score: null };
  expect(JSON.parse(await write('coco', street))).toEqual({
    info: { description: 'Detections in a "street".mp4', version: '1' },
    licenses: [],
    images: [
      { ...image, id: 1, file_name: 'frame_0.jpg', frame: 0, time: 0 },
      { ...image, id: 2, file_name: 'frame_1.jpg', frame: 1, time: 0.08 },
      { ...image, id: 3, file_name: 'frame_2.jpg', frame: 2, time: 0.16 },
    ],
    annotations: [
      { ...annotation, id: 1, image_id: 1, category_id: 1, bbox: [64, 72, 128, 144], area: 18_432, score: 0.87 },
      { ...whole, id: 2, image_id: 1 },
      { ...whole, id: 3, image_id: 3 },
    ],
    categories: [
      { id: 1, name: 'person', supercategory: '' },
      { id: 3, name: 'car, "red"', supercategory: '' },
    ],
  }); // prettier-ignore
});

it('coco: annotations have the id of their track', async () => {
  const { annotations } = JSON.parse(await write('coco', tracked, withTracks)) as { annotations: object[] };
  expect(annotations).toMatchObject([
    { image_id: 1, track_id: 1, attributes: { track_id: 1, keyframe: true } },
    { image_id: 2, track_id: 1, attributes: { track_id: 1, keyframe: false } },
    { image_id: 3, track_id: 1, attributes: { track_id: 1, keyframe: true } },
    { image_id: 3, category_id: 3 },
  ]);
  expect(annotations[3]).not.toHaveProperty('track_id');
});

it('mot: ten columns, from 1; boxes without a track are left out', async () => {
  expect(await write('mot', tracked, withTracks)).toBe(
    [
      '1,1,65,73,128,144,0.87,-1,-1,-1',
      '2,1,129,73,128,144,0.87,-1,-1,-1',
      '3,1,193,73,128,144,0.87,-1,-1,-1',
      '',
    ].join('\n'),
  );
});

it('mot: all boxes with track -1 in jobs without tracks; -1 for unknown scores', async () => {
  const whole = '1,1,640,360,-1,-1,-1,-1';
  expect(await write('mot', street)).toBe(
    ['1,-1,65,73,128,144,0.87,-1,-1,-1', `1,-1,${whole}`, `3,-1,${whole}`, ''].join('\n'),
  );
});

it.each(FORMAT_NAMES)('%s: throws an error of the frames after the preceding output', async (format) => {
  const source = async function* () {
    yield street[0]!;
    await Promise.reject(new Error('line 2 is broken'));
  };
  const reading = async () => {
    for await (const piece of FORMATS[format].write(framesOf(source), withTracks)) expect(piece).not.toBe('');
  };
  await expect(reading()).rejects.toThrow('line 2 is broken');
});

it.each(FORMAT_NAMES)('%s: stops reading frames when the consumer stops', async (format) => {
  let read = 0;
  let open = 0;
  const source = async function* () {
    open++;
    try {
      // CVAT's labels come before the boxes, so the frames must end.
      for (let n = 0; n < (format === 'cvat' ? 100 : Infinity); n++) {
        await new Promise(setImmediate);
        yield { n, boxes: n % 2 === 0 ? [{ ...person, track: 1 }, car] : [] };
        read++;
      }
    } finally {
      open--;
    }
  };
  await readSix(FORMATS[format].write(framesOf(source), withTracks));
  for (let n = 0; open > 0 && n < 1000; n++) await new Promise(setImmediate); // streams end a little later
  expect([open, read > 0]).toEqual([0, true]);
});

async function readSix(pieces: AsyncIterable<string | Buffer>): Promise<void> {
  let count = 0;
  for await (const piece of pieces) {
    expect(piece.length).toBeGreaterThan(0);
    if (++count === 6) break;
  }
}

it('recognizes format names', () => {
  expect(FORMAT_NAMES).toEqual(['json', 'ndjson', 'csv', 'coco', 'mot', 'mot-gt', 'cvat', 'vtt']);
  expect(FORMAT_NAMES.every(isFormatName)).toBe(true);
  for (const name of ['JSON', '', 'toString', '__proto__', 'xml']) expect(isFormatName(name)).toBe(false);
});
