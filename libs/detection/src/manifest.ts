import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { BadManifest } from './errors';

/**
 * What a model needs and gives, as data. Another kind of source or head is one more member of its
 * discriminated union, and one more case where it is used.
 */
const npmSource = z.strictObject({
  type: z.literal('npm'),
  package: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'must be an exact version, such as 1.0.6'),
  /** Subresource integrity of the tarball, as package-lock.json has it. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]+={0,2}$/, 'must be sha512-<base64>'),
  /** The model's file inside the tarball. */
  path: z.string().min(1),
  /** What turns that file into ONNX. */
  convert: z.literal('tfjs'),
});

const input = z.strictObject({
  name: z.string().min(1),
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  layout: z.literal('NCHW'),
  dtype: z.literal('float32'),
  colour: z.literal('RGB'),
  /** How a picture of another shape fits: `stretch` gives up its aspect ratio. */
  resize: z.literal('stretch'),
  /** What the graph gets is (pixel * scale - mean[channel]) / std[channel], pixel 0..255. */
  scale: z.number().positive(),
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
});

/** `boxes` [N, anchors, 4] (x1, y1, x2, y2 as fractions) and `scores` [N, anchors, columns] (0..1), NMS still to do. */
const boxesAndScores = z.strictObject({
  head: z.literal('boxes+scores'),
  boxes: z.string().min(1),
  scores: z.string().min(1),
});

const fraction = z.number().min(0).max(1);

const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dots, dashes'),
  title: z.string().min(1),
  licence: z.string().min(1),
  source: z.discriminatedUnion('type', [npmSource]),
  /** Of the .onnx file, whatever its source. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  input,
  output: z.discriminatedUnion('head', [boxesAndScores]),
  /** By class index, each with the column of the scores that it reads; columns not named are not read. */
  labels: z
    .array(z.strictObject({ name: z.string().min(1), column: z.int().min(0) }))
    .min(1)
    .refine((labels) => new Set(labels.map(({ column }) => column)).size === labels.length, {
      error: 'each label must read a column of its own',
    }),
  defaults: z.strictObject({ score: fraction, iou: fraction, max: z.int().min(1) }),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type NpmSource = z.infer<typeof npmSource>;

/**
 * Reads a model's manifest.
 *
 * @param model a name (`<modelsDir>/<name>.json` is read) or the path of a .json file
 * @throws BadManifest naming the file, the field and what would be right
 */
export async function loadManifest(model: string, modelsDir: string): Promise<Manifest> {
  const file = model.endsWith('.json') ? model : join(modelsDir, `${model}.json`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const known = await listModels(modelsDir);
    throw new BadManifest(
      `There is no model manifest '${file}'. Known models: ${known.join(', ') || 'none'}; or give the path of a .json file.`,
      { cause: error },
    );
  }
  return parseManifest(text, file);
}

/** Checks a manifest's text; `file` names it in errors. @throws BadManifest */
export function parseManifest(text: string, file: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadManifest(`${file} is not JSON: ${String(error)}`, { cause: error });
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || '(top level)'}: ${message}`,
  );
  throw new BadManifest(`${file} is not a valid model manifest: ${issues.join('; ')}.`);
}

/** Names of the models whose manifests lie in a folder, in alphabetical order; none if there is no folder. */
export async function listModels(modelsDir: string): Promise<string[]> {
  const files = await readdir(modelsDir).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort();
}
