import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DetectionsResource, ModelListResource } from '#contract';
import { Cluster } from '../support/cluster';
import { modelsDir } from '../support/model';
import { repositoryRoot } from '../support/test-data';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;
let clip: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const models = join(folder, 'models');
  await cp(modelsDir, models, { recursive: true });
  await cp(join(repositoryRoot, 'test/models/ssd300-resnet50.json'), join(models, 'ssd300-resnet50.json'));
  cluster = await Cluster.start({ env: { MODELS_DIR: models } });
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=1'), ...H264);
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** The frames of a job with these fields, once it is complete. */
async function run(fields: Record<string, string>) {
  const id = await cluster.submit(clip, 'clip.mp4', fields);
  const job = await cluster.finished(id);
  expect(job).toMatchObject({ status: 'POSTPROCESSING_COMPLETE', error: null });
  const answer = await fetch(`${cluster.url}/api/jobs/${id}/detections`);
  return { id, job, frames: ((await answer.json()) as DetectionsResource).frames };
}

describe('GET /api/models', () => {
  it('lists the models with their classes, the default one first', async () => {
    const { models } = (await (await fetch(`${cluster.url}/api/models`)).json()) as ModelListResource;
    expect(models[0]).toMatchObject({
      name: 'ssdlite-mobilenetv2',
      default: true,
      available: true,
      problem: null,
      input: { width: 300, height: 300 },
      defaults: { score: 0.5, iou: 0.6, max: 100 },
    });
    expect(models[0]!.labels).toHaveLength(80);
    expect(models.filter((model) => model.default)).toHaveLength(1);
  });
});

it('the upload form leaves out a model that cannot be used, and says why', async () => {
  const page = await (await fetch(`${cluster.url}/upload`)).text();
  expect(page).toMatch(
    /<option value="ssdlite-mobilenetv2" selected>[^<]+ \(ssdlite-mobilenetv2\), COCO AP 24.0<\/option>/,
  );
  expect(page).toMatch(/<option value="dfine-n">[^<]+, COCO AP 42\.8, 15 MB download on first use<\/option>/);
  expect(page).not.toContain('<option value="ssd300-resnet50"');
  expect(page).toMatch(/<p[^>]*>ssd300-resnet50 cannot be used\. [^<]*ssd300-resnet50\.onnx/);
});

it('a video in a wrong form field is refused with the name of the right one', async () => {
  for (const [path, field, words] of [
    ['/api/jobs', 'image', 'Unknown file field "image": send the video in the field "file".'],
    ['/fileUpload', 'video', 'Unknown file field "video": send the video in the field "file".'],
  ] as const) {
    const form = new FormData();
    form.set(field, new Blob([await readFile(clip)]), 'clip.mp4');
    const headers = { Accept: 'application/json' };
    const answer = await fetch(`${cluster.url}${path}`, { method: 'POST', body: form, headers });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: { message: string } }).error.message).toBe(words);
  }
  const form = new FormData();
  for (const name of ['a.mp4', 'b.mp4']) form.append('file', new Blob([await readFile(clip)]), name);
  const answer = await fetch(`${cluster.url}/api/jobs`, { method: 'POST', body: form });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('one video at a time')]);
  expect(await readdir(join(cluster.workspace.root, '.incoming'))).toEqual([]);
});

it('OpenAPI has the error responses and the range of every field', async () => {
  interface Operation {
    readonly responses: object;
    readonly requestBody: { content: Record<string, { schema: { properties: Record<string, object> } }> };
  }
  const document = await (await fetch(`${cluster.url}/api-json`)).json();
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  const shared = ['401', '403', '429', '500'];
  const statuses = (path: string, method: string) =>
    Object.keys(paths[path]![method]!.responses).filter((status) => !shared.includes(status));
  expect(statuses('/api/detect', 'post')).toEqual(['200', '400', '413', '422', '503']);
  expect(statuses('/api/jobs', 'post')).toEqual(['200', '201', '400', '413', '415', '422', '503', '507']);
  expect(statuses('/api/jobs/{id}/cancel', 'post')).toEqual(['200', '400', '404', '409', '503']);
  expect(statuses('/api/jobs/{id}/retry', 'post')).toEqual(['200', '400', '404', '409', '503']);
  expect(statuses('/api/jobs/{id}', 'delete')).toEqual(['204', '400', '404', '503']);
  const form = paths['/api/jobs']!['post']!.requestBody.content['multipart/form-data']!.schema;
  expect(form.properties['frameStep']).toMatchObject({ minimum: 1, maximum: 1000 });
});

describe('a job', () => {
  it('without options gets the default model and its threshold', async () => {
    const { job } = await run({ model: '', score: '', classes: ' ' });
    expect(job.options).toEqual({
      ...{ model: 'ssdlite-mobilenetv2', score: 0.5, classes: [], frameStep: 1 },
      ...{ tracking: 'on', trackBuffer: null, minLength: null },
    });
  });

  it('respects its score, classes and frame step', async () => {
    // a low threshold, because the detector recognizes nothing in the clip at the default one
    const all = await run({ score: '0.1', tracking: 'off' });
    const boxes = all.frames.flatMap((frame) => frame.boxes);
    const labels = [...new Set(boxes.map(({ label }) => label))];
    expect(labels.length).toBeGreaterThan(1);
    expect(Math.min(...boxes.map(({ score }) => score!))).toBeGreaterThanOrEqual(0.1);

    const [wanted, other] = [boxes[0]!.label, labels.find((label) => label !== boxes[0]!.label)!];
    const some = await run({
      score: '0.1',
      classes: `${wanted.toUpperCase()},`,
      frameStep: '4',
      tracking: 'off',
    });
    expect(some.job.options).toEqual({
      model: 'ssdlite-mobilenetv2',
      score: 0.1,
      classes: [wanted],
      frameStep: 4,
      ...{ tracking: 'off', trackBuffer: null, minLength: null },
    });
    expect(some.frames.flatMap((frame) => frame.boxes).map(({ label }) => label)).not.toContain(other);
    const expected = all.frames.map((_, n) =>
      all.frames[n - (n % 4)]!.boxes.filter(({ label }) => label === wanted),
    );
    expect(some.frames.map((frame) => frame.boxes)).toEqual(expected);
    expect(expected.flat().length).toBeGreaterThan(0);

    const txts = await Promise.all(
      [4, 5, 7, 8].map((n) => readFile(cluster.workspace.path(some.id, 'txts', `infer${n}.txt`), 'utf8')),
    );
    expect(txts[1]).toBe(txts[0]);
    expect(txts[2]).toBe(txts[0]);
    expect(await readdir(cluster.workspace.path(some.id, 'txts'))).toHaveLength(10);
  });

  it('stores detections below its threshold, for exports with another score', async () => {
    const { id, frames } = await run({ score: '0.5', tracking: 'off' });
    const low = await run({ score: '0.15', tracking: 'off' });
    const exported = await fetch(`${cluster.url}/api/jobs/${id}/detections?score=0.15`);
    expect(((await exported.json()) as DetectionsResource).frames).toEqual(low.frames);
    expect(low.frames.flatMap(({ boxes }) => boxes).length).toBeGreaterThan(
      frames.flatMap(({ boxes }) => boxes).length,
    );
    const csv = await fetch(`${cluster.url}/api/jobs/${id}/detections.csv?score=0.5`);
    expect(csv.headers.get('etag')).not.toBe(exported.headers.get('etag'));
    const invalid = await fetch(`${cluster.url}/api/jobs/${id}/detections?score=2`);
    expect([invalid.status, await invalid.text()]).toEqual([
      400,
      expect.stringContaining('Invalid score \\"2\\": expected a number from 0 to 1.'),
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['an unknown model', { model: 'resnet' }, /model: Unknown model "resnet".*ssdlite-mobilenetv2/],
    ['a path for a model', { model: '../package' }, /Unknown model/],
    ['a score that is not a number', { score: 'high' }, /score: expected a number from 0 to 1/],
    ['a score above 1', { score: '50' }, /score: .*1/],
    [
      'a class that the model does not have',
      { classes: 'person, unicorn' },
      /has no class "unicorn"; see GET \/api\/models for/,
    ],
    ['half a frame', { frameStep: '1.5' }, /frameStep/],
    ['a field that does not exist', { treshold: '0.5' }, /unknown field "treshold".*score/],
  ])('with %s is refused and leaves nothing behind', async (_, fields, sentence) => {
    const before = (await readdir(cluster.workspace.root)).sort();
    const answer = await cluster.upload(clip, 'clip.mp4', fields);
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { error: { message: string } };
    expect(body.error.message).toMatch(sentence);
    expect((await readdir(cluster.workspace.root)).sort()).toEqual(before);
    expect(await readdir(join(cluster.workspace.root, '.incoming'))).toEqual([]);
  });

  it('from a third-party form is accepted, whatever other fields the form sends', async () => {
    const form = new FormData();
    form.set('file', new Blob([await readFile(clip)]), 'clip.mp4');
    form.set('submit', 'Send');
    const answer = await fetch(`${cluster.url}/fileUpload`, { method: 'POST', body: form });
    expect(answer.status).toBe(200);
    const id = /[0-9a-f]{24}/.exec(await answer.text())![0];
    expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
  });
});
