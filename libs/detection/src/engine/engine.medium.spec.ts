import { createCanvas } from 'canvas';
import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pullTimeout } from '../../../../test/support/model';
import { makeModelCopies, type ModelCopies } from '../../test/model-copies';
import { DetectorUnavailableError, ModelMismatchError, QueueFullError } from '../errors';
import { type DetectResult, Engine } from './engine';
import { type EngineObserver, type EngineOptions } from './engine-options';

type RequestEvent = Parameters<EngineObserver['request']>[0];

/** The default model is estimated at 112 MB per instance. */
const FOR_ONE = 120e6;
const FOR_TWO = 240e6;

jest.setTimeout(30_000); // models are loaded many times

describe('Engine', () => {
  let models: ModelCopies;
  let engine: Engine;
  let said: string[];
  let requests: RequestEvent[];
  let batches: number[];
  const grey = compressSync(Buffer.alloc(3 * 64 * 48, 128), { format: FORMAT_RGB, width: 64, height: 48 });

  beforeAll(async () => {
    models = await makeModelCopies('a', 'b', 'c');
  }, pullTimeout);
  afterEach(() => engine.close());
  afterAll(() => models.remove());

  function create(options: Partial<EngineOptions> = {}): Engine {
    [said, requests, batches] = [[], [], []];
    engine = new Engine({
      ...{ modelsDir: models.modelsDir, cacheDir: models.cacheDir, device: 'cpu', cpus: 1 },
      ...{ memoryBytes: 2e9, queueLimit: 256 },
      onProgress: (line) => said.push(line),
      observer: {
        request: (event) => requests.push(event),
        execution: ({ batch }) => batches.push(batch),
      },
      ...options,
    });
    return engine;
  }

  /** For the 90 score columns of the model. */
  const labelList = (first: string) => `${first}${'\n'.repeat(89)}toothbrush\n`;
  const names = () => engine.status.map(({ name }) => name);
  const many = (model: string, count: number, options = {}) =>
    Promise.allSettled(Array.from({ length: count }, () => engine.detect(model, grey, options)));
  const outcomes = (results: PromiseSettledResult<DetectResult>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? result.value.model : String(result.reason)));

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
          ...{ name: 'a', ready: true, device: 'cpu', instances: 2, alive: 2, waiting: 0 },
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
      const underWay = many('edited', 5);
      await change();
      expect((await engine.load('edited')).labels[0]).toMatchObject({ name: 'human' });
      expect(outcomes(await underWay)).toEqual(Array(5).fill('edited'));
      await engine.load('edited');
      const ready = 'edited is ready: 1 instance on cpu';
      expect(said).toEqual([ready, 'The files of edited have changed: reloading it.', ready]);
      expect(names()).toEqual(['edited']);
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

  describe('memory', () => {
    it('serves several models at once', async () => {
      create();
      const results = await Promise.all([many('a', 5), many('b', 5), many('c', 5)]);
      expect(new Set(results.flatMap(outcomes))).toEqual(new Set(['a', 'b', 'c']));
      expect(names().sort()).toEqual(['a', 'b', 'c']);
    });

    it('evicts the least recently used model if another does not fit, and reloads it later', async () => {
      create({ memoryBytes: FOR_TWO });
      await engine.load('a');
      await engine.load('b');
      await engine.detect('a', grey);
      await engine.load('c');
      expect(names()).toEqual(['a', 'c']);
      expect(said).toContain('b was closed to make room for c.');
      expect(await engine.detect('b', grey)).toMatchObject({ model: 'b' });
      expect(names()).toEqual(['c', 'b']);
    });

    it('returns the same manifest object while the model is unchanged', async () => {
      await models.add('edited');
      create({ memoryBytes: FOR_ONE });
      const manifestOf = async () => (await engine.detect('edited', grey)).manifest;
      const manifest = await engine.load('edited');
      expect(await manifestOf()).toBe(manifest);
      await engine.load('a');
      expect(names()).toEqual(['a']);
      expect(await manifestOf()).toBe(manifest); // reloaded unchanged
      await models.add('edited', { title: 'Edited' });
      await engine.load('edited');
      expect((await manifestOf()).title).toBe('Edited');
    });

    it('never closes a model with running images, and a busy model does not starve another', async () => {
      create({ memoryBytes: FOR_ONE });
      const results = await Promise.all([many('a', 20), many('b', 5), many('a', 5), many('c', 5)]);
      const expected = [
        ...Array<string>(20).fill('a'),
        ...Array<string>(5).fill('b'),
        ...Array<string>(5).fill('a'),
        ...Array<string>(5).fill('c'),
      ];
      expect(results.flatMap(outcomes)).toEqual(expected);
      expect(engine.status).toHaveLength(1);
      // request b while images keep passing through a
      await engine.load('a');
      const busy = many('a', 10);
      await engine.detect('b', grey);
      expect(outcomes(await busy)).toEqual(Array(10).fill('a'));
    });

    it('respects its memory limit when models are requested concurrently', async () => {
      create({ memoryBytes: FOR_ONE });
      await Promise.all([engine.load('a'), engine.load('b'), engine.load('c')]);
      expect(engine.status).toHaveLength(1);
      expect(said.filter((line) => line.includes('more than'))).toEqual([]);
    });

    it('loads a model that exceeds the memory limit, with a warning', async () => {
      create({ memoryBytes: 10e6 });
      expect(await engine.detect('a', grey)).toMatchObject({ model: 'a' });
      expect(said[0]).toBe('a needs about 112 MB, more than the limit of 10 MB for all models.');
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
      expect((await many('pairs', 4)).map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
      expect(batches).toEqual([2, 2]);
      expect(engine.status[0]).toMatchObject({ instances: 2, preferredBatchSize: [2] });
    });

    it.each([
      ['broken', () => grey.subarray(0, grey.length / 2)],
      ['wider than a canvas', () => createCanvas(32_767, 1).toBuffer('image/png').fill(0x80, 18, 19)],
    ])('fails only the image of a batch that is %s', async (_, make) => {
      create({ preferredBatchSize: [3], maxQueueDelayUs: 10_000_000 });
      const results = await Promise.allSettled([grey, make(), grey].map((i) => engine.detect('a', i)));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: { code: 'BAD_IMAGE' } });
      expect(batches).toEqual([2]); // the model ran on the other two
    });

    it('refuses images beyond the queue limit, unless they are patient', async () => {
      create({ queueLimit: 2 });
      await engine.load('a');
      // one running, one ready in the worker, two waiting
      const results = await many('a', 10);
      const refused = results.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(6);
      expect(refused[0]).toMatchObject({ reason: expect.any(QueueFullError) as Error });
      expect(refused[0]).toMatchObject({ reason: { retryAfterS: 1 } });
      expect(requests.filter(({ outcome }) => outcome === 'refused')).toHaveLength(6);
      expect(outcomes(await many('a', 10, { patient: true }))).toEqual(Array(10).fill('a'));
    });

    it('applies the queue limit also while the model is loading', async () => {
      create({ queueLimit: 2 });
      const results = await many('a', 5);
      expect(results.map(({ status }) => status).sort()).toEqual([
        ...Array<string>(2).fill('fulfilled'),
        ...Array<string>(3).fill('rejected'),
      ]);
    });

    it('counts refused images, also while the model reloads', async () => {
      create({ queueLimit: 2, memoryBytes: FOR_ONE });
      await engine.load('a');
      await engine.load('b');
      await many('a', 5);
      const counted = requests.map(({ model, outcome }) => `${model} ${outcome}`);
      expect(counted.sort()).toEqual(['a ok', 'a ok', 'a refused', 'a refused', 'a refused']);
    });

    it('reports the time of each step of an image', async () => {
      create();
      const result = await engine.detect('a', grey);
      const { totalMs, queueMs, inputMs, computeMs, outputMs } = result;
      expect(requests).toEqual([
        { model: 'a', outcome: 'ok', totalMs, queueMs, inputMs, computeMs, outputMs },
      ]);
      for (const part of [queueMs, inputMs, computeMs, outputMs]) expect(part).toBeGreaterThan(0);
      expect(queueMs + inputMs + computeMs + outputMs).toBeLessThanOrEqual(totalMs);
    });
  });

  describe('closing', () => {
    it('refuses waiting and later images', async () => {
      create();
      await engine.load('a');
      const held = many('a', 5);
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
});
