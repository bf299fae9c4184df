import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(120_000);

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { PREVIEW_HEIGHT: '0' } });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

it('makes everything but the preview if it is disabled', async () => {
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=322x240:r=12:d=1'), ...H264);
  const id = await cluster.submit(clip);
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
  const response = await fetch(`${cluster.url}/api/jobs/${id}/preview.mp4`);
  expect([response.status, await response.text()]).toEqual([
    404,
    expect.stringContaining('PREVIEW_HEIGHT') as string,
  ]);
  const files = await readdir(cluster.workspace.path(id, 'preview'));
  expect(files).toContain('summary.json');
  expect(files).not.toContain('video.mp4');
});
