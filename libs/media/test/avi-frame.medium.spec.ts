import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codedFrames } from '../../../test/support/coded-clip';
import { ffmpeg, temporaryFolder } from '../../../test/support/video';
import { openVideo, readAviFrame } from '../src';

const COUNT = 60;
const frameRate = { num: 30000, den: 1001 };

let folder: string;
let jpegs: Buffer[];
beforeAll(async () => {
  folder = await temporaryFolder();
  await ffmpeg(
    join(folder, 'frame_%d.jpg'),
    ...codedFrames('30000/1001', 2),
    '-q:v',
    '2',
    '-start_number',
    '0',
  );
  jpegs = await Promise.all(
    Array.from({ length: COUNT }, (_, n) => readFile(join(folder, `frame_${n}.jpg`))),
  );
});
afterAll(() => rm(folder, { recursive: true }));

it('returns the JPEG of each frame by its number', async () => {
  const avi = join(folder, 'video.avi');
  const video = openVideo({
    ...{ width: 144, height: 64, frameRate },
    outputs: [{ container: 'avi', target: avi, codec: 'mjpeg' }],
  });
  for (const jpeg of jpegs) await video.write(jpeg);
  await video.finish();
  for (const frame of [0, 1, 2, 17, 29, 30, 31, 58, 59]) {
    expect(await readAviFrame({ avi, frame, frameRate })).toEqual(jpegs[frame]);
  }
});

it('fails for a file that is not an AVI', async () => {
  const avi = join(folder, 'frame_0.jpg');
  await expect(readAviFrame({ avi, frame: 0, frameRate })).rejects.toMatchObject({ code: 'DECODE_FAILED' });
});
