import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../../test/support/test-data';
import { BadManifest } from './errors';
import { listModels, loadManifest, parseManifest } from './manifest';

const modelsDir = join(repositoryRoot, 'models');

describe('the default model', () => {
  it('has the 80 COCO classes, each with the score column of its category id', async () => {
    const { labels } = await loadManifest('ssdlite-mobilenetv2', modelsDir);
    expect(labels).toHaveLength(80);
    expect(labels[0]).toEqual({ name: 'person', column: 0 });
    expect(labels[39]).toEqual({ name: 'bottle', column: 43 });
    expect(labels[79]).toEqual({ name: 'toothbrush', column: 89 });
    const unused = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83];
    const used = Array.from({ length: 90 }, (_, k) => k + 1).filter((id) => !unused.includes(id));
    expect(labels.map(({ column }) => column + 1)).toEqual(used);
  });
});

describe('loadManifest', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'manifest-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('names the models there are when there is none of that name', async () => {
    await expect(loadManifest('resnet', modelsDir)).rejects.toThrow(BadManifest);
    await expect(loadManifest('resnet', modelsDir)).rejects.toThrow('Known models: ssdlite-mobilenetv2;');
    await expect(loadManifest('resnet', join(dir, 'nowhere'))).rejects.toThrow('Known models: none;');
  });

  it('takes the path of a file, too', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, JSON.stringify(await loadManifest('ssdlite-mobilenetv2', modelsDir)));
    expect((await loadManifest(file, modelsDir)).name).toBe('ssdlite-mobilenetv2');
    expect(await listModels(dir)).toEqual(['mine']);
  });
});

describe('parseManifest', () => {
  /** The default manifest as text, with one field changed (to undefined: left out). */
  async function withField(path: string, value: unknown): Promise<string> {
    const manifest = structuredClone(await loadManifest('ssdlite-mobilenetv2', modelsDir)) as object;
    const keys = path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce((at, key) => Reflect.get(at, key) as object, manifest);
    Reflect.set(owner, last, value);
    return JSON.stringify(manifest);
  }

  it.each<[string, string, unknown, string[]]>([
    ['a missing field', 'input.width', undefined, ['input.width', 'expected number']],
    ['a wrong type', 'input.width', '300', ['input.width', 'expected number', 'string']],
    ['an unknown field', 'input.widht', 300, ['input', 'widht']],
    ['another layout', 'input.layout', 'NHWC', ['input.layout', 'NCHW']],
    ['another kind of source', 'source.type', 'ftp', ['source.type', 'npm']],
    ['a version range', 'source.version', '^1.0.6', ['source.version', 'exact version']],
    ['a short checksum', 'sha256', 'abc', ['sha256', '64']],
    ['a threshold beyond 1', 'defaults.score', 50, ['defaults.score', '<=1']],
    ['a std of zero', 'input.std', [1, 0, 1], ['input.std.1', '>0']],
    ['two labels of one column', 'labels.1.column', 0, ['labels', 'column of its own']],
    ['a path in the name', 'name', '../x', ['name', 'lower-case']],
  ])('refuses %s, and says where and what would be right', async (_, field, value, words) => {
    const text = await withField(field, value);
    const parse = () => parseManifest(text, 'mine.json');
    expect(parse).toThrow(BadManifest);
    for (const word of ['mine.json', ...words]) expect(parse).toThrow(word);
  });

  it('refuses what is not JSON', () => {
    expect(() => parseManifest('{', 'mine.json')).toThrow('mine.json is not JSON');
  });
});
