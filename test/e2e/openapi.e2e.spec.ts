import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { JobResource } from '#contract';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, object> }>;
}

interface ApiDocument {
  readonly paths: Record<string, Record<string, Operation>>;
}

let folder: string;
let cluster: Cluster;
let job: JobResource;
let ajv: Ajv;

beforeAll(async () => {
  folder = await temporaryFolder();
  const clip = join(folder, 'clip.mp4');
  await ffmpeg(clip, ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
  await ffmpeg(join(folder, 'image.jpg'), ...source('testsrc2=s=64x48:r=1:d=1'), '-frames:v', '1');
  cluster = await Cluster.start();
  ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(await get<object>('/api-json'), 'api');
  job = await cluster.job(await cluster.submit(clip));
  while (job.status !== 'POSTPROCESSING_COMPLETE') {
    await delay(50);
    job = await cluster.job(job.id);
  }
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(cluster.url + path)).json()) as Body;
}

/** Violations of the documented schema in a response. */
async function problemsOf(method: string, path: string, answer: Response): Promise<unknown> {
  const document = await get<ApiDocument>('/api-json');
  expect(document.paths[path]?.[method]?.responses[answer.status]).toBeDefined();
  const at = ['paths', path, method, 'responses', answer.status, 'content', 'application/json', 'schema'];
  const pointer = at.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const validate = ajv.compile({ $ref: `api#/${encodeURI(pointer)}` });
  validate(await answer.json());
  return validate.errors;
}

it.each<[string, (id: string) => string]>([
  ['/api/jobs', () => '/api/jobs'],
  ['/api/jobs/{id}', (id) => `/api/jobs/${id}`],
  ['/api/jobs/{id}/summary', (id) => `/api/jobs/${id}/summary`],
  ['/api/jobs/{id}/detections', (id) => `/api/jobs/${id}/detections`],
  ['/api/models', () => '/api/models'],
])('GET %s responds as documented', async (path, address) => {
  const answer = await fetch(cluster.url + address(job.id));
  expect(answer.status).toBe(200);
  expect(await problemsOf('get', path, answer)).toBeNull();
});

it.each<[string, string]>([
  ['/api/jobs', '/api/jobs?status=x'],
  ['/api/jobs/{id}', '/api/jobs/x'],
  ['/api/jobs/{id}', `/api/jobs/${'0'.repeat(24)}`],
])('GET %s describes its errors: %s', async (path, address) => {
  const answer = await fetch(cluster.url + address);
  expect(answer.ok).toBe(false);
  expect(await problemsOf('get', path, answer)).toBeNull();
});

it.each([1, 2])('POST /api/detect responds as documented: %d images', async (count) => {
  const body = new FormData();
  for (let n = 0; n < count; n++) body.append('image', await openAsBlob(join(folder, 'image.jpg')), 'a.jpg');
  const answer = await fetch(`${cluster.url}/api/detect`, { method: 'POST', body });
  expect(answer.status).toBe(200);
  expect(await problemsOf('post', '/api/detect', answer)).toBeNull();
});
