import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BLUE,
  H264,
  RED,
  decodedFrames,
  ffmpeg,
  jpeg,
  lateVideo,
  lateSound,
  processesMentioning,
  soundStart,
  source,
  streams,
  temporaryFolder,
} from '../../../test/support/video';
import { openVideo, type AviCodec, type VideoOptions } from '../src';
import { soundOf } from './sound-of';

type AviOptions = Omit<VideoOptions, 'outputs'> & { target: string; codec: AviCodec };

const openAvi = ({ target, codec, ...options }: AviOptions) =>
  openVideo({ ...options, outputs: [{ container: 'avi', target, codec }] });

describe('an AVI', () => {
  let folder: string;
  let target: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await temporaryFolder();
    target = file('out.avi');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Writes `count` frames, the first half red, the second blue. */
  async function assemble(count: number, options: Partial<AviOptions> = {}) {
    const all = {
      target,
      frameRate: { num: 10, den: 1 },
      width: 64,
      height: 48,
      codec: 'mjpeg' as const,
      ...options,
    };
    const avi = openAvi(all);
    for (let n = 0; n < count; n++) await avi.write(jpeg(n < count / 2 ? RED : BLUE, all.width, all.height));
    await avi.finish();
    const report = await streams(all.target);
    return { video: report[0], audio: report[1] };
  }

  it('has no aspect ratio if the frame is too long and thin for one', async () => {
    const { video } = await assemble(2, { width: 8, height: 8192 });
    expect(video).toMatchObject({ width: 8, height: 8192, nb_frames: '2' });
  });

  it.each([
    ['mjpeg', 'mjpeg', 'MJPG'],
    ['mpeg4', 'mpeg4', 'DIVX'],
    ['h264', 'h264', 'H264'],
  ] as const)(
    'has exactly the given frames, rate and colours as %s',
    async (codec, codec_name, codec_tag_string) => {
      const { video, audio } = await assemble(20, { codec, frameRate: { num: 30000, den: 1001 } });
      expect(video).toMatchObject({
        codec_name,
        codec_tag_string,
        r_frame_rate: '30000/1001',
        nb_frames: '20',
        width: 64,
      });
      expect(Number(video?.duration)).toBeCloseTo((20 * 1001) / 30000, 3);
      expect(audio).toBeUndefined();
      const frames = await decodedFrames(target, 64, 48);
      expect(frames).toHaveLength(20);
      for (const [n, colour] of [
        [2, RED],
        [17, BLUE],
      ] as const) {
        const pixel = [...frames[n]!.subarray(0, 3)];
        for (const [channel, value] of colour.entries())
          expect(Math.abs(pixel[channel]! - value)).toBeLessThan(12);
      }
    },
  );

  it('stores the JPEGs unchanged with mjpeg', async () => {
    const image = jpeg(RED);
    const avi = openAvi({
      target,
      frameRate: { num: 10, den: 1 },
      width: 64,
      height: 48,
      codec: 'mjpeg',
    });
    await avi.write(image);
    await avi.finish();
    const extracted = await ffmpeg(file('extracted.jpg'), '-i', target, '-c', 'copy');
    expect(await decodedFrames(extracted, 64, 48)).toHaveLength(1);
    expect((await streams(target))[0]).toMatchObject({ nb_frames: '1' });
  });

  it.each([
    ['mjpeg', 65, 49],
    ['mpeg4', 65, 49],
    ['h264', 66, 50],
  ] as const)('accepts odd sizes as %s', async (codec, width, height) => {
    const { video } = await assemble(4, { codec, width: 65, height: 49 });
    expect(video).toMatchObject({ width, height, nb_frames: '4', sample_aspect_ratio: '1:1' });
  });

  it.each(['mjpeg', 'mpeg4', 'h264'] as const)('keeps the pixel aspect ratio as %s', async (codec) => {
    const { video } = await assemble(4, { codec, sampleAspectRatio: { num: 4, den: 3 } });
    expect(video).toMatchObject({ sample_aspect_ratio: '4:3' });
  });

  it.each([
    ['longer than', 3],
    ['shorter than', 0.5],
  ])('includes sound %s the video as MP3, and keeps the frames', async (_, seconds) => {
    const audioFrom = await ffmpeg(
      file('sound.mp4'),
      ...source('color=red:s=64x48:r=10:d=2'),
      ...source(`sine=d=${seconds}`),
      ...H264,
    );
    const { video, audio } = await assemble(20, await soundOf(audioFrom));
    expect(video).toMatchObject({ codec_type: 'video', nb_frames: '20', duration: '2.000000' });
    expect(audio).toMatchObject({ codec_type: 'audio', codec_name: 'mp3' });
    expect(Math.abs(Number(audio?.duration) - seconds)).toBeLessThan(0.1);
  });

  it('keeps the offset of sound that starts later', async () => {
    const audioFrom = await lateSound(folder);
    await assemble(20, await soundOf(audioFrom));
    expect(Math.abs((await soundStart(target)) - 0.8)).toBeLessThan(0.06);
  });

  it('keeps sound in sync with video that starts later', async () => {
    const audioFrom = await lateVideo(folder);
    const { video } = await assemble(20, await soundOf(audioFrom));
    expect(video).toMatchObject({ nb_frames: '20' });
    expect(Math.abs((await soundStart(target)) - 0.5)).toBeLessThan(0.06);
  });

  it('writes MP3 at a rate that every decoder plays, and accepts a source without sound', async () => {
    const inputs = [...source('color=red:s=64x48:r=10:d=1'), ...source('sine=d=1')];
    const mp3 = await ffmpeg(file('mp3.mkv'), ...inputs, ...H264, '-c:a', 'libmp3lame', '-ar', '22050');
    expect((await assemble(10, await soundOf(mp3))).audio).toMatchObject({
      codec_name: 'mp3',
      sample_rate: '48000',
    });
    const silent = await ffmpeg(file('silent.mkv'), ...source('color=red:s=64x48:r=10:d=1'), ...H264);
    expect((await assemble(10, await soundOf(silent))).audio).toBeUndefined();
  });

  it('accepts any file name', async () => {
    const odd = file(`-y "나의" 100%d 🎬:`);
    await mkdir(odd);
    const inputs = [...source('color=red:s=64x48:r=10:d=1'), ...source('sine=d=1')];
    const audioFrom = await ffmpeg(join(odd, 'in:%d.mp4'), ...inputs, ...H264);
    const { video, audio } = await assemble(3, {
      target: join(odd, `target_'%d'.avi`),
      ...(await soundOf(audioFrom)),
    });
    expect(video).toMatchObject({ nb_frames: '3' });
    expect(audio).toBeDefined();
  });

  it('reports why ffmpeg failed, in write and in finish, and leaves no file', async () => {
    const target = file('missing/out.avi');
    const avi = openAvi({
      target,
      frameRate: { num: 10, den: 1 },
      width: 64,
      height: 48,
      codec: 'mjpeg',
    });
    const large = jpeg(RED, 640, 480);
    const writeUntilRejected = async () => {
      for (;;) await avi.write(large);
    };
    await expect(writeUntilRejected()).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
      message: /No such file/,
    });
    await expect(avi.finish()).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
  });

  it('cannot finish without a frame', async () => {
    await expect(assemble(0, { target: file('none.avi') })).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    expect(existsSync(file('none.avi'))).toBe(false);
  });

  it('stops ffmpeg and removes the file on abort()', async () => {
    const target = file('aborted.avi');
    const avi = openAvi({
      target,
      frameRate: { num: 10, den: 1 },
      width: 64,
      height: 48,
      codec: 'mjpeg',
    });
    await avi.write(jpeg(RED));
    await avi.abort();
    expect(await processesMentioning(target)).toEqual([]);
    expect(existsSync(target)).toBe(false);
  });

  it('rejects with the reason of its signal, and stops ffmpeg', async () => {
    const target = file('signalled.avi');
    const abort = new AbortController();
    const reason = new Error('lease lost');
    const size = { width: 64, height: 48 };
    const avi = openAvi({
      target,
      frameRate: { num: 10, den: 1 },
      ...size,
      codec: 'mjpeg',
      signal: abort.signal,
    });
    await avi.write(jpeg(RED));
    abort.abort(reason);
    await expect(avi.finish()).rejects.toBe(reason);
    expect(await processesMentioning(target)).toEqual([]);
    expect(existsSync(target)).toBe(false);
  });
});
