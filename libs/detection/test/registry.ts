import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { create } from 'tar';

export interface Registry {
  readonly url: string;
  readonly integrity: string;
  /** Number of requests for the tarball so far. */
  readonly downloads: () => number;
  readonly close: () => Promise<void>;
}

/** A loopback npm registry with one package in version 1.0.0, made of the given files. */
export async function serveNpmPackage(
  name: string,
  files: Record<string, Buffer | string>,
  dir: string,
): Promise<Registry> {
  const manifest = { name, version: '1.0.0' };
  for (const [path, content] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    const file = join(dir, 'package', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const file = join(dir, 'package.tgz');
  await create({ file, cwd: dir, gzip: true }, ['package']);
  const tarball = await readFile(file);
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;

  let downloads = 0;
  const server = createServer((request, response) => {
    if (request.url === `/${name}`) {
      const dist = { tarball: `${url}/${name}/-/${name}-1.0.0.tgz`, integrity };
      const versions = { '1.0.0': { ...manifest, dist } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    } else if (request.url?.endsWith('.tgz')) {
      downloads++;
      response.end(tarball);
    } else {
      response.statusCode = 404;
      response.end('{}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url, integrity, downloads: () => downloads, close };
}
