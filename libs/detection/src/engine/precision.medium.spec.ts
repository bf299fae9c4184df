import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultModel, modelsDir, pullTimeout } from '../../../../test/support/model';
import { grey, makeEngine } from '../../test/make-engine';
import { makeModelCopies, type ModelCopies } from '../../test/model-copies';
import { runAndSample } from '../../test/model-worker';
import { type Recipe } from '../int8/recipe';
import { checkExpected } from '../int8/self-check';
import { ensureInt8 } from '../store/int8';

const HEADS = [{ name: 'boxes' }, { name: 'scores' }];

let models: ModelCopies;
let recipe: Recipe;
/** What this CPU computes with its fastest kernels, right or wrong. */
let own: Recipe['expected'];

beforeAll(async () => {
  const { manifest } = await defaultModel();
  models = await makeModelCopies('plain', 'right', 'wrong', 'damaged');
  recipe = JSON.parse(
    await readFile(join(modelsDir, 'int8', `${manifest.name}.json`), 'utf8'),
  ) as typeof recipe;
  await mkdir(join(models.modelsDir, 'int8'));
  const write = (name: string, changes: Partial<Recipe>) =>
    writeFile(join(models.modelsDir, 'int8', `${name}.json`), JSON.stringify({ ...recipe, ...changes }));
  const { modelPath } = await defaultModel();
  const file = await ensureInt8('right', modelPath, recipe, { cacheDir: models.cacheDir });
  own = (await runAndSample({ manifest, file, maxBatch: 1, batches: [] })).expectation;
  await write('right', { expected: own });
  const scores = own['scores']!;
  await write('wrong', {
    expected: { ...own, scores: { ...scores, values: scores.values.map((value) => value * 0.9) } },
  });
  await write('damaged', { sha256: '0'.repeat(64) });
}, pullTimeout);
afterAll(() => models.remove());

/** Loads a model; on a CPU that gains from int8 unless told otherwise. */
async function load(model: string, precision: 'auto' | 'fp32' | 'int8', cpuGains = true) {
  const { engine, said } = makeEngine(models, { precision, cpuGains });
  try {
    const loaded = await engine.open(model).catch((error: unknown) => error as Error);
    const detected = loaded instanceof Error ? undefined : (await engine.detect(model, grey)).precision;
    return {
      ...{ said: said.filter((line) => line.includes('fp32')), detected },
      error: loaded instanceof Error ? loaded : undefined,
      status: engine.status.map((status) => status.precision),
    };
  } finally {
    await engine.close();
  }
}

describe('the int8 variant of the default model', () => {
  it('computes nearly what fp32 does, with exact products', async () => {
    const { manifest, modelPath } = await defaultModel();
    const file = await ensureInt8('right', modelPath, recipe, { cacheDir: models.cacheDir });
    const image = await readFile(join(modelsDir, 'sample.jpg'));
    const batches = [[{ image, thresholds: { score: 0.5, iou: 0.6, max: 100 } }]];
    const run = { manifest, maxBatch: 1, batches };
    const [fp32, int8] = await Promise.all([
      runAndSample({ ...run, file: modelPath }),
      runAndSample({ ...run, file, options: { exactProducts: true } }),
    ]);
    const labels = ({ results }: typeof fp32) =>
      results.flat().flatMap((one) => (typeof one === 'string' ? one : one.detections.map((d) => d.label)));
    expect(labels(int8)).toEqual(labels(fp32));
    const [of32, of8] = [fp32, int8].map(({ expectation }) => expectation['scores']!);
    const differences = of32!.positions.flatMap((at, i) => {
      const place = of8!.positions.indexOf(at);
      return place < 0 ? [] : [Math.abs(of8!.values[place]! - of32!.values[i]!)];
    });
    expect(differences.length).toBeGreaterThan(60);
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.05);
  });

  it('computes with exact products what its recipe says', async () => {
    const { manifest, modelPath } = await defaultModel();
    const file = await ensureInt8('right', modelPath, recipe, { cacheDir: models.cacheDir });
    const options = { exactProducts: true, expected: recipe.expected };
    await expect(runAndSample({ manifest, file, maxBatch: 2, batches: [], options })).resolves.toBeDefined();
  });
});

describe('the precision of an engine', () => {
  it('is int8 where the self-check passes', async () => {
    for (const precision of ['auto', 'int8'] as const) {
      expect(await load('right', precision)).toMatchObject({ detected: 'int8', status: ['int8'], said: [] });
    }
  });

  it('is fp32 where the self-check fails, and the log says why', async () => {
    const { detected, status, said } = await load('wrong', 'auto');
    expect([detected, status]).toEqual(['fp32', ['fp32']]);
    expect(said).toEqual([
      expect.stringMatching(
        /^wrong runs in fp32: int8 is wrong on this CPU: in the self-check of \S+, output scores is [\d.]+ % off \(accepted: 0\.5 %\)\.$/,
      ),
    ]);
  });

  it('is an error where int8 is required and the self-check fails', async () => {
    const { error, status } = await load('wrong', 'int8');
    expect(error).toMatchObject({
      code: 'PRECISION_UNAVAILABLE',
      message: expect.stringMatching(
        /^Model wrong cannot run in int8: .* Set PRECISION to auto or fp32\.$/,
      ) as string,
    });
    expect(status).toEqual([]);
  });

  it.each([
    [
      'on a CPU that does not gain from int8',
      'right',
      false,
      /^right runs in fp32: this CPU has no dot products/,
    ],
    [
      'with a recipe for other weights',
      'damaged',
      true,
      /^damaged runs in fp32: The int8 variant .* expected sha256 0{64}/,
    ],
  ])('is fp32 %s', async (_, model, cpuGains, line) => {
    const { detected, said } = await load(model, 'auto', cpuGains);
    expect(detected).toBe('fp32');
    expect(said).toEqual([expect.stringMatching(line)]);
  });

  it('is int8 on any CPU if it is required and correct', async () => {
    expect(await load('right', 'int8', false)).toMatchObject({ detected: 'int8' });
  });

  it('is fp32 for a model without a recipe, and an error if int8 is required', async () => {
    expect(await load('plain', 'auto')).toMatchObject({ detected: 'fp32', said: [] });
    expect((await load('plain', 'int8')).error?.message).toMatch('it has no int8 variant');
  });

  it('can be fp32 for some callers of a model in int8', async () => {
    const { engine } = makeEngine(models, { precision: 'auto', cpuGains: true });
    try {
      const first = await engine.open('right');
      const second = await engine.open('right', { precision: 'fp32' });
      expect([first.precision, second.precision]).toEqual(['int8', 'fp32']);
      expect((await engine.detect('right', grey, { precision: 'fp32' })).precision).toBe('fp32');
      expect((await engine.detect('right', grey)).precision).toBe('int8');
    } finally {
      await engine.close();
    }
  });
});

describe('checkExpected', () => {
  const output = (values: number[]) => ({ data: Float32Array.from(values), dims: [1, values.length] });
  const expected = { scores: { positions: [0, 2], values: [0, 1] } };
  const check = (values: number[]) => {
    checkExpected('m', [{ name: 'scores' }], [output(values)], expected);
  };

  it.each([[[0, 9, 1]], [[0.002, 9, 1.002]]])('accepts %j', (values) => {
    expect(() => {
      check(values);
    }).not.toThrow();
  });

  it.each([[[0.01, 9, 1]], [[NaN, 9, 1]], [[0]]])('refuses %j', (values) => {
    expect(() => {
      check(values);
    }).toThrow('output scores is');
  });

  it('refuses an output that is not expected', () => {
    expect(() => {
      checkExpected('m', HEADS, [output([0]), output([0])], {});
    }).toThrow('output boxes is infinitely far off');
  });
});
