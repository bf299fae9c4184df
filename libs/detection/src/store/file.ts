import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { IntegrityMismatchError, ModelMismatchError, ModelMissingError } from '../errors';
import { type FileSource, type Manifest } from '../manifest/schema';
import { sha256Of } from './hash';
import { describeFile } from '../content';

/** Why a model cannot be used whose file its user has to put somewhere by hand; undefined where the file is there. */
export async function missingFile({ name, title, source }: Manifest): Promise<string | undefined> {
  if (source.type !== 'file') return undefined;
  const stats = await stat(source.path).catch(() => undefined);
  if (stats?.isFile()) return undefined;
  const { path, written = path } = source;
  // an absolute path is of this machine: users of the API need not know it
  const [file, from] = isAbsolute(written)
    ? [basename(written), '']
    : [written, ", seen from the manifest's folder"];
  return `Model ${name === title ? name : `${name} (${title})`} needs the file ${file}, which is not where source.path in ${name}.json says${from}. Put it there or correct the path; for the models that come with Boxreel, docs/models.md tells how to get it.`;
}

/**
 * A model that its user has put somewhere: it is used where it lies.
 *
 * @returns its path
 * @throws ModelMissingError if it is not there, ModelMismatchError if it is no model, IntegrityMismatchError
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
