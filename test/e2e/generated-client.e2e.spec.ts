import { openAsBlob } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../support/api-types';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// A client of a third-party library, with types generated from the OpenAPI document: they compile only if the document
// describes the requests below.

type Job = components['schemas']['Job'];

let folder: string;
let clip: string;
let cluster: Cluster;
let api: Client<paths>;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=5:d=1'), ...H264);
  cluster = await Cluster.start();
  api = createClient<paths>({ baseUrl: cluster.url });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** The body of a multipart request. */
function toForm(fields: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const part of [value].flat()) form.append(name, part instanceof Blob ? part : String(part));
  return form;
}

async function ended(id: string): Promise<Job> {
  for (;;) {
    const { data } = await api.GET('/api/jobs/{id}', { params: { path: { id } } });
    if (data?.status === 'POSTPROCESSING_COMPLETE' || data?.error) return data;
    await delay(50);
  }
}

it('uploads a video, waits for its job and downloads the results', async () => {
  const file = new File([await readFile(clip)], 'clip.mp4');
  const { data: job, response } = await api.POST('/api/jobs', {
    body: { file, score: 0.1, frameStep: 2 },
    bodySerializer: toForm,
  });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe(`/api/jobs/${job!.id}`);
  const done = await ended(job!.id);
  expect(done).toMatchObject({ status: 'POSTPROCESSING_COMPLETE', options: { score: 0.1, frameStep: 2 } });

  const params = { path: { id: done.id } };
  const { data: detections } = await api.GET('/api/jobs/{id}/detections.json', { params });
  const count = detections!.frames.flatMap(({ boxes }) => boxes).length;
  expect([detections!.frames.length, count > 0]).toEqual([5, true]);
  const { data: coco } = await api.GET('/api/jobs/{id}/detections.coco.json', { params });
  expect(coco!.annotations).toHaveLength(count);
  const { data: csv } = await api.GET('/api/jobs/{id}/detections.csv', { params, parseAs: 'text' });
  expect(csv!.trim().split('\n')).toHaveLength(count + 1);
  const { data: video } = await api.GET('/api/jobs/{id}/video', { params, parseAs: 'blob' });
  expect(await video!.slice(0, 4).text()).toBe('RIFF');
});

it.each<Exclude<keyof Job['links'], 'clean' | 'preview' | 'layout' | 'layoutEvents'>>([
  ...(['self', 'events', 'source', 'video', 'mp4', 'thumbnail'] as const),
  ...(['frames', 'summary', 'detections', 'boxes', 'tracks', 'txts'] as const),
])('the link %s of a finished job leads to it', async (name) => {
  const { data } = await api.GET('/api/jobs', { params: { query: { limit: 1 } } });
  const [job] = data!.jobs;
  const answer = await fetch(cluster.url + job!.links[name]!.replace('{n}', '4'));
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
});

it('gets the errors of a request with their type', async () => {
  const { error, data } = await api.GET('/api/jobs/{id}', { params: { path: { id: '0'.repeat(24) } } });
  expect([error?.error.code, data]).toEqual(['JOB_NOT_FOUND', undefined]);
});

it('detects objects on an image', async () => {
  const path = join(folder, 'picture.jpg');
  await ffmpeg(path, ...source('testsrc2=s=64x48:r=1:d=1'), '-frames:v', '1');
  const { data } = await api.POST('/api/detect', {
    body: { image: [await openAsBlob(path)], score: 0.5, classes: 'person' },
    bodySerializer: toForm,
  });
  expect(data).toMatchObject({ image: { width: 64, height: 48 }, detections: [] });
});
