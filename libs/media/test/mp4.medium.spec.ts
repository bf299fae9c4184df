import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
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
  soundStart,
  source,
  streams,
  temporaryFolder,
} from '../../../test/support/video';
import { openVideo, type VideoOptions } from '../src';
import { soundOf } from './sound-of';

let folder: string;
let target: string;
let avi: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  target = file('video.mp4');
  avi = file('video.avi');
});
afterAll(() => rm(folder, { recursive: true }));

type Options = Omit<Partial<VideoOptions>, 'outputs'> & { shortSide?: number };

/** Writes `count` frames, the first half red, the second blue, as AVI and MP4. */
async function assemble(count: number, { shortSide = 720, ...options }: Options = {}) {
  const frames = { frameRate: { num: 10, den: 1 }, width: 64, height: 48, ...options };
  const writer = openVideo({
    ...frames,
    outputs: [
      { container: 'avi', target: avi, codec: 'mjpeg' },
      { container: 'mp4', target, shortSide },
    ],
  });
  for (let n = 0; n < count; n++)
    await writer.write(jpeg(n < count / 2 ? RED : BLUE, frames.width, frames.height));
  await writer.finish();
  const [video, sound] = await streams(target);
  return { video, sound, all: await streams(target) };
}

/** The names of a file's top-level boxes in order (ISO 14496-12). */
async function boxes(mp4: string): Promise<string[]> {
  const bytes = await readFile(mp4);
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    names.push(bytes.toString('latin1', at + 4, at + 8));
  return names;
}

describe('an MP4 written together with an AVI', () => {
  it('is H.264 in 4:2:0 with exactly the given frames, rate and colours', async () => {
    const { video, all } = await assemble(20, { frameRate: { num: 30000, den: 1001 } });
    expect(all).toHaveLength(1);
    expect(video).toMatchObject({
      ...{ codec_name: 'h264', codec_tag_string: 'avc1', pix_fmt: 'yuv420p', color_range: 'tv' },
      ...{ r_frame_rate: '30000/1001', avg_frame_rate: '30000/1001', nb_frames: '20' },
      ...{ width: 64, height: 48, start_time: '0.000000' },
    });
    expect(Number(video?.duration)).toBeCloseTo((20 * 1001) / 30000, 3);
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
    expect((await streams(avi))[0]).toMatchObject({ codec_name: 'mjpeg', nb_frames: '20', width: 64 });
  });

  it('has its index before the data', async () => {
    await assemble(3);
    const order = await boxes(target);
    expect(order.indexOf('moov')).toBeGreaterThan(0);
    expect(order.indexOf('moov')).toBeLessThan(order.indexOf('mdat'));
  });

  it.each([
    ['pads odd sizes', 65, 49, undefined, 720, '66x50'],
    ['accepts a single pixel', 1, 1, undefined, 720, '2x2'],
    ['scales down a large frame', 320, 240, undefined, 120, '160x120'],
    ['scales down a large portrait frame', 240, 320, undefined, 120, '120x160'],
    ['keeps a small frame', 64, 48, undefined, 720, '64x48'],
    ['makes wide pixels square', 128, 96, { num: 4, den: 3 }, 720, '128x72'],
    ['makes narrow pixels square', 128, 96, { num: 1, den: 2 }, 720, '64x96'],
    ['survives an absurd pixel aspect ratio', 64, 48, { num: 10_000, den: 1 }, 720, '64x2'],
  ])('%s: %dx%d', async (_, width, height, sampleAspectRatio, shortSide, size) => {
    const shape = sampleAspectRatio && { sampleAspectRatio };
    const { video } = await assemble(4, { width, height, shortSide, ...shape });
    expect(video).toMatchObject({ sample_aspect_ratio: '1:1', nb_frames: '4' });
    expect(`${video?.width}x${video?.height}`).toBe(size);
  });

  it('can be one frame long', async () => {
    const { video } = await assemble(1);
    expect(video).toMatchObject({ nb_frames: '1', duration: '0.100000' });
  });

  it('has a key frame every two seconds', async () => {
    await assemble(50);
    const keys = await ffmpeg(
      file('keys.mkv'),
      '-skip_frame',
      'nokey',
      '-i',
      target,
      '-fps_mode',
      'passthrough',
    );
    // plus one where the colour changes
    expect(await decodedFrames(keys, 64, 48)).toHaveLength(4);
  });

  it.each([
    ['longer than', 3],
    ['shorter than', 0.5],
  ])('includes sound %s the video as AAC, and keeps the frames', async (_, seconds) => {
    const audioFrom = await ffmpeg(
      file('sound.mp4'),
      ...source('color=red:s=64x48:r=10:d=2'),
      ...source(`sine=d=${seconds}`),
      ...H264,
    );
    const { video, sound } = await assemble(20, await soundOf(audioFrom));
    expect(video).toMatchObject({ nb_frames: '20', duration: '2.000000' });
    expect(sound).toMatchObject({ codec_name: 'aac', profile: 'LC' });
    expect(Math.abs(Number(sound?.duration) - seconds)).toBeLessThan(0.1);
    expect((await streams(avi))[1]).toMatchObject({ codec_name: 'mp3' });
  });

  it.each(['aac', 'libmp3lame'])('keeps %s sound in sync', async (codec) => {
    const tone = "aevalsrc='0.5*sin(2000*t)*gte(t,0.5)':d=2";
    const audioFrom = await ffmpeg(
      file('step.mkv'),
      ...source('color=red:s=64x48:r=10:d=2'),
      ...source(tone),
      ...H264,
      '-c:a',
      codec,
    );
    await assemble(20, await soundOf(audioFrom));
    expect(Math.abs((await soundStart(target)) - 0.5)).toBeLessThan(0.045);
    expect(Math.abs((await soundStart(avi)) - 0.5)).toBeLessThan(0.06);
  });

  it('keeps the offset of sound that starts later', async () => {
    const audioFrom = await lateSound(folder);
    await assemble(20, await soundOf(audioFrom));
    expect(Math.abs((await soundStart(target)) - 0.8)).toBeLessThan(0.045);
  });

  it('keeps sound in sync with video that starts later', async () => {
    const audioFrom = await lateVideo(folder);
    const { video: made } = await assemble(20, await soundOf(audioFrom));
    expect(made).toMatchObject({ nb_frames: '20', start_time: '0.000000' });
    expect(Math.abs((await soundStart(target)) - 0.5)).toBeLessThan(0.045);
  });

  it('mixes surround sound down to stereo, and drops chapters', async () => {
    const chapters = file('chapters.txt');
    await writeFile(chapters, ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n');
    const inputs = [...source('color=red:s=64x48:r=10:d=1'), ...source('anoisesrc=d=1'), '-i', chapters];
    const audioFrom = await ffmpeg(file('surround.mkv'), ...inputs, ...H264, '-c:a', 'flac', '-ac', '6');
    const { sound, all } = await assemble(10, await soundOf(audioFrom));
    expect(all).toHaveLength(2);
    expect(sound).toMatchObject({ codec_name: 'aac', channels: 2 });
  });

  it('leaves neither file when it is aborted, or when one of them cannot be written', async () => {
    const frames = { frameRate: { num: 10, den: 1 }, width: 64, height: 48 };
    const outputs = [
      { container: 'avi', target: file('a.avi'), codec: 'mjpeg' },
      { container: 'mp4', target: file('missing/a.mp4'), shortSide: 720 },
    ] as const;
    const video = openVideo({ ...frames, outputs });
    await video.write(jpeg(RED)).catch(() => undefined);
    await expect(video.finish()).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
      message: expect.stringMatching(/^"a.avi and a.mp4" could not .*No such file/) as string,
    });
    expect(existsSync(file('a.avi'))).toBe(false);

    const aborted = openVideo({
      ...frames,
      outputs: [outputs[0], { ...outputs[1], target: file('a.mp4') }],
    });
    await aborted.write(jpeg(RED));
    await aborted.abort();
    expect([existsSync(file('a.avi')), existsSync(file('a.mp4'))]).toEqual([false, false]);
  });
});
