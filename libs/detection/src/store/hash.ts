import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isMissing } from '#errors';

/**
 * Hash of a file, read in chunks so that memory stays small.
 *
 * @returns undefined if the file does not exist
 */
export async function hashFile(
  file: string,
  algorithm: 'sha256' | 'sha512',
  encoding: 'hex' | 'base64',
  signal?: AbortSignal,
): Promise<string | undefined> {
  const hash = createHash(algorithm);
  try {
    await pipeline(createReadStream(file), hash, { ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    if (isMissing(error)) return undefined;
    throw error;
  }
  return hash.digest(encoding);
}

/** The sha256 of a file in hexadecimal digits, as in manifests; undefined if the file does not exist. */
export function sha256Of(file: string, signal?: AbortSignal): Promise<string | undefined> {
  return hashFile(file, 'sha256', 'hex', signal);
}
