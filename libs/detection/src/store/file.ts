import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { IntegrityMismatchError, ModelMismatchError, ModelMissingError } from '../errors';
import { type FileSource, type Manifest } from '../manifest/schema';
import { sha256Of } from './hash';
import { describeFile } from '../content';

/** Why a model with a local file cannot be used; undefined if the file exists. */
export async function missingFile({ name, title, source }: Manifest): Promise<string | undefined> {
  if (source.type !== 'file') return undefined;
  const stats = await stat(source.path).catch(() => undefined);
  if (stats?.isFile()) return undefined;
  const { path, written = path } = source;
  // Users of the API need not know an absolute path of this machine.
  const [file, from] = isAbsolute(written)
    ? [basename(written), '']
    : [written, ' (relative to the manifest)'];
  return `Model ${name === title ? name : `${name} (${title})`} needs the file ${file}, which does not exist at source.path of ${name}.json${from}. Put it there or correct the path; see docs/models.md for how to get the models of Boxreel.`;
}

/**
 * A model with a local file, which is used in place.
 *
 * @returns its path
 * @throws ModelMissingError if it is missing, ModelMismatchError if it is not a model, IntegrityMismatchError
 */
export async function localFile(
  manifest: Manifest,
  { path }: FileSource,
  signal?: AbortSignal,
): Promise<string> {
  const missing = await missingFile(manifest);
  if (missing !== undefined) throw new ModelMissingError(missing);
  const { name, title, sha256 } = manifest;
  const file = basename(path);
  const model = title === name ? `Model ${name}` : `Model ${name} (${title})`;
  const instead = await describeFile(path);
  if (instead) throw new ModelMismatchError(`${model}: the file ${file} is ${instead}, not an ONNX model.`);
  if (sha256 !== undefined) {
    const actual = await sha256Of(path, signal);
    if (actual !== sha256) {
      throw new IntegrityMismatchError(
        `${model}: the file ${file}`,
        `sha256 ${sha256}`,
        `sha256 ${String(actual)}`,
      );
    }
  }
  return path;
}
