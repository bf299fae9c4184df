import type { FrameDetections } from '#annotation';
import { FORMATS, FORMAT_NAMES, isFormatName, type FormatName } from './formats';
import type { Video } from './video';

const video: Video = {
  ...{ id: '64b000000000000000000001', filename: 'a "street".mp4' },
  ...{ width: 640, height: 360, frameRate: { num: 25, den: 2 } },
};

const person = { label: 'person', classIndex: 0, score: 0.87, box: [0.1, 0.2, 0.3, 0.6] } as const;
const car = { label: 'car, "red"', classIndex: 2, score: NaN, box: [0, 0, 1, 1] } as const;
const street: FrameDetections[] = [
  { n: 0, boxes: [person, car] },
  { n: 1, boxes: [] },
  { n: 2, boxes: [car] },
];

async function write(format: FormatName, frames: readonly FrameDetections[], of = video): Promise<string> {
  // eslint requires an await in an async generator
  const source = (async function* () {
    await Promise.resolve();
    yield* frames;
  })();
  let text = '';
  for await (const piece of FORMATS[format].write(source, of)) text += piece;
  return text;
}

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
          { label: 'person', classIndex: 0, score: 0.87, box: { x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.6 } },
          { label: 'car, "red"', classIndex: 2, score: null, box: { x1: 0, y1: 0, x2: 1, y2: 1 } },
        ],
      },
      { n: 1, time: 0.08, boxes: [] },
      { n: 2, time: 0.16, boxes: [expect.objectContaining({ score: null }) as object] },
    ],
  });
  expect(text.split('\n')).toHaveLength(6);
});

it('ndjson: a line per frame, boxes as fractions and in pixels', async () => {
  expect(await write('ndjson', [{ n: 5, boxes: [person] }, street[1]!])).toBe(
    '{"n":5,"time":0.4,"boxes":[{"label":"person","classIndex":0,"score":0.87,' +
      '"box":{"x1":0.1,"y1":0.2,"x2":0.3,"y2":0.6},"pixels":{"x":64,"y":72,"width":128,"height":144}}]}\n' +
      '{"n":1,"time":0.08,"boxes":[]}\n',
  );
});

it('csv: a header, then a row per detection; an unknown score is empty', async () => {
  expect(await write('csv', street)).toBe(
    [
      'frame,time,label,classIndex,score,x,y,width,height,x1,y1,x2,y2',
      '0,0,person,0,0.87,64,72,128,144,0.1,0.2,0.3,0.6',
      '0,0,"car, ""red""",2,,0,0,640,360,0,0,1,1',
      '2,0.16,"car, ""red""",2,,0,0,640,360,0,0,1,1',
      '',
    ].join('\n'),
  );
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

it('mot: frames, classes and pixels from 1; -1 for unknown values', async () => {
  expect(await write('mot', street)).toBe(
    ['1,-1,65,73,128,144,0.87,1,-1', '1,-1,1,1,640,360,-1,3,-1', '3,-1,1,1,640,360,-1,3,-1', ''].join('\n'),
  );
});

describe('vtt', () => {
  const boxes = (...labels: string[]) =>
    labels.map((label) => ({ ...person, label, classIndex: label === 'person' ? 0 : 1 }));
  const frames = (...all: string[][]) => all.map((labels, n) => ({ n, boxes: boxes(...labels) }));

  it('has one caption while the counts stay the same', async () => {
    const scene = frames(['car', 'person'], ['person', 'car'], [], ['car', 'person', 'car'], ['person']);
    expect(await write('vtt', scene)).toBe(
      [
        ...['WEBVTT', ''],
        ...['00:00:00.000 --> 00:00:00.160', '1 person, 1 car', ''],
        ...['00:00:00.240 --> 00:00:00.320', '2 car, 1 person', ''],
        ...['00:00:00.320 --> 00:00:00.400', '1 person', ''],
      ].join('\n'),
    );
  });

  it('counts hours, and rounds to milliseconds', async () => {
    const ntsc = { ...video, frameRate: { num: 30_000, den: 1001 } };
    expect(await write('vtt', [{ n: 3_000_000, boxes: boxes('person') }], ntsc)).toBe(
      'WEBVTT\n\n27:48:20.000 --> 27:48:20.033\n1 person\n',
    );
  });

  it('ends a caption before missing frames', async () => {
    const gap = [0, 2].map((n) => ({ n, boxes: boxes('person') }));
    expect((await write('vtt', gap)).match(/-->/g)).toHaveLength(2);
  });

  it('escapes markup', async () => {
    const text = await write('vtt', frames(['<b>R&D</b> -->\n\n00:01']));
    expect(text.split('\n').slice(3)).toEqual(['1 &lt;b&gt;R&amp;D&lt;/b&gt; --&gt; 00:01', '']);
  });
});

it.each(FORMAT_NAMES)('%s: throws an error of the frames after the preceding output', async (format) => {
  const source = (async function* () {
    yield street[0]!;
    await Promise.reject(new Error('line 2 is broken'));
  })();
  const reading = async () => {
    for await (const piece of FORMATS[format].write(source, video)) expect(piece).not.toBe('');
  };
  await expect(reading()).rejects.toThrow('line 2 is broken');
});

it.each(FORMAT_NAMES)('%s: stops reading frames when the consumer stops', async (format) => {
  const stopped = new Promise<void>((resolve) => {
    const source = (async function* () {
      try {
        for (let n = 0; ; n++) {
          await new Promise(setImmediate);
          yield { n, boxes: n % 2 === 0 ? [person, car] : [] };
        }
      } finally {
        resolve();
      }
    })();
    void readFive(FORMATS[format].write(source, video));
  });
  await stopped;
});

async function readFive(pieces: AsyncIterable<string>): Promise<void> {
  let count = 0;
  for await (const piece of pieces) {
    expect(piece).toEqual(expect.any(String));
    if (++count === 5) break;
  }
}

it('recognizes format names', () => {
  expect(FORMAT_NAMES).toEqual(['json', 'ndjson', 'csv', 'coco', 'mot', 'vtt']);
  expect(FORMAT_NAMES.every(isFormatName)).toBe(true);
  for (const name of ['JSON', '', 'toString', '__proto__', 'xml']) expect(isFormatName(name)).toBe(false);
});
