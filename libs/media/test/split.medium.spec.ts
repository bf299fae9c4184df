import { mkdir, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sample } from '../../../test/support/test-data';
import {
  H264,
  colourName,
  ffmpeg,
  killProcessesMentioning,
  openJpeg,
  processesMentioning,
  source,
  temporaryFolder,
} from '../../../test/support/video';
import { probe, splitFrames, type Timeline } from '../src';

/** Left half red, right half blue. */
const TWO_COLOURS = 'color=red:s=64x48:r=10:d=1,drawbox=x=32:w=32:color=blue:t=fill';
/** Black until second `t`, then white. */
const whiteFrom = (t: number, video: string) =>
  `color=black:${video},drawbox=color=white:t=fill:enable='gte(t,${t})'`;

describe('splitFrames', () => {
  let folder: string;
  let frames: string;
  const file = (name: string) => join(folder, name);
  const frame = (n: number) => openJpeg(join(frames, `frame_${n}.jpg`));
  const split = async (video: string) => {
    const { timeline, warnings } = await splitFrames(video, await probe(video), {
      outDir: frames,
      concurrency: 3,
    });
    const { num, den } = timeline.frameRate;
    return { ...counts(timeline), rate: num / den, timeline, warnings };
  };
  const counts = ({ frames, repeatedFrames }: Timeline) => ({ frames, repeatedFrames });

  beforeAll(async () => (folder = await temporaryFolder()));
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => mkdir((frames = file('frames'))));
  afterEach(() => rm(frames, { recursive: true }));

  /** Number of the first white frame on disk; -1 for none. */
  async function firstWhite(count: number): Promise<number> {
    for (let n = 0; n < count; n++) {
      if (colourName((await frame(n)).at(20, 20)) === 'white') return n;
    }
    return -1;
  }

  it('writes every frame of a constant rate, numbered from 0, and reports progress', async () => {
    const video = await ffmpeg(
      file('constant.mp4'),
      ...source(whiteFrom(1.1, 's=64x48:r=10:d=2')),
      ...H264,
      '-bf',
      '3',
    );
    const progress: number[] = [];
    const facts = await probe(video);
    const onProgress = (done: number) => progress.push(done);
    const { timeline } = await splitFrames(video, facts, { outDir: frames, concurrency: 3, onProgress });
    expect(counts(timeline)).toEqual({ frames: 20, repeatedFrames: 0 });
    const names = Array.from({ length: 20 }, (_, n) => `frame_${n}.jpg`);
    expect((await readdir(frames)).sort()).toEqual(names.sort());
    expect(progress).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(await firstWhite(20)).toBe(11);
  });

  it('preserves colours', async () => {
    await split(await ffmpeg(file('colours.mp4'), ...source(TWO_COLOURS), ...H264));
    const { at } = await frame(5);
    expect(at(10, 20)).toEqual([expect.closeTo(254, -1), expect.closeTo(0, -1), expect.closeTo(0, -1)]);
    expect(at(53, 20)).toEqual([expect.closeTo(0, -1), expect.closeTo(0, -1), expect.closeTo(254, -1)]);
  });

  it('applies the rotation of the file', async () => {
    const upright = await ffmpeg(file('upright.mp4'), ...source(TWO_COLOURS), ...H264);
    const redSides: Record<number, string> = {};
    for (const degrees of [90, 180, 270]) {
      const video = file(`turned-${degrees}.mp4`);
      await ffmpeg(video, '-i', upright, '-c', 'copy', '-metadata:s:v', `rotate=${degrees}`);
      const { rotation, width, height } = await probe(video);
      await split(video);
      const image = await frame(0);
      expect(image).toMatchObject({ width, height });
      const middle = { x: width >> 1, y: height >> 1 };
      const sides = {
        left: [4, middle.y],
        right: [width - 5, middle.y],
        top: [middle.x, 4],
        bottom: [middle.x, height - 5],
      };
      redSides[rotation] = Object.entries(sides)
        .filter(([, [x, y]]) => colourName(image.at(x!, y!)) === 'red')
        .map(([side]) => side)
        .find((side) =>
          rotation === 180 ? side === 'left' || side === 'right' : side === 'top' || side === 'bottom',
        )!;
    }
    expect(redSides).toEqual({ 90: 'top', 180: 'right', 270: 'bottom' });
  });

  it('preserves timing of a variable rate', async () => {
    const halfRateAtFirst = "select='gte(t,2)+not(mod(n,2))'";
    const video = file('variable.mp4');
    const filter = `${whiteFrom(3, 's=64x48:r=20:d=4')},${halfRateAtFirst}`;
    await ffmpeg(video, ...source(filter), '-fps_mode', 'vfr', ...H264);
    const { frames: count, repeatedFrames, rate } = await split(video);
    expect({ count, repeatedFrames, rate }).toEqual({ count: 80, repeatedFrames: 20, rate: 20 });
    expect(await firstWhite(count)).toBe(60);
  });

  it('does not drift at 30000/1001, even with timestamps in whole milliseconds', async () => {
    const video = file('ntsc.mkv');
    await ffmpeg(video, ...source(whiteFrom(3.9, 's=64x48:r=30000/1001:d=4')), ...H264);
    expect(await split(video)).toMatchObject({ frames: 120, repeatedFrames: 0 });
    expect(await firstWhite(120)).toBe(Math.ceil((3.9 * 30000) / 1001));
  });

  it('starts with the first frame even if the sound starts earlier', async () => {
    const image = await ffmpeg(file('image.mp4'), ...source(whiteFrom(0.5, 's=64x48:r=10:d=1')), ...H264);
    const late = ['-itsoffset', '1.5', '-i', image, ...source('sine=d=3'), '-map', '0:v', '-map', '1:a'];
    const video = await ffmpeg(file('late.mp4'), ...late, '-c:v', 'copy', '-c:a', 'aac');
    expect(await split(video)).toMatchObject({ frames: 10, repeatedFrames: 0 });
    expect(await firstWhite(10)).toBe(5);
  });

  it('applies an edit list', async () => {
    const whole = await ffmpeg(file('whole.mp4'), ...source(whiteFrom(1.5, 's=64x48:r=10:d=2')), ...H264);
    const video = await ffmpeg(file('edited.mp4'), '-ss', '1', '-i', whole, '-c', 'copy');
    expect((await split(video)).frames).toBe(10);
    expect(await firstWhite(10)).toBe(5);
  });

  it.each(['yuv444p', 'yuv420p10le', 'gray'])('accepts odd sizes in %s', async (format) => {
    const video = file(`odd-${format}.mkv`);
    await ffmpeg(
      video,
      ...source('color=white:s=400x300:r=10:d=0.3,format=rgb24,crop=321:241'),
      '-c:v',
      'ffv1',
      '-pix_fmt',
      format,
    );
    expect(await split(video)).toMatchObject({ frames: 3, repeatedFrames: 0 });
    const image = await frame(2);
    expect(image).toMatchObject({ width: 321, height: 241 });
    expect(colourName(image.at(320, 240))).toBe('white');
  });

  it('accepts a video with a single frame', async () => {
    const video = await ffmpeg(
      file('single.mp4'),
      ...source('color=white:s=64x48:r=10'),
      '-frames:v',
      '1',
      ...H264,
    );
    expect(await split(video)).toMatchObject({ frames: 1, repeatedFrames: 0 });
  });

  it('scales a stream that changes its size midway to one size', async () => {
    const parts = [
      await ffmpeg(file('a.ts'), ...source('color=red:s=64x48:r=10:d=1'), ...H264),
      await ffmpeg(
        file('b.ts'),
        ...source('color=blue:s=128x96:r=10:d=1'),
        ...H264,
        '-output_ts_offset',
        '1',
      ),
    ];
    const video = file('changing.ts');
    await writeFile(video, Buffer.concat(await Promise.all(parts.map((part) => readFile(part)))));
    const count = (await split(video)).frames;
    expect(Math.abs(count - 20)).toBeLessThanOrEqual(2);
    expect([await frame(2), await frame(count - 3)]).toMatchObject([
      { width: 64, height: 48 },
      { width: 64, height: 48 },
    ]);
    expect(colourName((await frame(2)).at(32, 24))).toBe('red');
    expect(colourName((await frame(count - 3)).at(60, 40))).toBe('blue');
  });

  it.each([
    'a b.mp4',
    `it's "so".mp4`,
    '한국어 영상.mp4',
    '🎬.mp4',
    '-i.mp4',
    'http:x.mp4',
    '100%d.mp4',
    'a\nb.mp4',
  ])('accepts a file named %j', async (name) => {
    const video = await ffmpeg(file(name), ...source('color=red:s=64x48:r=10:d=0.2'), ...H264);
    await rm(frames, { recursive: true });
    await mkdir((frames = file(`${name}.frames`)));
    expect(await split(video)).toMatchObject({ frames: 2, repeatedFrames: 0 });
    expect((await frame(1)).width).toBe(64);
  });

  it.each([
    ['mp4', ['-movflags', '+faststart']],
    ['mkv', []],
    ['avi', []],
  ])('reports where a truncated %s ends', async (container, options) => {
    const video = file(`cut.${container}`);
    await ffmpeg(video, ...source('testsrc2=s=128x96:r=10:d=8'), ...H264, '-g', '10', '-bf', '0', ...options);
    expect((await split(video)).frames).toBe(80);
    await truncate(video, Math.round((await stat(video)).size * 0.6));
    await expect(split(video)).rejects.toMatchObject({
      code: 'TRUNCATED',
      message: expect.stringMatching(/ends after [2-6]\.\d s of 8\.0 s/) as string,
    });
  });

  it('reports that no frame can be decoded', async () => {
    const video = await ffmpeg(
      file('noise.mp4'),
      ...source('testsrc2=s=64x48:r=10:d=1'),
      ...H264,
      '-movflags',
      '+faststart',
    );
    const facts = await probe(video);
    const bytes = await readFile(video);
    bytes.fill(0xff, bytes.indexOf('mdat') + 4);
    await writeFile(video, bytes);
    const splitting = splitFrames(video, facts, { outDir: frames, concurrency: 3 });
    await expect(splitting).rejects.toMatchObject({
      code: expect.stringMatching(/^(NO_FRAMES|DECODE_FAILED)$/) as string,
    });
  });

  it('reports a folder that cannot be written, and stops ffmpeg', async () => {
    const video = await ffmpeg(file('fine.mp4'), ...source('testsrc2=s=64x48:r=10:d=1'), ...H264);
    const splitting = splitFrames(video, await probe(video), { outDir: file('missing'), concurrency: 3 });
    await expect(splitting).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await processesMentioning(video)).toEqual([]);
  });

  it('stops immediately when aborted, and stops ffmpeg', async () => {
    const video = await ffmpeg(file('long.mp4'), ...source('testsrc2=s=320x240:r=30:d=30'), ...H264);
    const abort = new AbortController();
    const reason = new Error('lease lost');
    let last = 0;
    const splitting = splitFrames(video, await probe(video), {
      outDir: frames,
      concurrency: 3,
      signal: abort.signal,
      onProgress: (done) => {
        last = done;
        if (done === 3) abort.abort(reason);
      },
    });
    await expect(splitting).rejects.toBe(reason);
    expect(await processesMentioning(video)).toEqual([]);
    expect(last).toBeLessThan(100);
  });

  it('does not blame the file if ffmpeg is killed, for example by the OOM killer', async () => {
    const video = await ffmpeg(file('whole.mp4'), ...source('testsrc2=s=320x240:r=30:d=60'), ...H264);
    let killing: Promise<void> | undefined;
    const onProgress = () => void (killing ??= killProcessesMentioning(video));
    const splitting = splitFrames(video, await probe(video), { outDir: frames, concurrency: 3, onProgress });
    await expect(splitting).rejects.toMatchObject({ code: 'FFMPEG_KILLED', fault: 'unavailable' });
    await killing;
  });

  for (const [path, count] of [
    ['videos/person-8s.mp4', 80],
    ['videos/bottles-5s.mp4', 149],
    ['videos/car-overhead-with-sound.mp4', 377],
  ] as const) {
    const video = sample(path);
    (video ? it : it.skip)(
      `keeps every frame of ${path}${video ? '' : ' (sample data absent)'}`,
      async () => {
        expect(await split(video!)).toMatchObject({ frames: count, repeatedFrames: 0 });
      },
    );
  }
});
