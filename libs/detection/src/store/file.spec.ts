import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelsDir } from '../../../../test/support/model';
import { IntegrityMismatchError, ModelMismatchError, ModelMissingError } from '../errors';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { ensureModel } from './store';

let dir: string;
let path: string;
let manifest: Manifest;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'file-'));
  path = join(dir, 'mine.onnx');
  const base = await loadManifest('ssdlite-mobilenetv2', modelsDir);
  manifest = { ...base, name: 'mine', title: 'My own', sha256: undefined, source: { type: 'file', path } };
});
afterEach(() => rm(dir, { recursive: true }));

const content = Buffer.from([8, 7, 6]);
const digest = createHash('sha256').update(content).digest('hex');
const ensure = (changes: Partial<Manifest> = {}): Promise<string> =>
  ensureModel({ ...manifest, ...changes }, { cacheDir: join(dir, 'cache') });

describe('a model of a file', () => {
  it('is used in place', async () => {
    await writeFile(path, content);
    expect(await ensure()).toBe(path);
    expect(await ensure({ sha256: digest })).toBe(path);
    expect(await readdir(dir)).toEqual(['mine.onnx']);
  });

  it('names the missing file and the page that explains how to get it', async () => {
    await expect(ensure()).rejects.toThrow(ModelMissingError);
    await expect(ensure()).rejects.toThrow(
      `Model mine (My own) needs the file mine.onnx, which does not exist at source.path of mine.json`,
    );
    await mkdir(path); // a folder is not a file
    await expect(ensure()).rejects.toThrow(ModelMissingError);
  });

  it('shows the path as in the manifest, without the folders of this machine', async () => {
    const message = (written: string): Promise<string> =>
      ensure({ source: { type: 'file', path, written } }).catch((error: unknown) => String(error));
    expect(await message('weights/mine.onnx')).toContain('file weights/mine.onnx, which does not exist');
    expect(await message(path)).toContain('file mine.onnx, which');
    expect(await message(path)).not.toContain(dir);
  });

  it('is refused if its checksum differs from the manifest', async () => {
    await writeFile(path, content);
    const sha256 = '0'.repeat(64);
    await expect(ensure({ sha256 })).rejects.toThrow(IntegrityMismatchError);
    await expect(ensure({ sha256 })).rejects.toThrow('the file mine.onnx does not match the manifest');
    for (const sum of [sha256, digest]) await expect(ensure({ sha256 })).rejects.toThrow(sum);
  });

  it.each([
    ['an HTML page', '\uFEFF \n<html lang="en">'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n'],
  ])('is refused if it is %s', async (what, text) => {
    await writeFile(path, text);
    await expect(ensure()).rejects.toThrow(ModelMismatchError);
    await expect(ensure()).rejects.toThrow(`mine.onnx is ${what}`);
  });
});
