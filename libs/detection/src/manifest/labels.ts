import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BadManifestError } from '../errors';
import { quoteWithNearest } from '../nearest';
import { type Label, type Manifest, type ManifestFile } from './schema';

/** Label lists of the product, for any folder of models. This file runs from dist/libs/detection/src/manifest. */
const BUILT_IN = join(__dirname, '../../../../../models/labels');

/** Maximum number of classes listed in a message; for more, it refers to the list. */
const FEW = 20;

/**
 * Resolves the labels of a manifest: names, names with columns, a label file beside the manifest (`mine.txt`), or a
 * label list by name (`coco80`): in `<modelsDir>/labels`, else of the product. Line k of a file is column k - 1; empty
 * lines are unused columns.
 *
 * @returns the labels, and all files that affect them, including missing ones
 * @throws BadManifestError if the file is missing or empty
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
      `${manifest.shown}: labels: file not found: ${isFile ? labels : `labels/${labels}.txt`}.`,
    );
  }
  const found = text
    .split(/\r?\n/)
    .map((line, column) => ({ name: line.trim(), column }))
    .filter(({ name }) => name !== '');
  if (found.length === 0) throw new BadManifestError(`${manifest.shown}: labels: ${labels} is empty.`);
  return { labels: found, files: places };
}

/** The text of the first readable file. */
async function readFirst(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Requested classes. */
export interface ChosenLabels {
  /** The known ones, in the model's spelling. */
  readonly labels: readonly string[];
  /** What is wrong with the others; undefined if all are known. */
  readonly problem: string | undefined;
}

/**
 * Looks up requested classes among the labels of a model, ignoring case where that is unambiguous.
 * @param where a page that lists all labels, named instead of listing many; without it they are always listed
 */
export function chooseLabels(
  wanted: readonly string[],
  { name: model, labels }: Pick<Manifest, 'name' | 'labels'>,
  where?: string,
): ChosenLabels {
  const known = [...new Set(labels.map(({ name }) => name))];
  const chosen: string[] = [];
  const unmatched: string[] = [];
  for (const name of wanted) {
    const alike = known.filter((label) => label.toLowerCase() === name.toLowerCase());
    const [label] = alike.includes(name) ? [name] : alike;
    if (label === undefined || (alike.length > 1 && label !== name)) unmatched.push(name);
    else chosen.push(label);
  }
  if (unmatched.length === 0) return { labels: [...new Set(chosen)], problem: undefined };
  const quoted = unmatched.slice(0, 5).map((name) => quoteWithNearest(name, known));
  const more = unmatched.length > quoted.length ? ' and others' : '';
  const all =
    where !== undefined && known.length > FEW
      ? `see ${where} for all ${known.length}`
      : `its classes are ${known.join(', ')}`;
  return { labels: chosen, problem: `model ${model} has no class ${quoted.join(', ')}${more}; ${all}` };
}
