import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { H264, ffmpeg, source, temporaryFolder } from '../../../test/support/video';
import { probe } from '../src';

describe('probe', () => {
  let folder: string;
  let clip: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await temporaryFolder();
    clip = await ffmpeg(file('clip.mp4'), ...source('testsrc2=s=64x48:r=30000/1001:d=1'), ...H264);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads size, exact rate, length, codec and sound', async () => {
    const target = file('sound.mp4');
    await ffmpeg(target, '-i', clip, ...source('sine=d=1'), '-c:v', 'copy', '-c:a', 'aac', '-aspect', '16:9');
    expect(await probe(target)).toEqual({
      width: 64,
      height: 48,
      rotation: 0,
      frameRate: { num: 30000, den: 1001 },
      variableFrameRate: false,
      duration: expect.closeTo(1, 1) as number,
      frames: 30,
      codec: 'h264',
      audio: true,
      sampleAspectRatio: { num: 4, den: 3 },
    });
    expect(await probe(clip)).toMatchObject({ audio: false, sampleAspectRatio: { num: 1, den: 1 } });
  });

  it.each([
    ['mkv', ['-c', 'copy']],
    ['mov', ['-c', 'copy']],
    ['ts', ['-c', 'copy']],
    ['flv', ['-c', 'copy']],
    ['avi', ['-c:v', 'mpeg4']],
    ['webm', ['-c:v', 'libvpx', '-deadline', 'realtime']],
  ])('reads %s regardless of the file name', async (container, codec) => {
    const video = await ffmpeg(file('in.mp4'), ...source('testsrc2=s=64x48:r=10:d=2'), ...H264);
    await copyFile(await ffmpeg(file(`in.${container}`), '-i', video, ...codec), file('holiday.txt'));
    const facts = await probe(file('holiday.txt'));
    expect(facts).toMatchObject({ width: 64, height: 48, frameRate: { num: 10, den: 1 }, frames: 20 });
    expect(facts.duration).toBeCloseTo(2, 1);
  });

  it('measures rate and length of a live recording that declares neither', async () => {
    const live = ['-c:v', 'libvpx', '-deadline', 'realtime', '-live', '1', '-f', 'webm'];
    await ffmpeg(file('live.webm'), ...source('testsrc2=s=64x48:r=10:d=2'), ...live);
    expect(await probe(file('live.webm'))).toMatchObject({ frameRate: { num: 10, den: 1 }, frames: 20 });
  });

  it('uses the average rate if the rate varies a lot', async () => {
    const halfRateAtFirst = ['-vf', "select='gte(t,2)+not(mod(n,2))'", '-fps_mode', 'vfr'];
    await ffmpeg(file('vfr.mp4'), ...source('testsrc2=s=64x48:r=20:d=4'), ...halfRateAtFirst, ...H264);
    const { frameRate, frames, variableFrameRate } = await probe(file('vfr.mp4'));
    expect(variableFrameRate).toBe(true);
    expect(frameRate.num / frameRate.den).toBeCloseTo(15, 0);
    expect(frames).toBeGreaterThanOrEqual(59);
    expect(frames).toBeLessThanOrEqual(61);
  });

  it('keeps the grid if only a few frames are missing', async () => {
    const drops = ['-vf', "select='not(eq(n,10)+eq(n,31))'", '-fps_mode', 'vfr'];
    await ffmpeg(file('drops.mp4'), ...source('testsrc2=s=64x48:r=30:d=2'), ...drops, ...H264);
    expect(await probe(file('drops.mp4'))).toMatchObject({
      frameRate: { num: 30, den: 1 },
      frames: 60,
      variableFrameRate: true,
    });
  });

  it.each([
    ['text', 'hello, this is not a video\n'.repeat(100)],
    ['an HLS playlist', '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n'],
    ['a concat script', 'ffconcat version 1.0\nfile clip.mp4\n'],
    ['arbitrary bytes', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31) & 255))],
  ])('rejects %s', async (_, content) => {
    for (const name of ['fake.mp4', 'fake.m3u8', 'fake']) {
      await writeFile(file(name), content);
      await expect(probe(file(name))).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
    }
  });

  it('rejects a still image regardless of its name', async () => {
    for (const kind of ['jpg', 'png', 'gif']) {
      await ffmpeg(file(`still.${kind}`), ...source('color=red:s=64x64'), '-frames:v', '1');
      await copyFile(file(`still.${kind}`), file('still.mp4'));
      await expect(probe(file('still.mp4'))).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
    }
  });

  it('rejects a still image in an mp4-like container by its brand', async () => {
    const bytes = await readFile(clip);
    bytes.write('avif', 8, 'latin1');
    await writeFile(file('still.avif'), bytes);
    await expect(probe(file('still.avif'))).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });

  it('rejects sound without video, with or without cover art', async () => {
    await ffmpeg(file('cover.jpg'), ...source('color=red:s=64x64'), '-frames:v', '1');
    await ffmpeg(file('sound.m4a'), ...source('sine=d=1'), '-c:a', 'aac');
    const cover = [
      '-c:a',
      'aac',
      '-c:v',
      'mjpeg',
      '-disposition:v',
      'attached_pic',
      '-map',
      '0',
      '-map',
      '1',
    ];
    await ffmpeg(file('cover.m4a'), ...source('sine=d=1'), '-i', file('cover.jpg'), ...cover);
    for (const name of ['sound.m4a', 'cover.m4a']) {
      await expect(probe(file(name))).rejects.toMatchObject({
        code: 'NO_VIDEO_STREAM',
        message: `"${name}" contains sound but no video: upload a file with a video track.`,
      });
    }
  });

  it('rejects an empty file', async () => {
    await writeFile(file('empty.mp4'), '');
    await expect(probe(file('empty.mp4'))).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  });

  it('reports an mp4 that is cut off in or before its index', async () => {
    await copyFile(clip, file('cut.mp4'));
    for (const size of [(await stat(clip)).size - 100, 1000]) {
      await truncate(file('cut.mp4'), size);
      await expect(probe(file('cut.mp4'))).rejects.toMatchObject({ code: 'TRUNCATED' });
    }
  });

  it('rejects with the reason of an aborted signal', async () => {
    const reason = new Error('lease lost');
    await expect(probe(clip, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('times out on a file that takes too long', async () => {
    await expect(probe(clip, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'PROBE_TIMEOUT' });
  });

  it('passes on the error of the file system if the file is missing', async () => {
    await expect(probe(file('missing.mp4'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reports that ffmpeg is missing', async () => {
    const script = `require(${JSON.stringify(require.resolve('../src'))}).probe(process.argv[1]).catch((e) => console.log(e.code))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, clip], {
      env: { PATH: folder },
    });
    expect(stdout.trim()).toBe('FFMPEG_NOT_RUNNABLE');
  });
});
