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

// Which models an engine keeps in memory.

const FOR_TWO = 2 * FOR_ONE;

let models: ModelCopies;
let engine: ObservedEngine['engine'];
let said: ObservedEngine['said'];

beforeAll(async () => {
  models = await makeModelCopies('a', 'b', 'c');
}, pullTimeout);
afterEach(() => engine.close());
afterAll(() => models.remove());

function create(memoryBytes = 2e9): void {
  ({ engine, said } = makeEngine(models, { memoryBytes }));
}

it('serves several models at once', async () => {
  create();
  const results = await Promise.all([
    detectMany(engine, 'a', 5),
    detectMany(engine, 'b', 5),
    detectMany(engine, 'c', 5),
  ]);
  expect(new Set(results.flatMap(outcomes))).toEqual(new Set(['a', 'b', 'c']));
  expect(loadedModels(engine).sort()).toEqual(['a', 'b', 'c']);
});

it('evicts the least recently used model if another does not fit, and reloads it later', async () => {
  create(FOR_TWO);
  await engine.load('a');
  await engine.load('b');
  await engine.detect('a', grey);
  await engine.load('c');
  expect(loadedModels(engine)).toEqual(['a', 'c']);
  expect(said).toContain('b was closed to make room for c.');
  expect(await engine.detect('b', grey)).toMatchObject({ model: 'b' });
  expect(loadedModels(engine)).toEqual(['c', 'b']);
});

it('returns the same manifest object while the model is unchanged', async () => {
  await models.add('edited');
  create(FOR_ONE);
  const manifestOf = async () => (await engine.detect('edited', grey)).manifest;
  const manifest = await engine.load('edited');
  expect(await manifestOf()).toBe(manifest);
  await engine.load('a');
  expect(loadedModels(engine)).toEqual(['a']);
  expect(await manifestOf()).toBe(manifest); // reloaded unchanged
  await models.add('edited', { title: 'Edited' });
  await engine.load('edited');
  expect((await manifestOf()).title).toBe('Edited');
});

it('never closes a model with running images, and a busy model does not starve another', async () => {
  create(FOR_ONE);
  const results = await Promise.all([
    detectMany(engine, 'a', 20),
    detectMany(engine, 'b', 5),
    detectMany(engine, 'a', 5),
    detectMany(engine, 'c', 5),
  ]);
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
  const busy = detectMany(engine, 'a', 10);
  await engine.detect('b', grey);
  expect(outcomes(await busy)).toEqual(Array(10).fill('a'));
});

it('respects its memory limit when models are requested concurrently', async () => {
  create(FOR_ONE);
  await Promise.all([engine.load('a'), engine.load('b'), engine.load('c')]);
  expect(engine.status).toHaveLength(1);
  expect(said.filter((line) => line.includes('more than'))).toEqual([]);
});

it('loads a model that exceeds the memory limit, with a warning', async () => {
  create(10e6);
  expect(await engine.detect('a', grey)).toMatchObject({ model: 'a' });
  expect(said[0]).toBe('a needs about 112 MB, more than the limit of 10 MB for all models.');
});
