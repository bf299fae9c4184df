import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { BadManifest } from '../errors';
import { type Label, type Manifest, manifestSchema } from './schema';

/** What models are called: the names of their files, and what the API and the records carry. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** Whether a text that comes from outside is a model's name. A path is none: users of the API must not reach files. */
export function isModelName(text: string): boolean {
  return NAME.test(text) && !text.endsWith('.json');
}

/**
 * Reads a model's manifest. Its errors reach users of the API: they name files as these were asked for, never the
 * folders of this machine.
 *
 * @param model a name (`<modelsDir>/<name>.json` is read) or the path of a .json file
 * @throws BadManifest naming the file, the field and what would be right
 */
export async function loadManifest(model: string, modelsDir: string): Promise<Manifest> {
  const isPath = model.endsWith('.json');
  if (!isPath && !NAME.test(model)) throw await unknown(model, modelsDir);
  const file = isPath ? model : join(modelsDir, `${model}.json`);
  const shown = isPath ? model : `${model}.json`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw await unknown(shown, modelsDir, error);
  }
  const name = basename(file, '.json');
  if (!NAME.test(name)) {
    throw new BadManifest(
      `${shown}: a model is named after its manifest, in lower-case letters, digits, dots and dashes; '${name}' is not.`,
    );
  }
  const parsed = parse(text, shown);
  const { source, title = name } = parsed;
  const { labels, files } = await resolveLabels(parsed.labels, { file, shown, modelsDir });
  const chosen = typeof parsed.labels !== 'string' && typeof parsed.labels[0] !== 'string';
  return {
    ...parsed,
    name,
    title,
    source: source.type === 'file' ? { ...source, path: resolve(dirname(file), source.path) } : source,
    labels,
    files: [file, ...files],
    ...(!chosen &&
      parsed.classes === undefined && { classes: Math.max(...labels.map(({ column }) => column)) + 1 }),
  };
}

/** Names of the models whose manifests lie in a folder, in alphabetical order; none if there is no folder. */
export async function listModels(modelsDir: string): Promise<string[]> {
  const files = await readdir(modelsDir).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort();
}

async function unknown(shown: string, modelsDir: string, cause?: unknown): Promise<BadManifest> {
  const known = await listModels(modelsDir);
  return new BadManifest(
    `There is no model manifest '${shown}'. Known models: ${known.join(', ') || 'none'}; or give the path of a .json file.`,
    { cause },
  );
}

function parse(text: string, shown: string): z.infer<typeof manifestSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadManifest(`${shown} is not JSON: ${String(error)}`, { cause: error });
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || '(top level)'}: ${message}`,
  );
  throw new BadManifest(`${shown} is not a valid model manifest: ${issues.join('; ')}.`);
}

/**
 * Labels as they stand in a manifest: names, names with columns, a label file beside the manifest (`mine.txt`), or one
 * of `<modelsDir>/labels` by its name (`coco80`). Line k of such a file is column k - 1; empty lines are columns that
 * are not read.
 */
async function resolveLabels(
  labels: z.infer<typeof manifestSchema>['labels'],
  manifest: { readonly file: string; readonly shown: string; readonly modelsDir: string },
): Promise<{ labels: Label[]; files: string[] }> {
  if (typeof labels !== 'string') {
    const found = labels.map((label, column) =>
      typeof label === 'string' ? { name: label, column } : label,
    );
    return { labels: found, files: [] };
  }
  const file = labels.endsWith('.txt')
    ? resolve(dirname(manifest.file), labels)
    : join(manifest.modelsDir, 'labels', `${labels}.txt`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BadManifest(
      `${manifest.shown}: labels: there is no file ${labels.endsWith('.txt') ? labels : `labels/${labels}.txt`}.`,
      { cause: error },
    );
  }
  const found = text
    .split(/\r?\n/)
    .map((line, column) => ({ name: line.trim(), column }))
    .filter(({ name }) => name !== '');
  if (found.length === 0) throw new BadManifest(`${manifest.shown}: labels: ${labels} names no class.`);
  return { labels: found, files: [file] };
}
