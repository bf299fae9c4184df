import { decompressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codedFrames, readCode, tone } from '../../../test/support/coded-clip';
import { H264, ffmpeg, openJpeg, source, temporaryFolder } from '../../../test/support/video';
import { probe, scanFrames, sourceFrames, splitFrames, type Analysis, type VideoTrack } from '../src';
import { findTracks } from '../src/probe';

/** Mean difference between decoded pixels and stored JPEGs; the next frame differs by 12 or more. */
const JPEG_LOSS = 8;

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => rm(folder, { recursive: true }));

const VARIABLE = ['-vf', 'select=not(between(n\\,10\\,14))', '-fps_mode', 'passthrough'];
const INPUTS: Record<string, (name: string) => Promise<string>> = {
  'an mp4 with B-frames at 29.97 fps': (name) =>
    ffmpeg(file(`${name}.mp4`), ...codedFrames('30000/1001', 1.5), ...H264, '-bf', '3'),
  'a variable rate': (name) => ffmpeg(file(`${name}.mkv`), ...codedFrames('25', 1.6), ...VARIABLE, ...H264),
  'an open GOP with late sound': (name) =>
    ffmpeg(
      file(`${name}.ts`),
      ...codedFrames('25', 1.6),
      ...tone(1, 2),
      ...H264,
      ...['-x264-params', 'open-gop=1:keyint=12:bframes=3', '-c:a', 'aac'],
    ),
  'a rotated video': async (name) => {
    const flat = await ffmpeg(file(`${name}-flat.mp4`), ...codedFrames('25', 1), ...H264);
    return ffmpeg(file(`${name}.mp4`), '-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90');
  },
  'an interlaced video': (name) =>
    ffmpeg(
      file(`${name}.ts`),
      ...source('testsrc2=s=144x64:r=50:d=1.5'),
      ...['-vf', 'interlace', '-flags', '+ildct+ilme', '-c:v', 'mpeg2video', '-q:v', '3'],
    ),
  'damage in the middle': async (name) => {
    const whole = await ffmpeg(file(`${name}.ts`), ...codedFrames('25', 3), ...H264, '-g', '12');
    const bytes = await readFile(whole);
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 300);
    await writeFile(whole, bytes);
    return whole;
  },
};

describe.each(Object.entries(INPUTS))('%s', (title, make) => {
  let video: string;
  let split: Analysis;
  let frames: string;
  const name = title.replaceAll(' ', '-');

  beforeAll(async () => {
    video = await make(name);
    await mkdir((frames = file(`${name}-frames`)));
    split = await splitFrames(video, await probe(video), { outDir: frames, concurrency: 2, quality: 95 });
  });

  it('has the same timeline, warnings and playback whether frames are stored or not', async () => {
    const target = file(`${name}.jpg`);
    const { timeline, warnings, playback } = await scanFrames(video, await probe(video), {
      threads: 2,
      thumbnail: { target, frame: 3, longSide: 72 },
    });
    expect(timeline.toStored()).toEqual(split.timeline.toStored());
    expect([warnings, playback]).toEqual([split.warnings, split.playback]);
    const { width, height } = await openJpeg(target);
    expect(Math.max(width, height)).toBe(72);
  });

  it('decodes again to the frames that were stored', async () => {
    const facts = await probe(video);
    const total = split.timeline.sourceFrames;
    const spans = [...split.timeline.spans()];
    let count = 0;
    for await (const { index, rgb, release } of sourceFrames(video, facts, {
      track: split.tracks.video,
      threads: 2,
      sourceFrames: total,
    })) {
      const stored = decompressSync(await readFile(join(frames, `frame_${spans[index]!.first}.jpg`)), {
        format: FORMAT_RGB,
      });
      expect(meanDifference(rgb, stored.data)).toBeLessThan(JPEG_LOSS);
      release();
      count++;
    }
    expect(count).toBe(total);
  });
});

function meanDifference(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs(one[at]! - other[at]!);
  return sum / one.length;
}

describe('scanFrames', () => {
  it('writes nothing but the thumbnail, which shows the requested frame', async () => {
    const video = await ffmpeg(file('thumbnail.mp4'), ...codedFrames('25', 1), ...H264);
    await mkdir(file('only'));
    const progress: number[] = [];
    await scanFrames(video, await probe(video), {
      threads: 2,
      thumbnail: { target: file('only/thumbnail.jpg'), frame: 17, longSide: 1000 },
      onProgress: (done) => progress.push(done),
    });
    expect(await readdir(file('only'))).toEqual(['thumbnail.jpg']);
    expect((await readCode(file('only/thumbnail.jpg'))).code).toBe(17);
    expect(progress).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
  });

  it('shows the first frame if the video is shorter than it declares', async () => {
    const video = await ffmpeg(file('short.mp4'), ...codedFrames('25', 1), ...H264);
    const target = file('first.jpg');
    await scanFrames(video, await probe(video), {
      threads: 2,
      thumbnail: { target, frame: 500, longSide: 1000 },
    });
    expect((await readCode(target)).code).toBe(0);
  });

  const limits = {
    ...{ VIDEO_MAX_SECONDS: 100, VIDEO_MAX_PIXELS: 1e6, VIDEO_MAX_FPS: 100, VIDEO_MAX_FRAMES: 20 },
    ...{ FFMPEG_MEMORY_MB: 1024, FFMPEG_TIME_FACTOR: 100 },
  };
  it('stops at the limit of frames', async () => {
    const video = await ffmpeg(file('limit.mp4'), ...codedFrames('25', 1), ...H264);
    const thumbnail = { target: file('limit.jpg'), frame: 0, longSide: 100 };
    await expect(
      scanFrames(video, await probe(video), { threads: 2, thumbnail, limits }),
    ).rejects.toMatchObject({ code: 'TOO_MANY_FRAMES' });
  });

  it('refuses a truncated file', async () => {
    const video = await ffmpeg(file('cut.mkv'), ...codedFrames('25', 6), ...H264);
    const facts = await probe(video);
    await truncate(video, Math.floor((await readFile(video)).length / 2));
    const thumbnail = { target: file('cut.jpg'), frame: 0, longSide: 100 };
    await expect(scanFrames(video, facts, { threads: 2, thumbnail })).rejects.toMatchObject({
      code: 'TRUNCATED',
    });
  });
});

describe('sourceFrames', () => {
  let video: string;
  let track: VideoTrack;
  beforeAll(async () => {
    video = await ffmpeg(file('numbers.mp4'), ...codedFrames('25', 2), ...H264, '-bf', '2');
    track = (await findTracks(video, {})).video;
  });

  it.each([
    ['from a frame on', { from: 41 }, [41, 42, 43, 44, 45, 46, 47, 48, 49]],
    ['every seventh frame', { step: 7 }, [0, 7, 14, 21, 28, 35, 42, 49]],
    ['every tenth from a frame on', { from: 20, step: 10 }, [20, 30, 40]],
  ])('decodes %s', async (_, options, numbers) => {
    const decoded: number[] = [];
    const size = { width: 72, height: 32 };
    const found = sourceFrames(video, await probe(video), {
      ...options,
      track,
      size,
      threads: 2,
      sourceFrames: 50,
    });
    for await (const { index, rgb, release } of found) {
      decoded.push(index);
      expect(numberIn(rgb, size.width)).toBe(index);
      release();
    }
    expect(decoded).toEqual(numbers);
  });

  /** The number in a frame of half the size of `codedFrames`. */
  function numberIn(rgb: Buffer, width: number): number {
    let code = 0;
    for (let bit = 0; bit < 9; bit++) code = 2 * code + Number(rgb[3 * (24 * width + bit * 8 + 4)]! > 127);
    return code;
  }

  it('fails if the file has another number of frames than its timeline', async () => {
    const read = async () => {
      const frames = sourceFrames(video, await probe(video), { track, threads: 2, sourceFrames: 51 });
      for await (const { release } of frames) release();
    };
    await expect(read()).rejects.toThrow('50 frames of "numbers.mp4" were decoded instead of 51');
  });
});
