import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '#errors';
import { BadManifestError } from '../errors';
import { explain, manifestErrors } from '../manifest/explain';
import { type Manifest } from '../manifest/schema';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

/** Some values of an output, and where they are in the part of one image. */
const expectedOutput = z
  .strictObject({ positions: z.array(z.int().min(0)).min(1), values: z.array(z.number()).min(1) })
  .refine(({ positions, values }) => positions.length === values.length, 'must have a value per position');

/**
 * How to make the int8 variant of a model from its file, and what that must compute. `npm run model -- quantise` writes
 * it; it holds numbers only, so that no images are needed where the model is installed.
 */
const recipeSchema = z.strictObject({
  /** Checksum of the model that it was made from. */
  model: sha256,
  /** Checksum of the int8 variant. */
  sha256,
  /** The range of each activation by name: [low, high]. */
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** What the int8 variant returns for the sample image, by output. */
  expected: z.record(z.string(), expectedOutput),
});

export type Recipe = z.infer<typeof recipeSchema>;

/** What a run on the sample image must return, by output. */
export type Expected = Recipe['expected'];

/** The file of a model's recipe: `int8/<name>.json` beside its manifest. */
export function recipeFile({ files, name }: Pick<Manifest, 'files' | 'name'>): string {
  return join(dirname(files[0] ?? ''), 'int8', `${name}.json`);
}

/** Whether a model has a recipe, valid or not. */
export async function hasRecipe(manifest: Manifest): Promise<boolean> {
  return access(recipeFile(manifest)).then(
    () => true,
    () => false,
  );
}

/**
 * Reads the recipe of a model.
 * @returns undefined if it has none
 * @throws BadManifestError if it is invalid
 */
export async function readRecipe(manifest: Manifest): Promise<Recipe | undefined> {
  const shown = `int8/${manifest.name}.json`;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(recipeFile(manifest), 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new BadManifestError(`${shown} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const result = recipeSchema.safeParse(json, { error: manifestErrors });
  if (result.success) return result.data;
  throw new BadManifestError(`${shown} is invalid: ${explain(result.error)}.`);
}
