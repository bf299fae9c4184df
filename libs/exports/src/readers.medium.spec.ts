/** Reads the exported files with independent tools. */
import { execFile, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { WebVTTParser } from 'webvtt-parser';
import { z } from 'zod';
import { formatTxt, readFrames, type FrameDetections } from '#annotation';
import { temporaryFolder } from '../../../test/support/video';
import { LABELS, VIDEO, writeScores } from '../test/scores-file';
import { exportDetections, txtsZip, type FormatName } from '.';
import { inChunks } from './chunks';
import { decimal } from './video';
import { zip } from './zip';

const FRAMES = 400;

let folder: string;
let frames: FrameDetections[];
/** Every detection with the number of its frame. */
let all: { n: number; detection: FrameDetections['boxes'][number] }[];

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeScores(join(folder, 'scores'), FRAMES);
  frames = [];
  for await (const frame of readFrames(join(folder, 'scores'))) frames.push(frame);
  all = frames.flatMap(({ n, boxes }) => boxes.map((detection) => ({ n, detection })));
  expect(all.length).toBeGreaterThan(FRAMES);
});
afterAll(() => rm(folder, { recursive: true }));

async function write(format: FormatName): Promise<string> {
  const file = join(folder, format);
  const paths = { scores: join(folder, 'scores'), tracks: join(folder, 'no tracks') };
  await pipeline(exportDetections(paths, format, VIDEO), createWriteStream(file));
  return file;
}

async function run(command: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(command, args, { maxBuffer: 2 ** 26 })).stdout;
}

const found = (command: string, flag: string) => spawnSync(command, [flag]).error === undefined;
const withPython = found('python3', '--version') ? it : it.skip;
const withUnzip = found('unzip', '-v') ? it : it.skip;
const withJq = found('jq', '--version') ? it : it.skip;

const python = (script: string, file: string) => run('python3', '-c', script, file);

it('ndjson: each line is one object', async () => {
  const lines = createInterface({ input: createReadStream(await write('ndjson')) });
  let n = 0;
  for await (const line of lines) {
    const frame = JSON.parse(line) as { n: number; time: number; boxes: { label: string }[] };
    expect(frame.time).toBeCloseTo((n * 1001) / 30_000, 6);
    expect([frame.n, frame.boxes.map(({ label }) => label)]).toEqual([
      n,
      frames[n++]!.boxes.map(({ label }) => label),
    ]);
  }
  expect(n).toBe(FRAMES);
});

withJq('ndjson: jq reads it as a stream', async () => {
  const file = await write('ndjson');
  const labels = await run('jq', '-r', '.boxes[] | [.label, .score] | tojson', file);
  const scores = all.map(({ detection: { label, score } }) => [label, Number.isNaN(score) ? null : score]);
  expect(labels.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(scores);
}); // prettier-ignore

it('csv: csv-parse reads every row with any label', async () => {
  const rows = parse<Record<string, string>>(await readFile(await write('csv')), { columns: true });
  expect(rows.map((row) => [row['frame'], row['label'], row['x1']])).toEqual(
    all.map(({ n, detection: { label, box } }) => [String(n), label, decimal(box[0])]),
  );
  for (const [index, row] of rows.entries()) {
    const { detection } = all[index]!;
    expect(row['score']).toBe(Number.isNaN(detection.score) ? '' : decimal(detection.score));
    expect(Math.abs(Number(row['x']) - detection.box[0] * VIDEO.width)).toBeLessThan(0.0051);
  }
});

withPython('csv: Python reads the same rows', async () => {
  const script =
    'import csv,json,sys; print(json.dumps([[int(r["frame"]), r["label"]] for r in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"))]))';
  const rows = JSON.parse(await python(script, await write('csv'))) as unknown;
  expect(rows).toEqual(all.map(({ n, detection }) => [n, detection.label]));
});

/** https://cocodataset.org/#format-data (object detection) and #format-results, plus our own `frame` and `time`. */
const id = z.int().positive();
const Coco = z.strictObject({
  info: z.object({ description: z.string() }),
  licenses: z.array(z.object({ id })),
  images: z.array(
    z.strictObject({
      ...{ id, width: z.int().positive(), height: z.int().positive(), file_name: z.string().min(1) },
      ...{ frame: z.int().min(0), time: z.number().min(0) },
    }),
  ),
  annotations: z.array(
    z.strictObject({
      ...{ id, image_id: id, category_id: id, iscrowd: z.literal([0, 1]) },
      ...{ bbox: z.tuple(Array(4).fill(z.number().min(0)) as [z.ZodNumber]), area: z.number().min(0) },
      segmentation: z.array(z.array(z.number())),
      score: z.number().min(0).max(1).nullable(),
    }),
  ),
  categories: z.array(z.strictObject({ id, name: z.string(), supercategory: z.string() })),
});

it('coco: conforms to the format, and every id refers to an entry', async () => {
  const coco = Coco.parse(JSON.parse(await readFile(await write('coco'), 'utf8')));
  const images = new Map(coco.images.map((image) => [image.id, image]));
  const categories = new Map(coco.categories.map((category) => [category.id, category.name]));
  expect(images.size).toBe(FRAMES);
  expect([...categories]).toEqual(LABELS.map((label, index) => [index + 1, label]));
  expect(new Set(coco.annotations.map((annotation) => annotation.id)).size).toBe(all.length);
  expect(
    coco.annotations.map(({ image_id, category_id }) => [images.get(image_id)?.frame, categories.get(category_id)]),
  ).toEqual(all.map(({ n, detection }) => [n, detection.label])); // prettier-ignore
});

withPython('coco: Python groups the annotations by image as evaluation tools do', async () => {
  const script = `
import json, sys
from collections import defaultdict
coco = json.load(open(sys.argv[1], encoding="utf-8"))
images = {image["id"]: image for image in coco["images"]}
names = {category["id"]: category["name"] for category in coco["categories"]}
of_image = defaultdict(list)
for a in coco["annotations"]:
    x, y, w, h = a["bbox"]
    image = images[a["image_id"]]
    assert 0 <= x <= x + w <= image["width"] + .02 and 0 <= y <= y + h <= image["height"] + .02, a
    assert abs(a["area"] - w * h) < .01, a
    of_image[a["image_id"]].append(names[a["category_id"]])
print(json.dumps([of_image[id] for id in sorted(images)]))`;
  const labels = JSON.parse(await python(script, await write('coco'))) as unknown;
  expect(labels).toEqual(frames.map(({ boxes }) => boxes.map(({ label }) => label)));
});

withPython('mot: Python reads ten numbers per row, in frame order', async () => {
  const script = `
import csv, json, sys
rows = [[float(value) for value in row] for row in csv.reader(open(sys.argv[1]))]
assert all(len(row) == 10 and row[7:] == [-1, -1, -1] for row in rows)
assert [row[0] for row in rows] == sorted(row[0] for row in rows)
print(json.dumps(rows))`;
  const rows = JSON.parse(await python(script, await write('mot'))) as number[][];
  expect(rows.map(([frame, track, , , , , score]) => [frame, track, score])).toEqual(
    all.map(({ n, detection: { score } }) => [n + 1, -1, Number.isNaN(score) ? -1 : score]),
  );
  for (const [index, [, , left = 0, top = 0, width = 0, height = 0]] of rows.entries()) {
    const [x1, y1, x2, y2] = all[index]!.detection.box;
    expect(Math.abs(left - 1 - x1 * VIDEO.width)).toBeLessThan(0.0051);
    expect(Math.abs(top - 1 - y1 * VIDEO.height)).toBeLessThan(0.0051);
    expect(Math.abs(width - (x2 - x1) * VIDEO.width)).toBeLessThan(0.0051);
    expect(Math.abs(height - (y2 - y1) * VIDEO.height)).toBeLessThan(0.0051);
  }
});

it("vtt: is valid according to the W3C's parser", async () => {
  const { errors, cues } = new WebVTTParser().parse(await readFile(await write('vtt'), 'utf8'), 'captions');
  expect(errors).toEqual([]);
  expect(cues.length).toBeGreaterThan(10);
  for (const { startTime, endTime } of cues) expect(endTime - startTime).toBeGreaterThan(0.499);
  expect(cues.map(({ startTime }) => startTime)).toEqual(
    cues.map(({ startTime }) => startTime).sort((a, b) => a - b),
  );
  const [escaped] = cues.filter(({ text }) => text.includes('사람'));
  expect(escaped!.text).toContain('사람 "1", &lt;b&gt;&amp;&lt;/b&gt; --&gt; x');
});

it('vtt: ffprobe finds the same captions', async () => {
  const file = await write('vtt');
  const { cues } = new WebVTTParser().parse(await readFile(file, 'utf8'), 'captions');
  const entries = ['-show_entries', 'stream=codec_name:packet=pts_time'];
  const report = await run(
    'ffprobe',
    '-v',
    'error',
    '-f',
    'webvtt',
    ...entries,
    '-of',
    'json',
    `file:${file}`,
  );
  const { streams, packets } = JSON.parse(report) as {
    streams: unknown;
    packets: { pts_time: string }[];
  };
  expect(streams).toEqual([{ codec_name: 'webvtt' }]);
  expect(packets.map(({ pts_time }) => Number(pts_time).toFixed(3))).toEqual(
    cues.map(({ startTime }) => startTime.toFixed(3)),
  );
});

describe('txtsZip', () => {
  let file: string;
  const texts = (n: number) => formatTxt(frames[n]!.boxes);

  beforeAll(async () => {
    await mkdir(join(folder, 'txts'));
    for (const { n } of frames) await writeFile(join(folder, 'txts', `infer${n}.txt`), texts(n));
    file = join(folder, 'txts.zip');
    await pipeline(txtsZip(join(folder, 'txts'), FRAMES), createWriteStream(file));
  });

  withUnzip('is intact according to unzip', async () => {
    expect(await run('unzip', '-tq', file)).toMatch(/^No errors detected/);
    expect(await run('unzip', '-p', file, 'infer3.txt')).toBe(texts(3));
  });

  withPython('has every file for Python', async () => {
    const script = `
import json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
assert zip.testzip() is None
print(json.dumps([[info.filename, zip.read(info).decode()] for info in zip.infolist()]))`;
    const files = JSON.parse(await python(script, file)) as unknown;
    expect(files).toEqual(frames.map(({ n }) => [`infer${n}.txt`, texts(n)]));
  });

  withPython('supports more files than ZIP without ZIP64', async () => {
    const count = 70_000;
    const large = join(folder, 'large.zip');
    async function* contents(): AsyncGenerator<Buffer> {
      for (let n = 0; n < count; n++) {
        if (n % 1000 === 0) await new Promise(setImmediate);
        yield Buffer.from(`${n}`);
      }
    }
    const files = {
      count,
      name: (n: number) => `infer${n}.txt`,
      contents: contents(),
      date: new Date('2025-03-04T05:06:08Z'),
    };
    await pipeline(inChunks(zip(files)), createWriteStream(large));
    const script = `
import json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
assert zip.testzip() is None
last = zip.infolist()[-1]
print(json.dumps([len(zip.infolist()), last.filename, zip.read(last).decode(), last.date_time]))`;
    expect(JSON.parse(await python(script, large))).toEqual([
      ...[count, 'infer69999.txt', '69999'],
      [2025, 3, 4, 5, 6, 8],
    ]);
  });

  it('fails if a file is missing', async () => {
    const sending = pipeline(
      txtsZip(join(folder, 'txts'), FRAMES + 1),
      createWriteStream(join(folder, 'broken.zip')),
    );
    await expect(sending).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
