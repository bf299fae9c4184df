import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { describeContent } from '../content';
import { BadManifestError } from '../errors';
import { explain, manifestErrors } from './explain';
import { resolveLabels } from './labels';
import { type Manifest, type ManifestFile, manifestSchema } from './schema';

/** Valid model names: the names of manifest files, as used in the API and in records. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** What npm prints before a script's own output. */
const NPM_BANNER = /^\s*> \S+@\S+ /;

/** Whether an untrusted text is a valid model name. A path is not: users of the API must not reach files. */
export function isModelName(text: string): boolean {
  return NAME.test(text) && !text.endsWith('.json');
}

/**
 * Reads a manifest file. Errors name it as `shown`, never by the folders of this machine.
 * @throws BadManifestError with the file, the field and the expected value
 */
export async function readManifest(file: string, shown: string, modelsDir: string): Promise<Manifest> {
  const name = basename(file, '.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BadManifestError(`Cannot read the model manifest '${shown}'.`, { cause: error });
  }
  if (!isModelName(name)) {
    throw new BadManifestError(
      `${shown}: invalid model name '${name}'. Rename the file: lower-case letters, digits, dots, dashes and underscores, starting with a letter or digit.`,
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
    source:
      source.type === 'file'
        ? { ...source, path: resolve(dirname(file), source.path), written: source.path }
        : source,
    labels,
    files: [file, ...files],
    ...(!chosen &&
      parsed.classes === undefined && { classes: Math.max(...labels.map(({ column }) => column)) + 1 }),
  };
}

function parse(text: string, shown: string): ManifestFile {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, '')); // a byte order mark, written by editors on Windows
  } catch (error) {
    throw new BadManifestError(`${shown} is not JSON: ${whyNotJson(text, error)}`, { cause: error });
  }
  const result = manifestSchema.safeParse(json, { error: manifestErrors });
  if (result.success) return result.data;
  throw new BadManifestError(`${shown} is not a valid model manifest: ${explain(result.error)}.`);
}

function whyNotJson(text: string, error: unknown): string {
  if (NPM_BANNER.test(text)) {
    return 'it starts with output of npm. Create it with -s: npm run -s model -- check FILE.onnx > models/NAME.json';
  }
  const what = describeContent(Buffer.from(text));
  return `${what === undefined || what === 'a JSON document' ? (error as Error).message : `it is ${what}`}.`;
}
