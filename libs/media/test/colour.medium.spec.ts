import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { H264, ffmpeg, openJpeg, source, streams, temporaryFolder } from '../../../test/support/video';
import { openVideo, probe, splitFrames } from '../src';

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => rm(folder, { recursive: true }));

const COLOURS = [
  [180, 180, 180],
  [180, 180, 16],
  [16, 180, 180],
  [180, 16, 16],
  [16, 16, 180],
  [60, 60, 60],
];

/** Vertical bars of COLOURS, as sRGB. */
function bars(width: number, height: number): string[] {
  const bar = width / COLOURS.length;
  const boxes = COLOURS.map(([r, g, b], n) => {
    const hex = [r, g, b].map((value) => value!.toString(16).padStart(2, '0')).join('');
    return `drawbox=x=${n * bar}:w=${bar}:color=0x${hex}:t=fill`;
  });
  return source(`color=black:s=${width}x${height}:r=10:d=0.5,format=gbrp,${boxes.join(',')}`);
}

/** The colours of the bars in a decoded frame. */
async function decodedBars(video: string): Promise<number[][]> {
  const outDir = await mkdtemp(file('frames-'));
  await splitFrames(video, await probe(video), { outDir, concurrency: 2, quality: 95 });
  const { width, height, at } = await openJpeg(join(outDir, 'frame_2.jpg'));
  return COLOURS.map((_, n) => at(Math.round(((n + 0.5) * width) / COLOURS.length), height >> 1));
}

function largestError(found: number[][]): number {
  const differences = found.flatMap((rgb, n) => rgb.map((value, c) => Math.abs(value - COLOURS[n]![c]!)));
  return Math.max(...differences);
}

const TO_LINEAR = [
  'setparams=color_primaries=bt709:color_trc=iec61966-2-1:colorspace=gbr:range=pc',
  'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020',
].join(',');

it.each([
  ['PQ', 'smpte2084'],
  ['HLG', 'arib-std-b67'],
])('converts %s HDR back to the SDR that it was made from', async (_, curve) => {
  const video = await ffmpeg(
    file(`${curve}.mov`),
    ...bars(384, 216),
    ...['-vf', `${TO_LINEAR},zscale=t=${curve}:m=bt2020nc:r=tv:npl=203,format=yuv420p10le`],
    ...['-c:v', 'libx265', '-crf', '6', '-x265-params', 'log-level=error', '-color_trc', curve],
    ...['-colorspace', 'bt2020nc', '-color_primaries', 'bt2020', '-color_range', 'tv'],
  );
  expect(largestError(await decodedBars(video))).toBeLessThanOrEqual(12);
});

it.each([
  ['untagged HD as BT.709', 1278, 720, 'bt709'],
  ['untagged SD as BT.601', 384, 288, 'smpte170m'],
])('reads %s', async (_, width, height, matrix) => {
  const video = await ffmpeg(
    file(`untagged-${width}.mp4`),
    ...bars(width, height),
    ...['-vf', `scale=out_color_matrix=${matrix}:out_range=tv,format=yuv420p`, ...H264, '-crf', '6'],
    ...['-bsf:v', 'h264_metadata=matrix_coefficients=2:colour_primaries=2:transfer_characteristics=2'],
  );
  expect(largestError(await decodedBars(video))).toBeLessThanOrEqual(6);
});

it('reads HD MJPEG as BT.601', async () => {
  const filter = 'scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p';
  const video = await ffmpeg(
    file('jpeg.avi'),
    ...[...bars(1278, 720), '-vf', filter, '-c:v', 'mjpeg', '-q:v', '2'],
  );
  expect(largestError(await decodedBars(video))).toBeLessThanOrEqual(6);
});

it('deinterlaces without combing, one output frame per source frame', async () => {
  const moving = "geq=lum='if(between(X,mod(N*12,300),mod(N*12,300)+40),235,16)':cb=128:cr=128";
  const video = await ffmpeg(
    file('interlaced.ts'),
    ...source(`color=black:s=384x288:r=50:d=1,format=yuv420p,${moving},interlace=scan=tff:lowpass=0`),
    ...['-c:v', 'mpeg2video', '-flags', '+ildct+ilme', '-top', '1', '-q:v', '2'],
  );
  const outDir = await mkdtemp(file('frames-'));
  const { timeline } = await splitFrames(video, await probe(video), { outDir, concurrency: 2 });
  expect(timeline.frames).toBe(25);
  const { at } = await openJpeg(join(outDir, 'frame_8.jpg'));
  const edge = (y: number) => Array.from({ length: 384 }, (_, x) => x).find((x) => at(x, y)[0]! > 127) ?? -1;
  expect(Math.abs(edge(100) - edge(101))).toBeLessThanOrEqual(2);
});

it('tags the colour space of the outputs', async () => {
  const frames = await ffmpeg(file('frame.jpg'), ...bars(384, 288), '-frames:v', '1', '-f', 'mjpeg');
  const target = file('tagged.mp4');
  const video = openVideo({
    ...{ frameRate: { num: 10, den: 1 }, width: 384, height: 288 },
    outputs: [{ container: 'mp4', target, shortSide: 720 }],
  });
  await video.write(await readFile(frames));
  await video.finish();
  expect((await streams(target))[0]).toMatchObject({
    ...{ color_space: 'smpte170m', color_transfer: 'bt709', color_primaries: 'bt709', color_range: 'tv' },
  });
});
