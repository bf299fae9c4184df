import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { QuantisationError, quantise, type Ranges } from '#packages/tfjs-to-onnx';
import { ConversionError, IntegrityMismatchError } from '../errors';
import { type Recipe } from '../int8/recipe';
import { sha256Of } from './hash';
import { type StoreOptions } from './store';
import { sweep, WorkFolder } from './work-folder';

/** Path of a model's int8 variant in the cache. */
function int8File(name: string, { sha256 }: Pick<Recipe, 'sha256'>, cacheDir: string): string {
  return join(cacheDir, `${name}-${sha256.slice(0, 12)}.int8.onnx`);
}

/**
 * Ensures that the int8 variant of a model exists and matches the recipe's checksum: makes a missing or damaged one from
 * the model's file. Safe to call from several processes.
 *
 * @param file the model's .onnx file
 * @returns path of the variant
 * @throws IntegrityMismatchError if the recipe is for another file, ConversionError, the file system's error, or the
 *         signal's reason
 */
export async function ensureInt8(
  name: string,
  file: string,
  recipe: Recipe,
  { cacheDir, onProgress: say = () => undefined, signal }: StoreOptions,
): Promise<string> {
  const target = int8File(name, recipe, cacheDir);
  if ((await sha256Of(target, signal)) === recipe.sha256) {
    await sweep(cacheDir, basename(target));
    return target;
  }
  const actual = await sha256Of(file, signal);
  if (actual !== recipe.model) {
    throw mismatch(`The model of int8/${name}.json`, recipe.model, actual);
  }
  const work = await WorkFolder.open(cacheDir, basename(target));
  try {
    const made = join(work.path, 'int8.onnx');
    await writeFile(made, toInt8(await readFile(file), recipe.ranges));
    const made256 = await sha256Of(made, signal);
    if (made256 !== recipe.sha256) {
      throw mismatch(`The int8 variant of ${name}`, recipe.sha256, made256);
    }
    await rename(made, target);
    say(`Model ${name} is ready in int8: ${target}`);
    return target;
  } finally {
    await work.close();
  }
}

/** @throws ConversionError */
export function toInt8(model: Uint8Array, ranges: Ranges): Buffer {
  try {
    return quantise(model, ranges);
  } catch (error) {
    if (error instanceof QuantisationError) throw new ConversionError(error.message, { cause: error });
    throw error;
  }
}

function mismatch(what: string, expected: string, actual: string | undefined): IntegrityMismatchError {
  return new IntegrityMismatchError(what, `sha256 ${expected}`, `sha256 ${String(actual)}`);
}
