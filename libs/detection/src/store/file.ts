import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { IntegrityMismatch, ModelMismatch, ModelUnavailable } from '../errors';
import { type FileSource, type Manifest } from '../manifest/schema';
import { sha256Of } from './hash';
import { describeFile } from '../content';

/**
 * A model that its user has put somewhere: it is used where it lies.
 *
 * @returns its path
 * @throws ModelUnavailable if it is not there, ModelMismatch if it is no model, IntegrityMismatch
 */
export async function localFile(
  { name, title, sha256 }: Manifest,
  { path }: FileSource,
  signal?: AbortSignal,
): Promise<string> {
  const stats = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  const file = basename(path);
  const model = title === name ? `Model ${name}` : `Model ${name} (${title})`;
  if (!stats?.isFile()) {
    throw new ModelUnavailable(
      `${model} needs the file ${file}, which is not where its manifest says. It has to be put there by hand: docs/models.md says where it comes from or how it is made.`,
    );
  }
  const instead = await describeFile(path);
  if (instead) throw new ModelMismatch(`${model}: the file ${file} is ${instead}, not an ONNX model.`);
  if (sha256 !== undefined) {
    const actual = await sha256Of(path, signal);
    if (actual !== sha256) {
      throw new IntegrityMismatch(
        `${model}: the file ${file}`,
        `sha256 ${sha256}`,
        `sha256 ${String(actual)}`,
      );
    }
  }
  return path;
}
