/**
 * Makes a fresh checkout ready to run with Node's own modules alone: Debian packages, npm packages, compiled code.
 * Each step does only what is missing, so a second run takes a moment.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const NODE_AT_LEAST = [20, 19];

const TYPESCRIPT = 'node_modules/typescript/bin/tsc';

/** ffmpeg, a font for the labels, and what node-canvas needs to compile. */
const DEBIAN_PACKAGES = [
  ...['ffmpeg', 'fonts-dejavu-core'],
  ...['python3', 'make', 'g++', 'pkg-config'],
  ...['libcairo2-dev', 'libpango1.0-dev', 'libjpeg-dev', 'libgif-dev', 'librsvg2-dev'],
];
const DEBIAN_TEST_PACKAGES = ['chromium', 'shellcheck'];
const DEBIAN_IMAGE_PACKAGES = ['buildah', 'mmdebstrap'];

/** What to compile: the project, its sources and its output folder. */
const SOURCES = ['services', 'libs', 'packages', 'tools', 'scripts', 'test'];
const PRODUCT = { project: 'tsconfig.build.json', sources: SOURCES, output: 'dist' };
const EVERYTHING = { project: 'tsconfig.json', sources: SOURCES, output: 'dist' };
const CLIENT = {
  project: 'packages/cli/tsconfig.json',
  sources: ['packages/cli/src'],
  output: 'packages/cli/dist',
};

/**
 * @param {{ tests?: boolean, images?: boolean, client?: boolean }} [options] also install what the tests or the image
 *   builds need; `client`: only what the command-line client needs
 */
export function setUp({ tests = false, images = false, client = false } = {}) {
  checkNode();
  if (client) {
    // The client uses Node's modules only: it needs no package but the compiler.
    if (!existsSync(join(root, TYPESCRIPT))) installNpmPackages();
    compile(CLIENT);
    return;
  }
  installDebianPackages([
    ...DEBIAN_PACKAGES,
    ...(tests ? DEBIAN_TEST_PACKAGES : []),
    ...(images ? DEBIAN_IMAGE_PACKAGES : []),
  ]);
  installNpmPackages();
  compile(tests || images ? EVERYTHING : PRODUCT);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantMajor, wantMinor] = NODE_AT_LEAST;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return;
  fail(`Node ${process.versions.node} is too old: Boxreel needs Node ${NODE_AT_LEAST.join('.')} or newer.`);
}

function installDebianPackages(wanted) {
  if (!has('dpkg-query')) {
    if (!has('ffmpeg')) fail('ffmpeg is missing. Install ffmpeg (version 5 or newer) and start again.');
    return;
  }
  const missing = wanted.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    fail(
      `Some Debian packages are missing. Run this, then start again:\n  sudo apt-get ${install.join(' ')}`,
    );
  }
  log(`Installing Debian packages: ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['-qq', ...install], { env, quiet: true });
}

function isInstalled(name) {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return query.stdout === 'installed';
}

function has(command) {
  return spawnSync(command, ['-version'], { stdio: 'ignore' }).error === undefined;
}

function installNpmPackages() {
  const stamp = join(root, 'node_modules/.boxreel-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (readIfThere(stamp) === `${lock} ${process.version}`) return;
  log('Installing npm packages (a minute or two the first time)');
  const headers = resolve(dirname(process.execPath), '../include/node/node.h');
  run('npm', ['ci', '--no-progress', '--loglevel=error'], {
    env: {
      ...process.env,
      ONNXRUNTIME_NODE_INSTALL: 'skip', // skip the CUDA download; the package includes the CPU provider
      SCARF_ANALYTICS: 'false',
      // Compile node-canvas against the headers of this Node instead of downloading them.
      ...(existsSync(headers) && { npm_config_nodedir: resolve(headers, '../../..') }),
    },
  });
  writeFileSync(stamp, `${lock} ${process.version}`);
}

function compile({ project, sources, output }) {
  const stamp = join(root, output, '.tsbuildinfo', `${basename(project)}.stamp`);
  const files = [...sources, project, 'tsconfig.json'].flatMap(filesIn).sort();
  const names = files.map(({ name }) => name).join('\n');
  const contents = files.map(({ name, mtimeMs, size }) => `${name} ${mtimeMs} ${size}`).join('\n');
  const now = `${digest(names)} ${digest(contents)}`;
  const before = readIfThere(stamp);
  if (before === now) return;
  log('Compiling');
  // Delete the output: code compiled from deleted files must not stay.
  if (before?.split(' ')[0] !== digest(names)) rmSync(join(root, output), { recursive: true, force: true });
  run(process.execPath, [join(root, TYPESCRIPT), '-p', project]);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

/** All TypeScript files below a path, or the file itself. */
function filesIn(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  const stats = statSync(full);
  if (!stats.isDirectory()) return [{ name: path, mtimeMs: stats.mtimeMs, size: stats.size }];
  return readdirSync(full, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
    .flatMap((entry) => filesIn(join(path, entry.name)));
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Runs a command in the repository; its output goes to stderr, with `quiet` only if it fails. */
function run(command, args, { env = process.env, quiet = false } = {}) {
  try {
    execFileSync(command, args, { cwd: root, env, stdio: quiet ? 'pipe' : ['ignore', 2, 2] });
  } catch (error) {
    if (quiet) process.stderr.write(error.stderr ?? '');
    fail(`Command failed: ${command} ${args.join(' ')}`);
  }
}

/** Progress goes to stderr, because the command's own output on stdout may be piped. */
export function log(text) {
  process.stderr.write(`• ${text}\n`);
}

export function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
