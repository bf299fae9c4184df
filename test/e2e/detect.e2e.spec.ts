import { openAsBlob } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JobResource, OneImageResource, SeveralImagesResource } from '#contract';
import { STATUSES } from '#jobs';
import { Cluster } from '../support/cluster';
import { scrape, scrapeUntil, type Samples } from '../support/metrics';
import { modelsDir } from '../support/model';
import { repositoryRoot, sample } from '../support/test-data';
import { H264, ffmpeg, jpegPixels, source, temporaryFolder } from '../support/video';

const MODEL = 'ssdlite-mobilenetv2';
const person = sample('videos/person-8s.mp4');

let cluster: Cluster;
let folder: string;
let jpeg: string;
let notAnImage: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  jpeg = await ffmpeg(join(folder, 'image.jpg'), ...source('testsrc2=s=320x240'), '-frames:v', '1');
  notAnImage = join(folder, 'notes.txt');
  await writeFile(notAnImage, 'not an image');
  const models = join(folder, 'models');
  await cp(modelsDir, models, { recursive: true });
  await cp(join(repositoryRoot, 'test/models/ssd300-resnet50.json'), join(models, 'ssd300-resnet50.json'));
  cluster = await Cluster.start({ env: { INFER_QUEUE_LIMIT: '2', MODELS_DIR: models } });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

interface Ask {
  readonly fields?: Record<string, string>;
  readonly query?: string;
  readonly url?: string;
  readonly signal?: AbortSignal;
}

async function detect(images: readonly string[], { fields = {}, query = '', url, signal }: Ask = {}) {
  const form = new FormData();
  for (const image of images) form.append('image', await openAsBlob(image), basename(image));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const address = `${url ?? cluster.url}/api/detect${query}`;
  return fetch(address, { method: 'POST', body: form, ...(signal && { signal }) });
}

async function refusal(answer: Response) {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, ...error };
}

describe('one image', () => {
  it('returns detections as fractions and in pixels, with the processing times', async () => {
    const answer = await detect([jpeg], { fields: { score: '0', max: '5', model: MODEL } });
    expect(answer.status).toBe(200);
    const { model, image, detections, timings } = (await answer.json()) as OneImageResource;
    expect({ model, image }).toEqual({
      model: MODEL,
      image: { name: 'image.jpg', width: 320, height: 240 },
    });
    expect(detections).toHaveLength(5);
    for (const { box, pixels, label, classIndex, score } of detections) {
      expect([typeof label, Number.isInteger(classIndex), score >= 0 && score <= 1]).toEqual([
        'string',
        true,
        true,
      ]);
      expect(pixels).toEqual({
        x1: Math.round(box.x1 * 320),
        y1: Math.round(box.y1 * 240),
        x2: Math.round(box.x2 * 320),
        y2: Math.round(box.y2 * 240),
      });
    }
    expect(timings.totalMs).toBeGreaterThanOrEqual(timings.queueMs + timings.computeMs);
    expect(Object.keys(timings)).toEqual(['queueMs', 'inputMs', 'computeMs', 'outputMs', 'totalMs']);
  });

  (person ? it : it.skip)('finds the person where there is one, and only the requested classes', async () => {
    const image = join(folder, 'person.jpg');
    await ffmpeg(image, '-ss', '2', '-i', person!, '-frames:v', '1', '-q:v', '2');
    const found = (await (await detect([image])).json()) as OneImageResource;
    expect(found.detections.map(({ label }) => label)).toEqual(['person']);
    const cars = (await (
      await detect([image], { fields: { classes: 'Car, BUS' } })
    ).json()) as OneImageResource;
    expect(cars.detections).toEqual([]);
  });

  it('is returned with boxes and their number on request', async () => {
    const answer = await detect([jpeg], { fields: { score: '0', max: '3' }, query: '?annotate=1' });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-detections')]).toEqual([
      200,
      'image/jpeg',
      '3',
    ]);
    const drawn = Buffer.from(await answer.arrayBuffer());
    const plain = Buffer.from(
      await (await detect([jpeg], { fields: { score: '1' }, query: '?annotate=1' })).arrayBuffer(),
    );
    expect(drawn.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(drawn.equals(plain)).toBe(false);
  });
});

it('accepts a PNG, and rotates a photo by its EXIF data', async () => {
  const png = await ffmpeg(join(folder, 'image.png'), ...source('testsrc2=s=320x240'), '-frames:v', '1');
  const turned = join(folder, 'turned.jpg');
  await writeFile(turned, withOrientation(await readFile(jpeg), 6));
  const { results } = (await (await detect([png, turned])).json()) as SeveralImagesResource;
  expect(results.map(({ image }) => image)).toEqual([
    { name: 'image.png', width: 320, height: 240 },
    { name: 'turned.jpg', width: 240, height: 320 },
  ]);
  const drawn = await detect([turned], { fields: { score: '0', max: '1' }, query: '?annotate=1' });
  expect(jpegPixels(Buffer.from(await drawn.arrayBuffer()))).toMatchObject({ width: 240, height: 320 });
});

/** The JPEG with an EXIF orientation (6: 90 degrees clockwise). */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008' + '0001' + '01120003000000010000' + '0000' + '00000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

describe('several images', () => {
  it('get one result each, in order; an invalid one gets an error', async () => {
    const answer = await detect([jpeg, notAnImage, jpeg]);
    expect(answer.status).toBe(200);
    expect((await answer.json()) as SeveralImagesResource).toMatchObject({
      model: MODEL,
      results: [
        { image: { name: 'image.jpg', width: 320 } },
        { image: { name: 'notes.txt' }, error: { code: 'BAD_IMAGE' } },
        { image: { name: 'image.jpg', width: 320 } },
      ],
    });
  });
});

describe('an invalid request', () => {
  const refused: [what: string, ask: () => Promise<Response>, status: number, sentence: RegExp][] = [
    ['no image', () => detect([]), 400, /No image received/],
    ['a file that is not an image', () => detect([notAnImage]), 422, /cannot be used/],
    ['17 images', () => detect(Array<string>(17).fill(jpeg)), 400, /Too many images: .* up to 16/],
    ['two images to annotate', () => detect([jpeg, jpeg], { query: '?annotate=1' }), 400, /one at a time/],
    ['a wrong score', () => detect([jpeg], { fields: { score: '2' } }), 400, /score: "2" is not a number/],
    [
      'an unknown field',
      () => detect([jpeg], { fields: { treshold: '1' } }),
      400,
      /Unknown field "treshold".*score/,
    ],
    [
      'an unknown label',
      () => detect([jpeg], { fields: { classes: 'person,unicorn' } }),
      400,
      /^classes: model ssdlite-mobilenetv2 has no class "unicorn"; see GET \/api\/models for all 80\.$/,
    ],
    [
      'several errors together',
      () => detect([jpeg], { fields: { score: '2', treshold: '1', classes: 'persons' } }),
      400,
      /^score: .*\. Unknown field "treshold".*\. classes: .*did you mean "person".*\.$/,
    ],
    [
      'an invalid number and an unknown model',
      () => detect([jpeg], { fields: { max: '0', model: 'x' } }),
      400,
      /^max: .*\. model: Unknown model "x"\./,
    ],
    [
      'an unknown model',
      () => detect([jpeg], { fields: { model: 'x' } }),
      400,
      /^model: .*Known models: .*ssdlite/,
    ],
    ['a path', () => detect([jpeg], { fields: { model: '/etc/x.json' } }), 400, /Unknown model/],
  ];

  it.each(refused)('is refused: %s', async (_, ask, status, sentence) => {
    expect(await refusal(await ask())).toMatchObject({
      status,
      message: expect.stringMatching(sentence) as string,
    });
  });

  it('is refused: a model with a missing file, without Retry-After', async () => {
    const answer = await detect([jpeg], { fields: { model: 'ssd300-resnet50' } });
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(await refusal(answer)).toMatchObject({ status: 422, code: 'MODEL_MISSING' });
    expect(await cluster.output()).not.toContain('ModelMissingError');
  });

  it('is refused: an image of more than 25 MB', async () => {
    const large = join(folder, 'large.jpg');
    await writeFile(large, Buffer.alloc(25 * 1024 ** 2 + 1));
    expect(await refusal(await detect([large]))).toMatchObject({ status: 413, code: 'TOO_LARGE' });
  });

  it('is refused: more images than the queue holds, with Retry-After', async () => {
    for (;;) {
      const answers = await Promise.all(Array.from({ length: 16 }, () => detect([jpeg])));
      for (const { status } of answers) expect([200, 503]).toContain(status);
      const full = answers.find(({ status }) => status === 503);
      if (!full) continue; // the machine was fast enough for all
      expect(Number(full.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(await refusal(full)).toMatchObject({ code: 'QUEUE_FULL' });
      const { infer } = cluster.addresses;
      const refusedOnes = `boxreel_inference_requests_total{model="${MODEL}",outcome="refused"}`;
      expect((await scrape(infer[0]!)).get(refusedOnes)).toBeGreaterThanOrEqual(1);
      return;
    }
  });
});

it('stops working for a client that disconnects', async () => {
  const large = await ffmpeg(join(folder, 'large.jpg'), ...source('testsrc2=s=3840x2160'), '-frames:v', '1');
  const url = cluster.addresses.infer[0]!;
  const inferences = `boxreel_inferences_total{model="${MODEL}"}`;
  const before = (await scrape(url)).get(inferences)!;
  const client = new AbortController();
  const asked = detect(Array<string>(16).fill(large), { signal: client.signal });
  asked.catch(() => undefined);
  await scrapeUntil(url, (samples) => samples.get(inferences)! > before);
  client.abort();
  await expect(asked).rejects.toThrow();
  const aborted =
    'boxreel_http_request_duration_seconds_count{method="POST",route="/api/detect",status="aborted"}';
  await scrapeUntil(url, (samples) => samples.has(aborted));
  expect((await detect([jpeg])).status).toBe(200); // waits for what is left
  expect((await scrape(url)).get(inferences)! - before).toBeLessThan(16);
});

it('/metrics of all services count the work', async () => {
  const { preprocess, infer, postprocess } = cluster.addresses;
  const before = await scrape(infer[0]!);
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=12:d=2'), ...H264);
  const id = await cluster.submit(clip);
  const job: JobResource = await cluster.finished(id);
  expect(job).toMatchObject({ status: 'POSTPROCESSING_COMPLETE', video: { frames: 24 } });
  await detect([jpeg, jpeg]);
  await detect([jpeg]);

  for (const [stage, [url]] of Object.entries({ preprocess, infer, postprocess })) {
    const completed = `boxreel_stage_jobs_total{stage="${stage}",outcome="completed"}`;
    const samples = await scrapeUntil(url!, (all) => all.has(completed)); // updated just after the record is written
    expect(samples.get(completed)).toBe(1);
    expect(samples.get(`boxreel_frames_processed_total{stage="${stage}"}`)).toBe(24);
    expect(samples.get(`boxreel_stage_duration_seconds_count{stage="${stage}"}`)).toBe(1);
    expect(samples.has('nodejs_eventloop_lag_seconds')).toBe(true);
  }

  const pages = await scrape(preprocess[0]!);
  const jobs = STATUSES.map((status) => pages.get(`boxreel_jobs{status="${status}"}`));
  expect(jobs).toEqual(STATUSES.map((status) => (status === 'POSTPROCESSING_COMPLETE' ? 1 : 0)));
  const requests = (route: string, method: string, status: number) =>
    `boxreel_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;
  expect(pages.get(requests('/api/jobs', 'POST', 201))).toBe(1);
  expect(pages.get(requests('/api/jobs/:id', 'GET', 200))).toBeGreaterThanOrEqual(1);

  const after = await scrape(infer[0]!);
  const grown = (name: string, labels = `model="${MODEL}"`, samples: Samples = before) =>
    after.get(`${name}{${labels}}`)! - (samples.get(`${name}{${labels}}`) ?? 0);
  expect(grown('boxreel_inferences_total')).toBe(24 + 3);
  expect(grown('boxreel_inference_requests_total', `model="${MODEL}",outcome="ok"`)).toBe(24 + 3);
  expect(grown('boxreel_inference_executions_total')).toBeGreaterThan(0);
  expect(grown('boxreel_inference_executions_total')).toBeLessThanOrEqual(24 + 3);
  expect(grown('boxreel_inference_request_duration_seconds_count')).toBe(24 + 3);
  expect(after.get(`boxreel_inference_load_ratio{model="${MODEL}"}`)).toBeGreaterThan(0);
  const instances = ['fp32', 'int8'].map(
    (precision) =>
      after.get(`boxreel_model_instances{model="${MODEL}",device="cpu",precision="${precision}"}`) ?? 0,
  );
  expect(Math.max(...instances)).toBe(1);
  expect(after.get(`boxreel_inference_queue_depth{model="${MODEL}"}`)).toBe(0);
});
