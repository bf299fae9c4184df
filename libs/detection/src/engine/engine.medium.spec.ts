import { createCanvas } from 'canvas';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pullTimeout } from '../../../../test/support/model';
import {
  FOR_ONE,
  detectMany,
  grey,
  loadedModels,
  makeEngine,
  outcomes,
  type ObservedEngine,
} from '../../test/make-engine';
import { makeModelCopies, type ModelCopies } from '../../test/model-copies';
import { DetectorUnavailableError, ModelMismatchError, QueueFullError } from '../errors';
import type { EngineOptions } from './engine-options';

let models: ModelCopies;
let engine: ObservedEngine['engine'];
let said: ObservedEngine['said'];
let requests: ObservedEngine['requests'];
let batches: ObservedEngine['batches'];

beforeAll(async () => {
  models = await makeModelCopies('a', 'b', 'c');
}, pullTimeout);
afterEach(() => engine.close());
afterAll(() => models.remove());

function create(options: Partial<EngineOptions> = {}): void {
  ({ engine, said, requests, batches } = makeEngine(models, options));
}

/** For the 90 score columns of the model. */
const labelList = (first: string) => `${first}${'\n'.repeat(89)}toothbrush\n`;

describe('loading', () => {
  it('loads a model once for concurrent calls and reports the result', async () => {
    create({ instances: 2 });
    const [manifest, found] = await Promise.all([
      engine.load('a'),
      engine.detect('a', grey),
      engine.load('a'),
    ]);
    expect(manifest).toMatchObject({ name: 'a', licence: 'Apache-2.0' });
    expect(found).toMatchObject({ model: 'a', detections: [] });
    expect(said).toEqual(['a is ready: 2 instances on cpu']);
    expect(engine.status).toEqual([
      {
        ...{ name: 'a', ready: true, device: 'cpu', precision: 'fp32', instances: 2, alive: 2, waiting: 0 },
        ...{ preferredBatchSize: [1], maxQueueDelayUs: 0 },
        bytes: expect.any(Number) as number,
      },
    ]);
    expect(engine.concurrency('a')).toBe(4);
  });

  it('retries after a failed load', async () => {
    create();
    await expect(engine.detect('later', grey)).rejects.toMatchObject({ code: 'BAD_MANIFEST' });
    expect(requests).toEqual([]); // unknown model names are not reported
    await models.add('later');
    expect(await engine.detect('later', grey)).toMatchObject({ model: 'later' });
  });

  it('refuses a file that is not a model, and a model that does not match', async () => {
    create();
    const page = { path: join(models.root, 'page'), text: '<html>404</html>' };
    await writeFile(page.path, page.text);
    const sha256 = createHash('sha256').update(page.text).digest('hex');
    await models.add('page', {}, { path: page.path, sha256 });
    await models.add('wide', { input: { name: 'images', width: 320, height: 300 } });
    await expect(engine.load('page')).rejects.toThrow(ModelMismatchError);
    const wide = engine.detect('wide', grey);
    await expect(wide).rejects.toThrow(ModelMismatchError);
    await expect(wide).rejects.toThrow('[N, 3, 300, 320], but in the graph it is float32 [N, 3, 300, 300]');
    expect(requests).toMatchObject([{ model: 'wide', outcome: 'error' }]);
    expect(engine.status).toEqual([]);
  });

  it('continues a load after its caller aborts', async () => {
    create();
    const abort = new AbortController();
    const given = [engine.detect('a', grey, { signal: abort.signal }), engine.load('a', abort.signal)];
    abort.abort(new Error('client gone'));
    for (const call of given) await expect(call).rejects.toThrow('client gone');
    expect(said).toEqual([]); // before the load was done
    expect(requests).toEqual([]);
    await engine.load('a');
    expect(said).toEqual(['a is ready: 1 instance on cpu']);
  });

  it.each([
    ['manifest', () => models.add('edited', { labels: [{ name: 'human', column: 0 }] })],
    ['label list', () => writeFile(join(models.modelsDir, 'edited.txt'), labelList('human'))],
  ])('reloads after a change of the %s, while running calls finish', async (what, change) => {
    await writeFile(join(models.modelsDir, 'edited.txt'), labelList('person'));
    await models.add('edited', what === 'label list' ? { labels: 'edited.txt' } : {});
    create({ memoryBytes: FOR_ONE });
    expect((await engine.load('edited')).labels[0]).toMatchObject({ name: 'person' });
    const underWay = detectMany(engine, 'edited', 5);
    await change();
    expect((await engine.load('edited')).labels[0]).toMatchObject({ name: 'human' });
    expect(outcomes(await underWay)).toEqual(Array(5).fill('edited'));
    await engine.load('edited');
    const ready = 'edited is ready: 1 instance on cpu';
    expect(said).toEqual([ready, 'The files of edited have changed: reloading it.', ready]);
    expect(loadedModels(engine)).toEqual(['edited']);
  });

  it('refuses a loaded model while its manifest is invalid', async () => {
    await models.add('edited');
    create();
    await engine.load('edited');
    await writeFile(join(models.modelsDir, 'edited.json'), '{');
    await expect(engine.load('edited')).rejects.toMatchObject({ code: 'BAD_MANIFEST' });
    await models.add('edited');
    await engine.load('edited');
  });
});

describe('scheduling', () => {
  it('uses the batch sizes of the settings', async () => {
    create({ preferredBatchSize: [4], maxQueueDelayUs: 10_000_000 });
    const results = await Promise.all(Array.from({ length: 8 }, () => engine.detect('a', grey)));
    expect(results.map(({ batch }) => batch)).toEqual(Array(8).fill(4));
    expect(batches).toEqual([4, 4]);
    expect(engine.concurrency('a')).toBe(8);
  });

  it('uses the batch sizes of the manifest', async () => {
    await models.add('pairs', {
      instances: 2,
      dynamic_batching: { preferred_batch_size: [2], max_queue_delay_us: 10_000_000 },
    });
    create();
    expect((await detectMany(engine, 'pairs', 4)).map(({ status }) => status)).toEqual(
      Array(4).fill('fulfilled'),
    );
    expect(batches).toEqual([2, 2]);
    expect(engine.status[0]).toMatchObject({ instances: 2, preferredBatchSize: [2] });
  });

  it.each([
    ['broken', () => grey.subarray(0, grey.length / 2)],
    ['a PNG with a damaged header', () => createCanvas(8, 8).toBuffer('image/png').fill(0x80, 18, 19)],
  ])('fails only the image of a batch that is %s', async (_, make) => {
    create({ preferredBatchSize: [3], maxQueueDelayUs: 10_000_000 });
    const results = await Promise.allSettled([grey, make(), grey].map((i) => engine.detect('a', i)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'BAD_IMAGE' } });
    expect(batches).toEqual([2]); // the model ran on the other two
  });

  it('refuses images beyond the queue limit, unless the caller is exempt from it', async () => {
    create({ queueLimit: 2 });
    await engine.load('a');
    // one running, one ready in the worker, two waiting
    const results = await detectMany(engine, 'a', 10);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(6);
    expect(refused[0]).toMatchObject({ reason: expect.any(QueueFullError) as Error });
    expect(refused[0]).toMatchObject({ reason: { retryAfterS: 1 } });
    expect(requests.filter(({ outcome }) => outcome === 'refused')).toHaveLength(6);
    expect(outcomes(await detectMany(engine, 'a', 10, { exemptFromQueueLimit: true }))).toEqual(
      Array(10).fill('a'),
    );
  });

  it('applies the queue limit also while the model is loading', async () => {
    create({ queueLimit: 2 });
    const results = await detectMany(engine, 'a', 5);
    expect(results.map(({ status }) => status).sort()).toEqual([
      ...Array<string>(2).fill('fulfilled'),
      ...Array<string>(3).fill('rejected'),
    ]);
  });

  it('counts refused images, also while the model reloads', async () => {
    create({ queueLimit: 2, memoryBytes: FOR_ONE });
    await engine.load('a');
    await engine.load('b');
    await detectMany(engine, 'a', 5);
    const counted = requests.map(({ model, outcome }) => `${model} ${outcome}`);
    expect(counted.sort()).toEqual(['a ok', 'a ok', 'a refused', 'a refused', 'a refused']);
  });

  it('reports the time of each step of an image', async () => {
    create();
    const result = await engine.detect('a', grey);
    const { totalMs, queueMs, inputMs, computeMs, outputMs } = result;
    expect(requests).toEqual([{ model: 'a', outcome: 'ok', totalMs, queueMs, inputMs, computeMs, outputMs }]);
    for (const part of [queueMs, inputMs, computeMs, outputMs]) expect(part).toBeGreaterThan(0);
    expect(queueMs + inputMs + computeMs + outputMs).toBeLessThanOrEqual(totalMs);
  });
});

describe('closing', () => {
  it('refuses waiting and later images', async () => {
    create();
    await engine.load('a');
    const held = detectMany(engine, 'a', 5);
    await engine.close();
    for (const result of await held) expect(result).toMatchObject({ status: 'rejected' });
    await expect(engine.detect('a', grey)).rejects.toThrow(DetectorUnavailableError);
    await expect(engine.load('b')).rejects.toThrow(DetectorUnavailableError);
  });

  it('aborts a running load and the calls that wait for it', async () => {
    create({ memoryBytes: FOR_ONE });
    const loads = Promise.allSettled([engine.load('a'), engine.load('b'), engine.detect('c', grey)]);
    await engine.close();
    for (const load of await loads) {
      expect(load).toMatchObject({ status: 'rejected', reason: { code: 'DETECTOR_UNAVAILABLE' } });
    }
    expect(engine.status).toEqual([]);
  });
});
