import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;
let id: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { PREVIEW: 'eager' } });
  const clip = await ffmpeg(
    join(folder, 'clip.mp4'),
    ...source('testsrc2=s=640x480:r=12:d=4,noise=alls=100:allf=t'),
    ...H264,
  );
  id = await cluster.submit(clip);
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const descriptors = async () => (await readdir(`/proc/${cluster.processes.preprocess[0]!.pid}/fd`)).length;

/** Sends the same request several times on one connection and closes it without reading a response. */
async function askAndLeave(path: string, times: number): Promise<void> {
  const { port, hostname } = new URL(cluster.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`.repeat(times));
  await Promise.race([once(socket, 'readable'), once(socket, 'close')]); // the first response, or a closed connection
  for (let n = 0; n < 5; n++) await fetch(`${cluster.url}/readyz`); // gives faulty handlers time to open their files
  socket.destroy();
}

it.each([
  '/api/jobs/ID/video',
  '/api/jobs/ID/preview.mp4',
  '/api/jobs/ID/frames/0.jpg',
  '/api/jobs/ID/thumbnail.jpg',
  '/api/jobs/ID/txts.zip',
  '/api/jobs/ID/detections?format=coco',
  '/api/jobs/ID/events',
  '/ID/download',
  '/static/vendor/uplot.js',
])('leaves no file descriptor open after 30 and after 200 unread requests for %s', async (route) => {
  const path = route.replace('ID', id);
  expect((await fetch(`${cluster.url}${path}`, { method: 'HEAD' })).ok).toBe(true);
  const before = await descriptors();
  await askAndLeave(path, 30);
  await askAndLeave(path, 200);
  // Handlers may still be opening a file, so the number must stay low; 2 more belong to the database's pool.
  for (let low = 0; low < 10; low = (await descriptors()) > before + 2 ? 0 : low + 1) await delay(50);
});
