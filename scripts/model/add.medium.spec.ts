import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelCommand } from '../../libs/detection/test/model-command';
import { proper, serveModel } from '../../libs/detection/test/model-server';
import { columnValues, writeTinyGraph } from '../../libs/detection/test/tiny-graph';

let folder: string;
let models: string;
let file: string;
const images = { name: 'images', shape: [1, 3, 640, 640] };
const box = [160, 320, 160, 320, 0, 0, 0.75];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'add-'));
  models = join(folder, 'models');
  const output = { name: 'output0', shape: [1, 7, 8400], values: columnValues(10, 8400, box) };
  const names = "{0: 'cat', 1: 'dog', 2: 'car'}";
  file = await writeTinyGraph(join(folder, 'My Model.onnx'), [images], [output], {
    names,
    license: 'AGPL-3.0 https://ultralytics.com/license',
  });
});
afterEach(() => rm(folder, { recursive: true }));

/** Finds its folders in the settings, as in a container. */
const run = (...args: string[]) =>
  modelCommand(args, { MODELS_DIR: models, MODEL_CACHE: join(folder, 'cache') }).ended;

it('installs a file, ready for use by its name', async () => {
  const { code, out, err } = await run('add', file);
  expect({ code, out }).toEqual({ code: 0, out: `${join(models, 'my-model.json')}\n` });
  expect(err).toContain('family  Ultralytics YOLOv8/v9/11/12 export');
  expect(JSON.parse(await readFile(join(models, 'my-model.json'), 'utf8'))).toMatchObject({
    title: 'my-model',
    licence: 'AGPL-3.0',
    source: { type: 'file', path: 'my-model.onnx' },
    labels: ['cat', 'dog', 'car'],
  });
  expect((await readdir(models)).sort()).toEqual(['my-model.json', 'my-model.onnx']);
  const checked = await run('check', 'my-model');
  expect([checked.code, checked.err]).toEqual([0, '']);
  expect(checked.out).toMatch(/^sample {2}car 0\.75/m);
});

it('downloads from a URL into the cache, with size and checksum in the manifest', async () => {
  const content = await readFile(file);
  const server = await serveModel(proper(content));
  try {
    const { code } = await run('add', server.url, '--name', 'far', '--licence', 'MIT');
    expect(code).toBe(0);
  } finally {
    await server.close();
  }
  expect(JSON.parse(await readFile(join(models, 'far.json'), 'utf8'))).toMatchObject({
    licence: 'MIT',
    source: { type: 'url', url: server.url, bytes: content.length },
  });
  // The server is gone: the model is used from the cache.
  expect((await run('check', 'far')).code).toBe(0);
  expect((await run('list')).out).toMatch(/^far .* 640x640 +3 +- +\d+ MB +yes +http/m);
});

it.each<[string, () => Promise<string[]>, number, RegExp]>([
  ['a used name', () => run('add', file).then(() => ['add', file]), 2, /'my-model' exists already.*--name/],
  ['an invalid name', () => Promise.resolve(['add', file, '--name', 'A/B']), 2, /not a valid model name/],
  ['a missing file', () => Promise.resolve(['add', join(folder, 'no.onnx')]), 1, /no\.onnx/],
  [
    'an unreachable server',
    () => Promise.resolve(['add', 'http://127.0.0.1:1/m.onnx']),
    1,
    /m\.onnx cannot be downloaded/,
  ],
  [
    'a segmentation model',
    async () => [
      'add',
      await writeTinyGraph(join(folder, 'seg.onnx'), [images], [{ name: 'output0', shape: [1, 116, 8400] }], {
        task: 'segment',
      }),
    ],
    1,
    /for the task "segment", not for detection/,
  ],
  [
    'a graph with logits as scores',
    async () => [
      'add',
      await writeTinyGraph(
        join(folder, 'logits.onnx'),
        [images],
        [{ name: 'output0', shape: [1, 84, 8400], rest: -9, values: columnValues(3, 8400, [9, 9, 5, 5]) }],
      ),
    ],
    1,
    /This looks like: Ultralytics YOLOv8.*\n.*lacks the sigmoid|many widths are negative/,
  ],
])('refuses %s and leaves nothing behind', async (_, prepare, exitCode, words) => {
  const args = await prepare();
  const before = await readdir(models).catch(() => []);
  const { code, err } = await run(...args);
  expect(err).toMatch(words);
  expect(code).toBe(exitCode);
  expect(err).not.toContain('    at ');
  expect(await readdir(models).catch(() => [])).toEqual(before);
});
