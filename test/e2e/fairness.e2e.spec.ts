import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

let folder: string;
let cluster: Cluster;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const clip = (frames: number) =>
  ffmpeg(
    join(folder, `${frames}.mp4`),
    ...source('testsrc2=s=320x240:r=10'),
    ...['-frames:v', `${frames}`, ...H264],
  );

it('a clip of one frame overtakes long videos that were sent earlier and still wait', async () => {
  const [long, short] = [await clip(200), await clip(1)];
  const ids: string[] = [];
  for (let n = 1; n <= 3; n++) ids.push(await cluster.submit(long, `long ${n}.mp4`));
  await Promise.any(ids.map((id) => cluster.until(id, ({ status }) => status === 'INFERENCING')));
  ids.push(await cluster.submit(short, 'short.mp4'));

  const ended: string[] = [];
  await Promise.all(
    ids.map(async (id) => {
      const { status, filename } = await cluster.finished(id);
      expect(status).toBe('POSTPROCESSING_COMPLETE');
      ended.push(filename);
    }),
  );
  expect(ended.indexOf('short.mp4')).toBeLessThanOrEqual(1);
});
