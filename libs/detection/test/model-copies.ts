/** Folders with the default model under several names, as if it were several models. */
import { link, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultModel, modelsDir } from '../../../test/support/model';

export interface ModelCopies {
  readonly root: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
  /** Adds a model: the default one with some fields of its manifest changed, and optionally another file. */
  add(
    name: string,
    changes?: object,
    file?: { readonly path: string; readonly sha256: string },
  ): Promise<void>;
  remove(): Promise<void>;
}

export async function makeModelCopies(...names: string[]): Promise<ModelCopies> {
  const { manifest, modelPath } = await defaultModel();
  const text = await readFile(join(modelsDir, `${manifest.name}.json`), 'utf8');
  const root = await mkdtemp(join(tmpdir(), 'models-'));
  const copies: ModelCopies = {
    root,
    modelsDir: join(root, 'models'),
    cacheDir: join(root, 'cache'),
    add: async (name, changes = {}, file = { path: modelPath, sha256: manifest.sha256! }) => {
      const json = { ...(JSON.parse(text) as object), sha256: file.sha256, ...changes };
      await writeFile(join(copies.modelsDir, `${name}.json`), JSON.stringify(json));
      const cached = join(copies.cacheDir, `${name}-${file.sha256.slice(0, 12)}.onnx`);
      await link(file.path, cached).catch(() => copyFile(file.path, cached));
    },
    remove: () => rm(root, { recursive: true }),
  };
  await cp(join(modelsDir, 'labels'), join(copies.modelsDir, 'labels'), { recursive: true });
  await mkdir(copies.cacheDir);
  for (const name of names) await copies.add(name);
  return copies;
}
