import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { H264, ffmpeg, source, temporaryFolder } from '../../../test/support/video';
import { probe, splitFrames } from '../src';

let folder: string;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => rm(folder, { recursive: true }));

const PICTURE = source('testsrc2=s=64x48:r=25:d=1');
const TONE = source('sine=d=1');
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'];
const every3rdTwice = [
  '-vf',
  'setpts=(N+floor(N/3))/25/TB',
  '-fps_mode',
  'passthrough',
  '-enc_time_base',
  '1:25',
];

async function playbackOf(name: string, args: readonly string[]): Promise<string> {
  const video = await ffmpeg(join(folder, name), ...args);
  const outDir = await mkdtemp(join(folder, 'frames-'));
  const { playback } = await splitFrames(video, await probe(video), { outDir, concurrency: 2 });
  return playback;
}

describe('browsers play the source', () => {
  it.each([
    ['H.264 in an mp4', 'a.mp4', [...PICTURE, ...H264]],
    ['H.264 with B-frames and AAC', 'b.mp4', [...PICTURE, ...TONE, ...H264, '-bf', '2', '-c:a', 'aac']],
    ['H.264 in a mov', 'c.mov', [...PICTURE, ...H264]],
    ['rotated H.264', 'd.mp4', [...PICTURE, ...H264, '-metadata:s:v', 'rotate=90']],
    ['VP8 in a webm', 'e.webm', [...PICTURE, '-c:v', 'libvpx', '-deadline', 'realtime']],
    ['VP9 with Opus in a webm', 'f.webm', [...PICTURE, ...TONE, ...VP9, '-c:a', 'libopus']],
  ])('%s', async (_, name, args) => {
    expect(await playbackOf(name, args)).toBe('source');
  });
});

describe('browsers need a copy', () => {
  it.each([
    ['H.264 in a mkv', 'a.mkv', [...PICTURE, ...H264]],
    ['MPEG-4 in an mp4', 'b.mp4', [...PICTURE, '-c:v', 'mpeg4']],
    ['MPEG-TS', 'c.ts', [...PICTURE, ...H264]],
    ['AVI', 'd.avi', [...PICTURE, '-c:v', 'mjpeg']],
    ['ten bits', 'e.mp4', [...PICTURE, ...H264, '-pix_fmt', 'yuv420p10le']],
    ['4:4:4', 'f.mp4', [...PICTURE, ...H264, '-pix_fmt', 'yuv444p']],
    ['sound that they cannot decode', 'g.mp4', [...PICTURE, ...TONE, ...H264, '-c:a', 'ac3']],
    ['a variable rate', 'h.mp4', [...PICTURE, ...every3rdTwice, ...H264]],
    [
      'a picture that starts late',
      'i.mp4',
      [...TONE, '-itsoffset', '0.5', ...PICTURE, '-fps_mode', 'passthrough', ...H264, '-c:a', 'aac'],
    ],
    ['interlaced video', 'j.mp4', [...PICTURE, ...H264, '-flags', '+ilme+ildct', '-x264-params', 'tff=1']],
    ['HDR', 'k.mp4', [...PICTURE, ...H264, '-color_trc', 'arib-std-b67', '-color_primaries', 'bt2020']],
  ])('of %s', async (_, name, args) => {
    expect(await playbackOf(name, args)).toBe('copy');
  });

  it('of a file whose edit list cuts off frames', async () => {
    const whole = await ffmpeg(join(folder, 'whole.mp4'), ...PICTURE, ...H264, '-g', '25');
    expect(await playbackOf('cut.mp4', ['-ss', '0.4', '-i', whole, '-c', 'copy'])).toBe('copy');
  });
});
