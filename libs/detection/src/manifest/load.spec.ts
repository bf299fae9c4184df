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
  it.each([modelsDir, join(repositoryRoot, 'test/models')])('is valid: %s', async (folder) => {
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

  it('names the known models if the name is unknown', async () => {
    await expect(loadManifest('resnet', modelsDir)).rejects.toThrow(BadManifestError);
    await expect(loadManifest('resnet', modelsDir)).rejects.toThrow(
      /Known models: .*ssdlite-mobilenetv2, yolox-s\./,
    );
    await expect(loadManifest('resnet', join(dir, 'nowhere'))).rejects.toThrow('Known models: none.');
  });

  it('accepts the path of a file, and names the model after it', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, await readFile(join(modelsDir, 'ssdlite-mobilenetv2.json')));
    expect((await loadManifest(file, modelsDir)).name).toBe('mine');
    expect(await listModels(dir)).toEqual(['mine']);
  });

  /** Writes the default manifest with one field changed (undefined removes it). */
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

  it('trims labels from every source', async () => {
    const labels = async (given: unknown) =>
      (await loadManifest(await withField('labels', given), modelsDir)).labels.map(({ name }) => name);
    expect(await labels([' cat ', 'polar bear'])).toEqual(['cat', 'polar bear']);
    expect(await labels([{ name: 'cat\n', column: 3 }])).toEqual(['cat']);
    await expect(labels([' '])).rejects.toThrow(BadManifestError);
  });

  it('counts the classes, unless labels have columns', async () => {
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
    ['a missing field', 'input.width', undefined, ['input.width: missing (width of the input, in pixels)']],
    ['a wrong type', 'input.width', '300', ['input.width', 'expected number', 'string']],
    [
      'an unknown field',
      'input.color',
      'BGR',
      ['input: unknown field "color" (did you mean "colour"?); known fields: name, width'],
    ],
    ['a missing object', 'output', undefined, ['output: missing (outputs of the graph']],
    ['no labels', 'labels', undefined, ['labels: missing (names of the classes: a list of names']],
    ['an empty list of labels', 'labels', [], ['labels: expected names of the classes: a list of names']],
    [
      'a misspelled field',
      'lables',
      ['cat'],
      ['unknown field "lables" (did you mean "labels"?); known fields: title'],
    ],
    [
      'another head',
      'output.head',
      'darknet',
      ['output.head: expected one of boxes+scores, boxes+labels+scores, ssd-zoo'],
    ],
    ['another layout', 'input.layout', 'HWCN', ['input.layout', 'NCHW']],
    ['another kind of source', 'source.type', 'ftp', ['source.type', 'npm']],
    ['a version range', 'source.version', '^1.0.6', ['source.version', 'exact version']],
    ['a short checksum', 'sha256', 'abc', ['sha256', '64']],
    ['a download without a checksum', 'sha256', undefined, ['sha256', 'is required']],
    ['a threshold beyond 1', 'defaults.score', 50, ['defaults.score', '<=1']],
    ['a std of zero', 'input.std', [1, 0, 1], ['input.std.1', '>0']],
    ['a scale for bytes', 'input', { name: 'x', width: 1, height: 1, dtype: 'uint8', scale: 2 }, ['uint8']],
    ['two labels of one column', 'labels', twoOfOneColumn, ['labels']],
    ['a missing label file', 'labels', 'coco81', ['labels', 'coco81.txt']],
  ])('refuses %s, with the field and the expected value', async (_, field, value, words) => {
    const file = await withField(field, value);
    await expect(loadManifest(file, modelsDir)).rejects.toThrow(BadManifestError);
    for (const word of ['mine.json', ...words]) {
      await expect(loadManifest(file, modelsDir)).rejects.toThrow(word);
    }
  });

  it('refuses text that is not JSON, and invalid names', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, '{');
    await expect(loadManifest(file, modelsDir)).rejects.toThrow('mine.json is not JSON');
    await expect(loadManifest('../models/ssdlite-mobilenetv2', modelsDir)).rejects.toThrow(
      'Unknown model "../models/ssdlite',
    );
    const odd = join(dir, 'My Model.json');
    await writeFile(odd, '{}');
    await expect(loadManifest(odd, modelsDir)).rejects.toThrow('lower-case');
  });

  it('accepts a byte order mark, as editors on Windows write it', async () => {
    const file = join(dir, 'mine.json');
    await writeFile(file, `\uFEFF${await readFile(join(modelsDir, 'ssdlite-mobilenetv2.json'), 'utf8')}`);
    expect((await loadManifest(file, modelsDir)).name).toBe('mine');
  });

  it.each([
    ['output of npm', '\n> boxreel@0.1.0 model\n> node scripts/model.mjs\n\n{}', 'npm run -s model -- check'],
    ['a page', '<!DOCTYPE html>', 'it is an HTML page'],
    ['nothing', '', 'it is empty.'],
  ])('explains why a file is not JSON: %s', async (_, text, words) => {
    const file = join(dir, 'mine.json');
    await writeFile(file, text);
    await expect(loadManifest(file, modelsDir)).rejects.toThrow(words);
  });

  it('prefers label lists of its own folder over those of the product', async () => {
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

  it('does not reveal the folders of this machine', async () => {
    const refusal = (): Promise<string> =>
      loadManifest('mine', dir).then(
        () => 'none',
        (error: unknown) => (error as BadManifestError).message,
      );
    expect(await refusal()).not.toContain(dir); // it does not exist yet
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

  it('finds a usable model', async () => {
    const { manifest, problem } = await lookUpModel('under_score', dir);
    expect([manifest?.name, problem]).toEqual(['under_score', undefined]);
  });

  it.each([
    ['no-file', 'needs the file weights/none.onnx'],
    ['broken', 'labels: expected'],
    ['Upper_Case', 'dashes and underscores'],
    ['dangling', "Cannot read the model manifest 'dangling.json'"],
    ['nothing', 'Unknown model "nothing". Known models: under_score.'],
    ['underscore', '(did you mean "under_score"?)'],
    ['../models/under_score', 'Unknown model'],
  ])('explains why %s cannot be used and excludes it from the known models', async (name, words) => {
    const { problem } = await lookUpModel(name, dir);
    expect(problem).toContain(words);
    expect(problem).not.toContain(dir);
  });
});
