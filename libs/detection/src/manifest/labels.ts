import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BadManifestError } from '../errors';
import { quoteWithNearest } from '../nearest';
import { type Label, type Manifest, type ManifestFile } from './schema';

/** Label lists that come with the product, found from any folder of models. This file runs from dist/libs/detection/src/manifest. */
const BUILT_IN = join(__dirname, '../../../../../models/labels');

/** Classes that a message lists; a model that has more is asked elsewhere. */
const FEW = 20;

/**
 * Labels as they stand in a manifest: names, names with columns, a label file beside the manifest (`mine.txt`), or a
 * label list by its name (`coco80`): of `<modelsDir>/labels`, else of the lists that come with the product. Line k of
 * such a file is column k - 1; empty lines are columns that are not read.
 *
 * @returns the labels, and the files that decide them: those that were looked for, too
 * @throws BadManifestError if there is no such file, or nothing in it
 */
export async function resolveLabels(
  labels: ManifestFile['labels'],
  manifest: { readonly file: string; readonly shown: string; readonly modelsDir: string },
): Promise<{ readonly labels: readonly Label[]; readonly files: readonly string[] }> {
  if (typeof labels !== 'string') {
    const found = labels.map((label, column) =>
      typeof label === 'string' ? { name: label, column } : label,
    );
    return { labels: found, files: [] };
  }
  const isFile = labels.endsWith('.txt');
  const places = isFile
    ? [resolve(dirname(manifest.file), labels)]
    : [join(manifest.modelsDir, 'labels', `${labels}.txt`), join(BUILT_IN, `${labels}.txt`)];
  const text = await readFirst(places);
  if (text === undefined) {
    throw new BadManifestError(
      `${manifest.shown}: labels: there is no file ${isFile ? labels : `labels/${labels}.txt`}.`,
    );
  }
  const found = text
    .split(/\r?\n/)
    .map((line, column) => ({ name: line.trim(), column }))
    .filter(({ name }) => name !== '');
  if (found.length === 0) throw new BadManifestError(`${manifest.shown}: labels: ${labels} names no class.`);
  return { labels: found, files: places };
}

/** The text of the first file that can be read. */
async function readFirst(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Classes that somebody asked for. */
export interface ChosenLabels {
  /** Those that the model knows, in its own spelling. */
  readonly labels: readonly string[];
  /** What is wrong with the others; undefined if there are none. */
  readonly problem: string | undefined;
}

/**
 * Finds what a user calls the classes of a model: by their labels, regardless of case where only one is meant.
 * @param where the labels of a model that has many can be seen; they are all listed if it is not given
 */
export function chooseLabels(
  wanted: readonly string[],
  { name: model, labels }: Pick<Manifest, 'name' | 'labels'>,
  where?: string,
): ChosenLabels {
  const known = [...new Set(labels.map(({ name }) => name))];
  const chosen: string[] = [];
  const strangers: string[] = [];
  for (const name of wanted) {
    const alike = known.filter((label) => label.toLowerCase() === name.toLowerCase());
    const [label] = alike.includes(name) ? [name] : alike;
    if (label === undefined || (alike.length > 1 && label !== name)) strangers.push(name);
    else chosen.push(label);
  }
  if (strangers.length === 0) return { labels: [...new Set(chosen)], problem: undefined };
  const told = strangers.slice(0, 5).map((name) => quoteWithNearest(name, known));
  const more = strangers.length > told.length ? ' and others' : '';
  const all =
    where !== undefined && known.length > FEW
      ? `${where} tells all ${known.length}`
      : `it knows ${known.join(', ')}`;
  return { labels: chosen, problem: `model ${model} knows no ${told.join(', ')}${more}; ${all}` };
}
