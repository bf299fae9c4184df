/**
 * Builds the images of the Dockerfile with buildah, without a container engine, and processes a video with them as an
 * engine would: each with its own entrypoint, user and environment, and a read-only root.
 * Does not build infer-cuda, which needs an image registry, NuGet, and a GPU for the test.
 */
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseDatabase } from '../../../scripts/start/database';
import { makeBase } from './base';
import { Buildah, execute } from './buildah';
import { checkConfig, checkContents, checkSandbox } from './checks';
import type { Image } from './container';
import { System } from './system';

const ROOT = join(__dirname, '../../../..');

/** Layers and the base image, kept between runs; 3 GB or more. */
const CACHE = '/var/tmp/boxreel-images';

/** Paths passed by run.mjs. */
const NODE_24 = { node: process.env['IMAGE_NODE'] ?? '', npm: process.env['IMAGE_NPM'] ?? '' };

const TARGETS = { preprocess: 5000, infer: 5001, postprocess: 5002 } as const;
type Target = keyof typeof TARGETS;

const USAGE = `Usage: npm run test:images [-- --cold]

  --cold   forget the layers of earlier runs (${CACHE}) first
`;

const say = (text: string) => process.stdout.write(`• ${text}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const stopping = new AbortController();
const { signal } = stopping;

/** Clean-up steps, executed last to first. */
const cleanUp: (() => Promise<unknown> | undefined)[] = [];

async function main(): Promise<void> {
  const since = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'boxreel-images-'));
  cleanUp.push(() => {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  });
  const buildah = await Buildah.open(CACHE, join(folder, 'state'), signal);
  cleanUp.push(() => buildah.removeContainers());

  const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string })
    .version;
  const base = await makeBase(buildah, NODE_24, folder, signal, say);
  const npmrc = await npmSettings(folder);
  const built = {} as Record<Target, { image: Image; buildMs: number }>;
  for (const name of Object.keys(TARGETS) as Target[]) {
    say(`Building ${name}`);
    const start = performance.now();
    const tag = `localhost/boxreel/${name}:${version}`;
    await buildah.run(
      'bud',
      ...[
        '--isolation',
        'chroot',
        '--layers',
        '--format',
        'docker',
        '--pull-never',
        '--target',
        name,
        '--tag',
        tag,
      ],
      ...['--secret', `id=npmrc,src=${npmrc}`],
      ...['--build-arg', `BASE=${base}`, '--build-arg', `VERSION=${version}`],
      ...['--build-arg', `REVISION=${revision()}`],
      ROOT,
    );
    const buildMs = performance.now() - start;
    const { root } = await buildah.mount(tag);
    built[name] = { image: { name, root, config: await buildah.config(tag) }, buildMs };
  }
  const images = {
    preprocess: built.preprocess.image,
    infer: built.infer.image,
    postprocess: built.postprocess.image,
  };

  const volumes = { shared: join(folder, 'mnt'), models: join(folder, 'models') };
  for (const volume of Object.values(volumes)) {
    mkdirSync(volume);
    chownSync(volume, 1000, 1000);
  }
  for (const [name, port] of Object.entries(TARGETS) as [Target, number][]) {
    checkConfig(images[name], port, version);
    checkContents(images[name]);
    await checkSandbox(images[name], volumes, join(folder, `${name}-probe.log`));
  }
  say('Each runs as uid 1000 with a read-only root, with production packages and without tests');

  const output = openSync(join(folder, 'database.log'), 'a');
  const database = await chooseDatabase(process.env.MONGODB_URI, folder, { output, onCrash: say });
  cleanUp.push(async () => {
    await database.process?.stop(10_000);
    closeSync(output);
  });
  const system = new System(images, volumes, folder, database.uri, signal);
  cleanUp.push(() => system.kill());
  await system.start();
  say(`All three are ready, with ${database.description.replace(/,.*/, '')}`);
  say(`Processed a video: ${await system.checkVideo(() => undefined)}`);
  say(`Annotated images: ${await system.checkImages()}`);
  say(`None of ${await system.checkUsers()} processes runs as root`);
  await system.checkStop();
  say('All of them stopped on SIGTERM');

  console.log('\nimage         unpacked    build    ready     stop');
  for (const [name, { image, buildMs }] of Object.entries(built)) {
    const size = execFileSync('du', ['-sxm', image.root], { encoding: 'utf8' }).split('\t')[0] ?? '';
    const { readyMs, stopMs } = system.timings[name] ?? { readyMs: NaN, stopMs: NaN };
    const columns = [`${size} MB`, seconds(buildMs), seconds(readyMs), seconds(stopMs)];
    console.log([name.padEnd(12), ...columns.map((text) => text.padStart(8))].join(' '));
  }
  console.log(`\nAll checks passed in ${seconds(performance.now() - since)}.`);
}

/** The user's npm settings (such as another registry), for the build only: no image contains them. */
async function npmSettings(folder: string): Promise<string> {
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

function revision(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

const args = process.argv.slice(2);
if (args.some((arg) => arg !== '--cold')) {
  process.stderr.write(USAGE);
  process.exit(2);
}
if (args.length > 0) rmSync(CACHE, { recursive: true, force: true });
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stopping.abort();
  });
}
main()
  .catch((error: unknown) => {
    if (!signal.aborted) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = signal.aborted ? 130 : 1;
  })
  .finally(async () => {
    for (const undo of cleanUp.reverse()) await undo();
    process.exit();
  });
