import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modelCommand } from '../../libs/detection/test/model-command';
import { defaultModel, modelsDir, pullTimeout } from '../../test/support/model';
import { sampleModel, writeSampleModels } from '../../test/support/sample-model';
import { sample } from '../../test/support/test-data';

/** What is checked of a recipe. */
interface Recipe {
  readonly model: string;
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
}

const DEFAULT = 'ssdlite-mobilenetv2';

const coco = sample('data/coco64');
const weights = sample('models');
const measured = coco ? it : it.skip;
const withWeights = coco && weights ? it : it.skip;

let dir: string;
let cacheDir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'quantise-'));
  cacheDir = dirname((await defaultModel()).modelPath);
  await writeSampleModels(dir);
  await rm(join(dir, 'int8'), { recursive: true }); // the recipes of the repository
}, pullTimeout);
afterAll(() => rm(dir, { recursive: true }));

const quantise = (...args: string[]) =>
  modelCommand(['quantise', ...args, '--models', dir, '--cache', cacheDir]).ended;

const recipeOf = async (name: string) =>
  JSON.parse(await readFile(join(dir, 'int8', `${name}.json`), 'utf8')) as Recipe;

/** The average precision in a line of the output, 0..100. */
const ap = (out: string, precision: string) =>
  Number(new RegExp(`^${precision} +AP ([\\d.]+)`, 'm').exec(out)?.[1]);

it('refuses a folder without images', async () => {
  await mkdir(join(dir, 'empty'));
  const { code, err } = await quantise(DEFAULT, join(dir, 'empty'));
  expect([code, err]).toEqual([2, expect.stringContaining('contains no JPEG, PNG or WebP images')]);
});

measured(
  'loses less than .01 of average precision with the default model, and finds the ranges of the repository',
  async () => {
    const { code, out } = await quantise(DEFAULT, coco!);
    expect(code).toBe(0);
    expect(ap(out, 'fp32')).toBeGreaterThan(38.4);
    expect(ap(out, 'int8')).toBeGreaterThan(ap(out, 'fp32') - 1);
    expect(out).toContain('compared  64 images, 32 of them not used for the ranges');
    const kept = JSON.parse(await readFile(join(modelsDir, 'int8', `${DEFAULT}.json`), 'utf8')) as Recipe;
    const { ranges } = await recipeOf(DEFAULT);
    expect(Object.keys(ranges)).toEqual(Object.keys(kept.ranges));
    // The last digits depend on the CPU.
    const off = Object.entries(kept.ranges).filter(([name, [low, high]]) =>
      ranges[name]!.some((end, n) => Math.abs(end - [low, high][n]!) > 0.01 * (high - low)),
    );
    expect(off).toEqual([]);
  },
  pullTimeout,
);

withWeights(
  'installs a variant that loses too much only by force',
  async () => {
    const few = join(dir, 'few');
    await mkdir(few);
    for (const name of ['000000000139.jpg', '000000000285.jpg', '000000000632.jpg']) {
      await symlink(join(coco!, 'images', name), join(few, name));
    }
    const refused = await quantise('yolox-nano', few);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('loses too much')]);
    await expect(recipeOf('yolox-nano')).rejects.toThrow('ENOENT');
    const forced = await quantise('yolox-nano', few, '--force');
    expect(forced.code).toBe(0);
    expect(forced.out).toMatch(/^boxes +[\d.]+ % found again/m);
    expect(await recipeOf('yolox-nano')).toMatchObject({
      model: (await sampleModel('yolox-nano'))!.manifest.sha256,
    });
  },
  pullTimeout,
);

withWeights('says why a graph cannot be quantised', async () => {
  const { code, err } = await quantise('fpnlite-256-int8', coco!);
  expect(code).toBe(1);
  expect(err).toContain('fpnlite-256-int8 cannot run in int8. The graph runs on integers already');
});
