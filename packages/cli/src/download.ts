import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Server } from './server';

/**
 * Downloads `path` into a file, under a temporary name until it is complete. An existing target that is not a regular
 * file (a device such as /dev/null, a pipe, a link) is written to, never replaced.
 * @throws ServerUnreachableError, RequestRefusedError, the file system's error
 */
export async function download(server: Server, path: string, target: string): Promise<void> {
  await save(server, await server.request(path), target);
}

/** Writes the body of a response to a file like `download`. */
export async function save(server: Server, response: Response, target: string): Promise<void> {
  const there = await lstat(target).catch(() => undefined);
  if (there && !there.isFile()) {
    await pipeline(bytesOf(response, server), createWriteStream(target));
    return;
  }
  const partial = `${target}.${randomUUID().slice(0, 8)}.part`;
  const file = await open(partial, 'wx');
  try {
    await pipeline(bytesOf(response, server), createWriteStream('', { fd: file }));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Writes the body of a response to stdout. @throws ServerUnreachableError */
export async function print(server: Server, response: Response): Promise<void> {
  await pipeline(bytesOf(response, server), process.stdout, { end: false });
}

/** The body; its errors are reported as the server's, not the file's. */
async function* bytesOf(response: Response, server: Server): AsyncGenerator<Uint8Array, void, undefined> {
  if (!response.body) return;
  try {
    yield* Readable.fromWeb(response.body as ReadableStream<Uint8Array>) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw server.explain(error);
  }
}
