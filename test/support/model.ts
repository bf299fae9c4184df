import { join } from 'node:path';
import { ensureModel, loadManifest, type Manifest } from '#detection';
import { repositoryRoot } from './test-data';

/** Time limit to download and convert the model on the first run, in milliseconds. */
export const pullTimeout = 120_000;

export const modelsDir = join(repositoryRoot, 'models');
export const cacheDir = join(repositoryRoot, '.cache/models');

/** The default model, downloaded once into the cache of this checkout. */
export async function defaultModel(): Promise<{ manifest: Manifest; modelPath: string }> {
  const manifest = await loadManifest('ssdlite-mobilenetv2', modelsDir);
  return {
    manifest,
    modelPath: await ensureModel(manifest, { cacheDir }),
  };
}
