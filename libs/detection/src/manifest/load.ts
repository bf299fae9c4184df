import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BadManifestError } from '../errors';
import { hasRecipe } from '../int8/recipe';
import { quoteWithNearest } from '../nearest';
import { missingFile } from '../store/file';
import { readManifest } from './read';
import { type Manifest } from './schema';

/**
 * Reads a model's manifest. Its errors reach users of the API: they name files as requested, never the folders of this
 * machine.
 *
 * @param model a name (`<modelsDir>/<name>.json` is read) or the path of a .json file
 * @throws BadManifestError with the file, the field and the expected value
 */
export async function loadManifest(model: string, modelsDir: string): Promise<Manifest> {
  if (model.endsWith('.json')) return readManifest(model, model, modelsDir);
  if (!(await listModels(modelsDir)).includes(model)) {
    throw new BadManifestError(
      `${await unknownModel(model, modelsDir)} The path of a .json file is also accepted.`,
    );
  }
  return readNamed(model, modelsDir);
}

/** A model that can be chosen by name, or why it cannot. */
export interface ModelEntry {
  readonly name: string;
  /** The manifest, if it is readable. */
  readonly manifest: Manifest | undefined;
  /** Whether it has an int8 variant. */
  readonly int8: boolean;
  /** Why the model cannot be used; undefined if it can. */
  readonly problem: string | undefined;
}

/** Looks up a model by its name, which may be untrusted: only files in the folder are read. */
export async function lookUpModel(name: string, modelsDir: string): Promise<ModelEntry> {
  if (!(await listModels(modelsDir)).includes(name)) {
    return { name, manifest: undefined, int8: false, problem: await unknownModel(name, modelsDir) };
  }
  try {
    const manifest = await readNamed(name, modelsDir);
    return { name, manifest, int8: await hasRecipe(manifest), problem: await missingFile(manifest) };
  } catch (error) {
    if (!(error instanceof BadManifestError)) throw error;
    return { name, manifest: undefined, int8: false, problem: error.message };
  }
}

/** Names of all manifests in a folder, in alphabetical order, invalid ones included; empty if there is no folder. */
export async function listModels(modelsDir: string): Promise<string[]> {
  const files = await readdir(modelsDir).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort();
}

function readNamed(name: string, modelsDir: string): Promise<Manifest> {
  return readManifest(join(modelsDir, `${name}.json`), `${name}.json`, modelsDir);
}

/** Error message for an unknown model. */
async function unknownModel(name: string, modelsDir: string): Promise<string> {
  const names = await listModels(modelsDir);
  const entries = await Promise.all(names.map((known) => lookUpModel(known, modelsDir)));
  const usable = entries.filter(({ problem }) => problem === undefined).map((entry) => entry.name);
  return `Unknown model ${quoteWithNearest(name, usable)}. Known models: ${usable.join(', ') || 'none'}.`;
}
