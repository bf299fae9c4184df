import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aliasReference, replaceBoxes, urlReference } from '../../../test/support/boxes';
import { H264, ffmpeg, source, temporaryFolder } from '../../../test/support/video';
import { probe, splitFrames, type MediaLimits } from '../src';

const limits: MediaLimits = {
  VIDEO_MAX_SECONDS: 100,
  VIDEO_MAX_PIXELS: 2048 * 2048,
  VIDEO_MAX_FPS: 100,
  VIDEO_MAX_FRAMES: 100,
  FFMPEG_MEMORY_MB: 1024,
  FFMPEG_TIME_FACTOR: 100,
};

let folder: string;
let frames: string;
const file = (name: string) => join(folder, name);
const split = async (video: string, within = limits) =>
  splitFrames(video, await probe(video), { outDir: frames, concurrency: 2, limits: within });

beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => mkdir((frames = file('frames'))));
afterEach(() => rm(frames, { recursive: true }));

describe('an mp4 that references frames in another file', () => {
  let secret: string;
  /** An mp4 that contains only zeros and a reference to the frames. */
  const referring = async (name: string, reference: Buffer) => {
    const empty = replaceBoxes(await readFile(secret), 'mdat', ({ length }) => Buffer.alloc(length));
    await writeFile(
      file(name),
      replaceBoxes(empty, 'dref', () => reference),
    );
    return file(name);
  };

  beforeAll(async () => {
    secret = await ffmpeg(file('secret.mp4'), ...source('testsrc2=s=64x48:r=10:d=1'), ...H264);
  });

  it('yields no frames, although ffmpeg could follow the reference', async () => {
    const video = await referring('alias.mp4', aliasReference(secret, 1));
    const follow = ['-v', 'quiet', '-enable_drefs', '1', '-use_absolute_path', '1', '-i', video];
    const { stdout } = await promisify(execFile)('ffmpeg', [...follow, '-f', 'framecrc', '-']);
    expect(stdout.match(/^0,/gm)).toHaveLength(10); // otherwise the test would prove nothing

    await expect(split(video)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
    expect(await readdir(frames)).toEqual([]);
  });

  it('opens no network connection', async () => {
    let connections = 0;
    const server = createServer(() => connections++).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const video = await referring('url.mp4', urlReference(`http://127.0.0.1:${port}/secret.mp4`));
    await expect(split(video)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
    const playlist = file('playlist.mp4');
    await writeFile(playlist, `#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:${port}/a.ts\n#EXT-X-ENDLIST\n`);
    await expect(probe(playlist)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
    server.close();
    await once(server, 'close');
    expect(connections).toBe(0);
  });
});

it('decodes no frame that exceeds the size in its header', async () => {
  const part = async (filter: string, offset: string) => {
    const args = [...H264, '-output_ts_offset', offset, '-f', 'mpegts'];
    return readFile(await ffmpeg(file('part.ts'), ...source(filter), ...args));
  };
  const parts = [
    await part('testsrc2=s=64x48:r=10:d=2', '0'),
    await part('color=black:s=4096x4096:r=2:d=4', '2'),
  ];
  await writeFile(file('grows.ts'), Buffer.concat(parts));
  await expect(split(file('grows.ts'))).rejects.toMatchObject({ code: 'TRUNCATED' });
});

it.each([
  ['TOO_MANY_FRAMES', { VIDEO_MAX_FRAMES: 20 }],
  ['TOO_LONG', { VIDEO_MAX_SECONDS: 2 }],
])('stops decoding a file that exceeds its declared length: %s', async (code, limit) => {
  const video = await ffmpeg(file('many.mp4'), ...source('testsrc2=s=64x48:r=10:d=5'), ...H264);
  await expect(split(video, { ...limits, ...limit })).rejects.toMatchObject({ code, fault: 'input' });
  expect((await readdir(frames)).length).toBeLessThan(40);
});

it('rejects a rate that turns out too high during decoding', async () => {
  const video = await ffmpeg(file('fast.mp4'), ...source('testsrc2=s=64x48:r=10:d=1'), ...H264);
  await expect(split(video, { ...limits, VIDEO_MAX_FPS: 9 })).rejects.toMatchObject({
    code: 'FRAME_RATE_TOO_HIGH',
  });
});

it('stops a decoder that exceeds the memory limit', async () => {
  const video = await ffmpeg(file('large.mp4'), ...source('testsrc2=s=2048x2048:r=5:d=1'), ...H264);
  expect((await split(video)).timeline.frames).toBe(5);
  await expect(split(video, { ...limits, FFMPEG_MEMORY_MB: 64 })).rejects.toMatchObject({
    code: 'DECODE_FAILED',
  });
});

it('checks the limits when probing', async () => {
  const video = await ffmpeg(file('long.mp4'), ...source('color=black:s=16x16:r=1:d=101'), ...H264);
  await expect(probe(video, { limits })).rejects.toMatchObject({ code: 'TOO_LONG' });
});
