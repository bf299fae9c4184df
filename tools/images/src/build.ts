import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execute, type Buildah } from './buildah';
import type { Image } from './container';

/** The targets of the Dockerfile that can be built here, and the port of each. */
const TARGETS = { preprocess: 5000, infer: 5001, postprocess: 5002 } as const;
type Target = keyof typeof TARGETS;

/** A built image, and what it must be. */
interface BuiltImage {
  readonly image: Image;
  readonly port: number;
  readonly version: string;
  readonly buildMs: number;
}

export type BuiltImages = Readonly<Record<Target, BuiltImage>>;

/** Builds and mounts every target. @param base name of the base image @param folder for logs and settings */
export async function buildAll(
  buildah: Buildah,
  root: string,
  base: string,
  folder: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<BuiltImages> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const npmrc = await npmSettings(folder, signal);
  const built = {} as Record<Target, BuiltImage>;
  for (const [name, port] of Object.entries(TARGETS) as [Target, number][]) {
    say(`Building ${name}`);
    const start = performance.now();
    const tag = `localhost/boxreel/${name}:${version}`;
    await buildah.run(
      'bud',
      ...['--isolation', 'chroot', '--layers', '--format', 'docker', '--pull-never'],
      ...['--target', name, '--tag', tag],
      ...['--secret', `id=npmrc,src=${npmrc}`],
      ...['--build-arg', `BASE=${base}`, '--build-arg', `VERSION=${version}`],
      ...['--build-arg', `REVISION=${revision(root)}`],
      root,
    );
    const buildMs = performance.now() - start;
    const { root: mounted } = await buildah.mount(tag);
    const image = { name, root: mounted, config: await buildah.config(tag) };
    built[name] = { image, port, version, buildMs };
  }
  return built;
}

/** The user's npm settings (such as another registry), for the build only: no image contains them. */
async function npmSettings(folder: string, signal: AbortSignal): Promise<string> {
  const file = process.env.npm_config_userconfig ?? join(homedir(), '.npmrc');
  const registry = await execute('npm', ['config', 'get', 'registry'], join(folder, 'npm.log'), signal);
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // The file is optional.
  }
  const secret = join(folder, 'npmrc');
  writeFileSync(secret, `${text}\nregistry=${registry}\n`, { mode: 0o600 });
  return secret;
}

function revision(root: string): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}
