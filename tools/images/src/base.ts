import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Buildah, execute } from './buildah';

const SUITE = 'bookworm';

/** Where Debian keeps the addresses of its mirrors, in the order of preference. */
const MIRRORS = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** The certificates this machine trusts: its mirror of the npm registry may need them. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What node's official image does after Debian: https://github.com/nodejs/docker-node */
const FINISH = [
  'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
  'groupadd --gid 1000 node',
  'useradd --uid 1000 --gid node --shell /bin/bash --create-home node',
  'node --version',
  'npm --version',
].join(' && ');

/**
 * Makes what stands in for `node:20-bookworm-slim` where no registry of images can be reached: a small Debian, made of
 * packages, with the Node and npm of this machine in the places where the official image has them. Kept in the store.
 * @returns the image's name
 */
export async function makeBase(
  buildah: Buildah,
  folder: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<string> {
  const image = `localhost/boxreel-base:${SUITE}-node-${process.versions.node}`;
  if (await buildah.has(image)) return image;
  say(`Making a base image: Debian ${SUITE} with Node ${process.versions.node}`);

  const tar = join(folder, 'debian.tar');
  const mirror = MIRRORS.filter((file) => existsSync(file)).slice(0, 1);
  const args = ['--quiet', '--variant=minbase', SUITE, tar, ...mirror];
  await execute('mmdebstrap', args, join(folder, 'base.log'), signal);

  const container = await buildah.run('from', 'scratch');
  await buildah.run('add', container, tar, '/');
  rmSync(tar);
  const installed = resolve(dirname(process.execPath), '..');
  const copies = [
    [process.execPath, '/usr/local/bin/node'],
    [join(installed, 'lib/node_modules/npm'), '/usr/local/lib/node_modules/npm'],
    [join(installed, 'include/node'), '/usr/local/include/node'],
    [CERTIFICATES, CERTIFICATES],
  ] as const;
  for (const [from, to] of copies) if (existsSync(from)) await buildah.run('copy', container, from, to);
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await buildah.run('config', '--env', `PATH=${path}`, container);
  if (existsSync(CERTIFICATES)) {
    await buildah.run('config', '--env', `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, container);
  }
  await buildah.run('run', '--isolation', 'chroot', container, 'sh', '-c', FINISH);
  await buildah.run('commit', '--rm', container, image);
  return image;
}
