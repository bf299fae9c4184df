import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Buildah, execute } from './buildah';

const SUITE = 'bookworm';

/** Files with Debian's mirrors, in order of preference. */
const MIRRORS = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** Certificates that this machine trusts; its npm mirror may need them. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What node's official image does on top of Debian: https://github.com/nodejs/docker-node */
const FINISH = [
  'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
  'groupadd --gid 1000 node',
  'useradd --uid 1000 --gid node --shell /bin/bash --create-home node',
  'node --version',
  'npm --version',
].join(' && ');

/**
 * Builds a replacement for `node:24-bookworm-slim` where no image registry can be reached: a small Debian from packages,
 * with Node and npm where the official image has them. Kept in the store.
 * @param from folders of Node and npm
 * @returns the image's name
 */
export async function makeBase(
  buildah: Buildah,
  from: { readonly node: string; readonly npm: string },
  folder: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(from.node, 'package.json'), 'utf8')) as {
    version: string;
  };
  const image = `localhost/boxreel-base:${SUITE}-node-${version}`;
  if (await buildah.has(image)) return image;
  say(`Building a base image: Debian ${SUITE} with Node ${version}`);

  const tar = join(folder, 'debian.tar');
  const mirror = MIRRORS.filter((file) => existsSync(file)).slice(0, 1);
  const args = ['--quiet', '--variant=minbase', SUITE, tar, ...mirror];
  await execute('mmdebstrap', args, join(folder, 'base.log'), signal);

  const container = await buildah.run('from', 'scratch');
  await buildah.run('add', container, tar, '/');
  rmSync(tar);
  const copies = [
    [join(from.node, 'bin/node'), '/usr/local/bin/node'],
    [from.npm, '/usr/local/lib/node_modules/npm'],
    [join(from.node, 'include/node'), '/usr/local/include/node'],
    [CERTIFICATES, CERTIFICATES],
  ] as const;
  for (const [source, to] of copies) {
    if (existsSync(source)) await buildah.run('copy', container, source, to);
  }
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await buildah.run('config', '--env', `PATH=${path}`, container);
  if (existsSync(CERTIFICATES)) {
    await buildah.run('config', '--env', `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, container);
  }
  await buildah.run('run', '--isolation', 'chroot', container, 'sh', '-c', FINISH);
  await buildah.run('commit', '--rm', container, image);
  return image;
}
