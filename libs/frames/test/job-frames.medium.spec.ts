import { mkdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { decodingSize } from '#detection';
import { probe, splitFrames, writeTimeline } from '#media';
import { Workspace } from '#workspace';
import { Resizer } from '../../detection/src/input/resize';
import { H264, ffmpeg, source, temporaryFolder } from '../../../test/support/video';
import { sample } from '../../../test/support/test-data';
import { JobFrames } from '../src';

const limits = { VIDEO_MAX_PIXELS: 1e7, FFMPEG_MEMORY_MB: 1024 };
const _id = new Types.ObjectId('64b000000000000000000001');
const id = _id.toHexString();

let root: string;
let workspace: Workspace;
beforeEach(async () => {
  root = await temporaryFolder();
  workspace = new Workspace(root);
});
afterEach(() => rm(root, { recursive: true }));

/** A job whose frames are stored, read in both ways. */
async function prepare(source: string) {
  await mkdir(workspace.path(id, 'src'), { recursive: true });
  await mkdir(workspace.path(id, 'src_frame'));
  await ffmpeg(workspace.path(id, 'src', 'clip.mp4'), '-i', source, '-c', 'copy', '-t', '1');
  const file = await workspace.source(id);
  const facts = await probe(file);
  const outDir = workspace.path(id, 'src_frame');
  const { timeline, tracks } = await splitFrames(file, facts, { outDir, concurrency: 2 });
  const track = tracks.video;
  await writeTimeline(workspace.path(id, 'timeline.json'), { timeline, track });
  const video = { ...facts, frames: timeline.frames };
  const open = (frameFiles: boolean) => JobFrames.open(workspace, { _id, video, frameFiles }, limits);
  return { stored: await open(true), decoded: await open(false) };
}

const clip = () =>
  ffmpeg(
    join(root, 'clip.mp4'),
    ...source('mandelbrot=s=640x360:r=10,format=yuv420p'),
    ...['-t', '1'],
    ...H264,
  );

it.each(['stored', 'decoded'] as const)('has all %s frames in order', async (kind) => {
  const { [kind]: frames } = await prepare(await clip());
  expect([frames.stored, frames.size, frames.timeline.frames]).toEqual([
    kind === 'stored',
    expect.objectContaining({ width: 640, height: 360 }),
    10,
  ]);
  const indices: number[] = [];
  for await (const { index, rgb, release } of frames.pixels({ threads: 2 })) {
    expect(rgb).toHaveLength(3 * 640 * 360);
    indices.push(index);
    release();
  }
  expect(indices).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('names the file that is missing', async () => {
  const { stored } = await prepare(await clip());
  await unlink(stored.file(4));
  await expect(JobFrames.open(workspace, { _id, frameFiles: true }, limits)).rejects.toThrow('frame_4.jpg');
  await unlink(workspace.path(id, 'timeline.json'));
  await expect(JobFrames.open(workspace, { _id, frameFiles: false }, limits)).rejects.toMatchObject({
    code: 'FRAMES_MISSING',
    message: expect.stringContaining('timeline.json') as string,
  });
});

/** Mean difference of the detector's input between both kinds of jobs that is allowed, in levels of 255. */
const TOLERANCE = 3;

const INPUT: ConstructorParameters<typeof Resizer>[0] = {
  name: 'image',
  width: 300,
  height: 300,
  layout: 'NHWC',
  dtype: 'float32',
  colour: 'RGB',
  resize: 'stretch',
  align: 'top-left',
  pad: 0,
  antialias: true,
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

const footage = sample('videos/person-8s.mp4');
it.each<readonly [string, () => Promise<string>]>([
  ['a generated clip', clip],
  ...(footage ? [['footage', () => Promise.resolve(footage)] as const] : []),
])('gives the detector the same pixels of %s whether frames are stored or not', async (_, video) => {
  const { stored, decoded: fromSource } = await prepare(await video());
  const size = decodingSize(INPUT, stored.size);
  const decoded = fromSource.pixels({ size, threads: 2 });
  const [one, other] = [new Resizer(INPUT), new Resizer(INPUT)];
  const [ofStored, ofDecoded] = [new Float32Array(3 * 300 * 300), new Float32Array(3 * 300 * 300)];
  for await (const { rgb, release } of stored.pixels({ threads: 2 })) {
    const small = await decoded.next();
    one.into(ofStored, { ...stored.size, rgb });
    other.into(ofDecoded, { ...size, rgb: small.value!.rgb });
    const sum = ofStored.reduce((total, value, at) => total + Math.abs(value - ofDecoded[at]!), 0);
    expect(sum / ofStored.length).toBeLessThan(TOLERANCE);
    release();
    small.value!.release();
  }
  expect((await decoded.next()).done).toBe(true);
});
