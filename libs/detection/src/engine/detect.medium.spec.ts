import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, modelsDir, pullTimeout } from '../../../../test/support/model';
import { sample } from '../../../../test/support/test-data';
import { BadImageError } from '../errors';
import { Engine } from './engine';
import { type DetectOptions } from './served-model';

const video = sample('videos/person-8s.mp4');
const MODEL = 'ssdlite-mobilenetv2';
const coco = sample('data/coco64/images/000000000139.jpg');

describe('detecting', () => {
  let dir: string;
  let engine: Engine;
  let grey: Buffer;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'detect-'));
    engine = new Engine({ modelsDir, cacheDir, device: 'cpu', cpus: 2, memoryBytes: 2e9, queueLimit: 64 });
    await engine.load(MODEL);
    grey = compressSync(Buffer.alloc(3 * 64 * 48, 128), { format: FORMAT_RGB, width: 64, height: 48 });
  }, pullTimeout);
  afterAll(async () => {
    await engine.close();
    await rm(dir, { recursive: true });
  });

  const detect = (image: string | Buffer, options?: DetectOptions) => engine.detect(MODEL, image, options);

  it('detects nothing in an empty image', async () => {
    expect((await detect(grey)).detections).toEqual([]);
  });

  (video ? it : it.skip)('detects the person who walks by', async () => {
    const frame = join(dir, 'frame.jpg');
    execFileSync('ffmpeg', ['-v', 'error', '-ss', '4', '-i', video!, '-frames:v', '1', '-q:v', '2', frame]);
    const [person, ...others] = (await detect(frame)).detections;
    expect(person).toMatchObject({ label: 'person', classIndex: 0 });
    expect(person!.score).toBeGreaterThan(0.9);
    // near the middle and upright, as the frame shows
    const [x1, y1, x2, y2] = person!.box;
    expect([x1 > 0.35, x2 < 0.75, y1 < 0.2, y2 > 0.7]).toEqual([true, true, true, true]);
    expect(others).toEqual([]);
  });

  (coco ? it : it.skip)(
    'returns the same result for a file and for its bytes, also concurrently',
    async () => {
      const bytes = await readFile(coco!);
      const { detections: expected } = await detect(coco!, { score: 0.3 });
      expect(expected.length).toBeGreaterThan(2);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => detect(i % 2 ? coco! : bytes, { score: 0.3 })),
      );
      for (const { detections } of answers) expect(detections).toEqual(expected);
      expect(bytes).toEqual(await readFile(coco!)); // the caller's buffer was not transferred
    },
  );

  (coco ? it : it.skip)('applies the thresholds of each call', async () => {
    const scores = (await detect(coco!, { score: 0.1 })).detections.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThan(0.1);
    const best = await detect(coco!, { score: 0.1, max: 3 });
    expect(best.detections.map(({ score }) => score)).toEqual(scores.slice(0, 3));
    expect((await detect(coco!, { score: 0.999 })).detections).toEqual([]);
  });

  it('names a broken image in the error and stays usable', async () => {
    const broken = join(dir, 'broken.jpg');
    await writeFile(broken, grey.subarray(0, grey.length / 2));
    const results = await Promise.allSettled(
      [broken, grey, broken, Buffer.from('text')].map((i) => detect(i)),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    const [first, , , last] = results.map((result) =>
      result.status === 'rejected' ? (result.reason as Error) : undefined,
    );
    expect(first).toBeInstanceOf(BadImageError);
    expect(first).toMatchObject({
      code: 'BAD_IMAGE',
      message: expect.stringMatching(/^Image broken\.jpg cannot/) as string,
    });
    expect(last!.message).toBe('An image of 4 bytes cannot be used: it is not a JPEG, PNG or WebP image.');
  });

  it('rejects with ENOENT if a file is missing', async () => {
    await expect(detect(join(dir, 'nothing.jpg'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops waiting when the signal aborts', async () => {
    const abort = new AbortController();
    const waiting = Array.from({ length: 12 }, () => detect(grey, { signal: abort.signal }));
    const aborted = Promise.allSettled(waiting);
    abort.abort(new Error('lease lost'));
    for (const result of await aborted) {
      expect(result).toMatchObject({ status: 'rejected', reason: { message: 'lease lost' } });
    }
    await expect(detect(join(dir, 'x.jpg'), { signal: abort.signal })).rejects.toThrow('lease lost');
    expect((await detect(grey)).detections).toEqual([]);
  });

  (coco ? it : it.skip)('returns the same result for an image and for its pixels', async () => {
    const { pixels, width, height, detections } = await detect(coco!, { score: 0.1, keepPixels: true });
    const image = { width, height, rgb: pixels! };
    expect((await engine.detect(MODEL, image, { score: 0.1 })).detections).toEqual(detections);
    expect(detections.length).toBeGreaterThan(2);
  });

  it('returns the decoded pixels on request', async () => {
    const { width, height, pixels } = await detect(grey, { keepPixels: true });
    expect([width, height]).toEqual([64, 48]);
    expect(pixels).toHaveLength(3 * 64 * 48);
    expect(pixels!.every((value) => Math.abs(value - 128) < 3)).toBe(true);
    expect((await detect(grey)).pixels).toBeUndefined();
  });
});
