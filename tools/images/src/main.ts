/**
 * Builds the images of the Dockerfile with buildah, without a container engine, and processes a video with them as an
 * engine would: each with its own entrypoint, user and environment, and a read-only root.
 * Does not build infer-cuda, which needs an image registry, NuGet, and a GPU for the test.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseDatabase } from '../../../scripts/start/database';
import { makeBase } from './base';
import { buildAll, type BuiltImages } from './build';
import { Buildah } from './buildah';
import { checkConfig, checkContents, checkSandbox } from './checks';
import type { Volumes } from './container';
import { System } from './system';

const ROOT = join(__dirname, '../../../..');

/** Layers and the base image, kept between runs; 3 GB or more. */
const CACHE = '/var/tmp/boxreel-images';

/** Paths passed by run.mjs. */
const NODE_24 = { node: process.env['IMAGE_NODE'] ?? '', npm: process.env['IMAGE_NPM'] ?? '' };

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

  const base = await makeBase(buildah, NODE_24, folder, signal, say);
  const built = await buildAll(buildah, ROOT, base, folder, signal, say);
  const volumes = makeVolumes(folder);
  await checkAll(built, volumes, folder);
  const { timings } = await checkSystem(built, volumes, folder);
  printTable(built, timings);
  console.log(`\nAll checks passed in ${seconds(performance.now() - since)}.`);
}

function makeVolumes(folder: string): Volumes {
  const volumes = { shared: join(folder, 'mnt'), models: join(folder, 'models') };
  for (const volume of Object.values(volumes)) {
    mkdirSync(volume);
    chownSync(volume, 1000, 1000);
  }
  return volumes;
}

/** Checks each image by itself. */
async function checkAll(built: BuiltImages, volumes: Volumes, folder: string): Promise<void> {
  for (const { image, port, version } of Object.values(built)) {
    checkConfig(image, port, version);
    checkContents(image);
    await checkSandbox(image, volumes, join(folder, `${image.name}-probe.log`));
  }
  say('Each runs as uid 1000 with a read-only root, with production packages and without tests');
}

/** Processes a video and images with all services and a database. @returns the system, stopped */
async function checkSystem(built: BuiltImages, volumes: Volumes, folder: string): Promise<System> {
  const output = openSync(join(folder, 'database.log'), 'a');
  const database = await chooseDatabase(process.env.MONGODB_URI, folder, { output, onCrash: say });
  cleanUp.push(async () => {
    await database.process?.stop(10_000);
    closeSync(output);
  });
  const { preprocess, infer, postprocess } = built;
  const images = { preprocess: preprocess.image, infer: infer.image, postprocess: postprocess.image };
  const system = new System(images, volumes, folder, database.uri, signal);
  cleanUp.push(() => system.kill());
  await system.start();
  say(`All three are ready, with ${database.description.replace(/,.*/, '')}`);
  say(`Processed a video: ${await system.checkVideo(() => undefined)}`);
  say(`Annotated images: ${await system.checkImages()}`);
  say(`None of ${await system.checkUsers()} processes runs as root`);
  await system.checkStop();
  say('All of them stopped on SIGTERM');
  return system;
}

function printTable(built: BuiltImages, timings: System['timings']): void {
  console.log('\nimage         unpacked    build    ready     stop');
  for (const [name, { image, buildMs }] of Object.entries(built)) {
    const size = execFileSync('du', ['-sxm', image.root], { encoding: 'utf8' }).split('\t')[0] ?? '';
    const { readyMs, stopMs } = timings[name] ?? { readyMs: NaN, stopMs: NaN };
    const columns = [`${size} MB`, seconds(buildMs), seconds(readyMs), seconds(stopMs)];
    console.log([name.padEnd(12), ...columns.map((text) => text.padStart(8))].join(' '));
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
