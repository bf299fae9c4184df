import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadManifest, type Manifest } from '#detection';
import { modelsDir } from './model';
import { repositoryRoot, sample } from './test-data';

/** Models of the optional test data. Their manifests cannot contain its location. */
const MANIFESTS = join(repositoryRoot, 'test/models');

export type SampleModel =
  'ssd12-contract' | 'resnet10-face' | 'fpnlite-256-int8' | 'yolox-nano' | 'nanodet-m';

/** Manifest and file of a model of the test data; undefined if absent. */
export async function sampleModel(
  name: SampleModel,
): Promise<{ manifest: Manifest; modelPath: string } | undefined> {
  const manifest = await loadManifest(join(MANIFESTS, `${name}.json`), modelsDir);
  const path = manifest.source.type === 'file' ? sampleFile(manifest.source.path) : undefined;
  return path === undefined
    ? undefined
    : { manifest: { ...manifest, source: { type: 'file', path } }, modelPath: path };
}

/** Fills a folder with the manifests of the product and of the test data, for MODELS_DIR. */
export async function writeSampleModels(folder: string): Promise<void> {
  await cp(modelsDir, folder, { recursive: true });
  for (const name of await readdir(MANIFESTS)) {
    const manifest = JSON.parse(await readFile(join(MANIFESTS, name), 'utf8')) as {
      source: { path: string };
    };
    const path = sampleFile(manifest.source.path);
    if (path === undefined) continue;
    await writeFile(join(folder, name), JSON.stringify({ ...manifest, source: { type: 'file', path } }));
  }
}

function sampleFile(path: string): string | undefined {
  return sample(join('models', basename(path)));
}
