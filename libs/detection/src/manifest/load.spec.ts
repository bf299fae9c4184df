import { mkdir, mkdtemp, symlink, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../../../test/support/test-data';
import { BadManifestError } from '../errors';
import { listModels, loadManifest, lookUpModel } from './load';

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

describe('every manifest of this repository', () => {
  it.each([modelsDir, join(repositoryRoot, 'test/models')])('can be read: %s', async (folder) => {
    const names = await listModels(folder);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const manifest = await loadManifest(join(folder, `${name}.json`), modelsDir);
      expect(manifest.labels.length).toBeGreaterThan(0);
    }
  });
});

describe('loadManifest', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'manifest-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('names the models there are when there is none of that name', async () => {
    await expect(loadManifest('resnet', modelsDir)).rejects.toThrow(BadManifestError);
    await expect(loadManifest('resnet', modelsDir)).rejects.toThrow(/Known models: .*ssdlite-mobilenetv2\./);
    await expect(loadManifest('resnet', join(dir, 'nowhere'))).rejects.toThrow('Known models: none.');
  });

  it('takes the path of a file, too, and names the model after it', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, await readFile(join(modelsDir, 'ssdlite-mobilenetv2.json')));
    expect((await loadManifest(file, modelsDir)).name).toBe('mine');
    expect(await listModels(dir)).toEqual(['mine']);
  });

  /** The default manifest with one field changed (to undefined: left out), as a file. */
  async function withField(path: string, value: unknown): Promise<string> {
    const text = await readFile(join(modelsDir, 'ssdlite-mobilenetv2.json'), 'utf8');
    const manifest = JSON.parse(text) as object;
    const keys = path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce((at, key) => Reflect.get(at, key) as object, manifest);
    Reflect.set(owner, last, value);
    const file = join(dir, 'mine.json');
    await writeFile(file, JSON.stringify(manifest));
    return file;
  }

  it('takes labels without the spaces around them, however they are given: nobody could ask for them', async () => {
    const labels = async (given: unknown) =>
      (await loadManifest(await withField('labels', given), modelsDir)).labels.map(({ name }) => name);
    expect(await labels([' cat ', 'polar bear'])).toEqual(['cat', 'polar bear']);
    expect(await labels([{ name: 'cat\n', column: 3 }])).toEqual(['cat']);
    await expect(labels([' '])).rejects.toThrow(BadManifestError);
  });

  it('knows how many classes the model has, unless labels choose their columns', async () => {
    const classes = async (labels: unknown) => {
      return (await loadManifest(await withField('labels', labels), modelsDir)).classes;
    };
    expect(await classes('coco90')).toBe(90);
    expect(await classes(['cat', 'dog'])).toBe(2);
    expect(await classes([{ name: 'person', column: 0 }])).toBeUndefined();
  });

  const twoOfOneColumn = [
    { name: 'a', column: 0 },
    { name: 'b', column: 0 },
  ];
  it.each<[string, string, unknown, string[]]>([
    [
      'a missing field',
      'input.width',
      undefined,
      ['input.width: it is missing (width of the input, in pixels)'],
    ],
    ['a wrong type', 'input.width', '300', ['input.width', 'expected number', 'string']],
    [
      'an unknown field',
      'input.color',
      'BGR',
      ['input: there is no field "color" (did you mean "colour"?); its fields are name, width'],
    ],
    ['a missing object', 'output', undefined, ['output: it is missing (what comes out of the graph']],
    ['no labels', 'labels', undefined, ['labels: it is missing (names of the classes: a list of names']],
    ['an empty list of labels', 'labels', [], ['labels: expected names of the classes: a list of names']],
    [
      'a misspelt field',
      'lables',
      ['cat'],
      ['there is no field "lables" (did you mean "labels"?); its fields are title'],
    ],
    ['another head', 'output.head', 'detr', ['output.head: expected one of boxes+scores, ssd-zoo']],
    ['another layout', 'input.layout', 'HWCN', ['input.layout', 'NCHW']],
    ['another kind of source', 'source.type', 'ftp', ['source.type', 'npm']],
    ['a version range', 'source.version', '^1.0.6', ['source.version', 'exact version']],
    ['a short checksum', 'sha256', 'abc', ['sha256', '64']],
    ['a download without a checksum', 'sha256', undefined, ['sha256', 'must be given']],
    ['a threshold beyond 1', 'defaults.score', 50, ['defaults.score', '<=1']],
    ['a std of zero', 'input.std', [1, 0, 1], ['input.std.1', '>0']],
    ['a scale for bytes', 'input', { name: 'x', width: 1, height: 1, dtype: 'uint8', scale: 2 }, ['uint8']],
    ['two labels of one column', 'labels', twoOfOneColumn, ['labels']],
    ['labels of a file that is not there', 'labels', 'coco81', ['labels', 'coco81.txt']],
  ])('refuses %s, and says where and what would be right', async (_, field, value, words) => {
    const file = await withField(field, value);
    await expect(loadManifest(file, modelsDir)).rejects.toThrow(BadManifestError);
    for (const word of ['mine.json', ...words]) {
      await expect(loadManifest(file, modelsDir)).rejects.toThrow(word);
    }
  });

  it('refuses what is not JSON, and names that are none', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, '{');
    await expect(loadManifest(file, modelsDir)).rejects.toThrow('mine.json is not JSON');
    await expect(loadManifest('../models/ssdlite-mobilenetv2', modelsDir)).rejects.toThrow(
      'There is no model "../models/ssdlite',
    );
    const odd = join(dir, 'My Model.json');
    await writeFile(odd, '{}');
    await expect(loadManifest(odd, modelsDir)).rejects.toThrow('lower-case');
  });

  it('takes a byte order mark, as editors on Windows write it', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, `\uFEFF${await readFile(join(modelsDir, 'ssdlite-mobilenetv2.json'), 'utf8')}`);
    expect((await loadManifest(file, modelsDir)).name).toBe('mine');
  });

  it.each([
    [
      'what npm prints',
      '\n> boxreel@0.1.0 model\n> node scripts/model.mjs\n\n{}',
      'npm run -s model -- check',
    ],
    ['a page', '<!DOCTYPE html>', 'it is an HTML page.'],
    ['nothing', '', 'it is empty.'],
  ])('says why it is not JSON: %s', async (_, text, words) => {
    const file = join(dir, 'mine.json');
    await writeFile(file, text);
    await expect(loadManifest(file, modelsDir)).rejects.toThrow(words);
  });

  it('finds label lists of its own folder first, then those that come with the product', async () => {
    const file = await withField('labels', 'coco80');
    expect((await loadManifest(file, dir)).labels).toHaveLength(80);
    await mkdir(join(dir, 'labels'));
    await writeFile(join(dir, 'labels/coco80.txt'), 'cat\n\ndog\n');
    const { labels } = await loadManifest(file, dir);
    expect(labels).toEqual([
      { name: 'cat', column: 0 },
      { name: 'dog', column: 2 },
    ]);
  });

  it('tells nobody the folders of this machine', async () => {
    const refusal = (): Promise<string> =>
      loadManifest('mine', dir).then(
        () => 'none',
        (error: unknown) => (error as BadManifestError).message,
      );
    expect(await refusal()).not.toContain(dir); // there is none yet
    const found: string[] = [];
    await withField('labels', 'nowhere');
    found.push(await refusal());
    for (const text of ['{}', '{']) {
      await writeFile(join(dir, 'mine.json'), text);
      found.push(await refusal());
    }
    for (const message of found) {
      expect(message).toContain('mine.json');
      expect(message).not.toContain(dir);
    }
  });
});

describe('lookUpModel', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'models-'));
    const good = JSON.parse(await readFile(join(modelsDir, 'ssdlite-mobilenetv2.json'), 'utf8')) as object;
    const write = (name: string, changes = {}) =>
      writeFile(join(dir, `${name}.json`), JSON.stringify({ ...good, ...changes }));
    await write('under_score');
    await write('Upper_Case');
    await write('no-file', { source: { type: 'file', path: 'weights/none.onnx' } });
    await write('broken', { labels: [] });
    await symlink('nowhere.json', join(dir, 'dangling.json'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('finds a model that can be used', async () => {
    const { manifest, problem } = await lookUpModel('under_score', dir);
    expect([manifest?.name, problem]).toEqual(['under_score', undefined]);
  });

  it.each([
    ['no-file', 'needs the file weights/none.onnx'],
    ['broken', 'labels: expected'],
    ['Upper_Case', 'dashes and underscores'],
    ['dangling', "no model manifest 'dangling.json' that can be read"],
    ['nothing', 'There is no model "nothing". Known models: under_score.'],
    ['underscore', '(did you mean "under_score"?)'],
    ['../models/under_score', 'There is no model'],
  ])('says why %s cannot be used, and counts it not among the known ones', async (name, words) => {
    const { problem } = await lookUpModel(name, dir);
    expect(problem).toContain(words);
    expect(problem).not.toContain(dir);
  });
});
