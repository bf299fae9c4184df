import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Container, type Image, type Volumes } from './container';
import { type LockFile, packagesOf } from './lock-file';

const ROOT = join(__dirname, '../../../..');

/** How the image runs: not as root, with an init, on its own port, and labelled. */
export function checkConfig({ name, config }: Image, port: number, version: string): void {
  const env = Object.fromEntries(config.Env.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
  assert.equal(config.User, '1000:1000', `${name} does not run as uid 1000`);
  assert.deepEqual(config.Entrypoint, ['tini', '--'], `${name} has no init`);
  assert.equal(config.StopSignal ?? 'SIGTERM', 'SIGTERM');
  assert.equal(env['PORT'], String(port), `${name} listens elsewhere`);
  assert.deepEqual(Object.keys(config.ExposedPorts ?? {}), [`${port}/tcp`]);
  assert.equal(config.Labels?.['org.opencontainers.image.version'], version);
}

/** The image contains the packages that its service needs and no others, no tests, no sources and no npm cache. */
export function checkContents({ name, root }: Image): void {
  const app = join(root, 'app');
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile;
  const { required, allowed } = packagesOf(lock, `services/${name}`);
  const there = Object.keys(lock.packages).filter(
    (path) => path.startsWith('node_modules/') && existsSync(join(app, path)),
  );
  const unwanted = there.filter((path) => !allowed.has(path));
  assert.deepEqual(unwanted, [], `${name} has packages that it does not need`);
  const missing = [...required].filter((path) => !there.includes(path));
  assert.deepEqual(missing, [], `${name} lacks packages`);
  const stray = own(app).filter((path) =>
    /\.(spec\.js|ts)$|(^|\/)(test|tools|cli|embedded-mongo)(\/|$)/.test(path),
  );
  assert.deepEqual(stray, [], `${name} has files of tests or sources`);
  assert.deepEqual(existsSync(join(root, 'root/.npm')), false, `${name} has npm's cache`);
  const runtimes = own(join(app, 'node_modules/onnxruntime-node/bin/napi-v6')).filter((path) =>
    /\.(so|dll|dylib)/.test(path),
  );
  const ours = name === 'infer' ? [`linux/${process.arch}/libonnxruntime.so.1`] : [];
  assert.deepEqual(runtimes, ours, `${name}: the builds of ONNX Runtime`);
}

/** Paths of all files and folders below a folder, without node_modules; empty if it does not exist. */
function own(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.startsWith('node_modules'),
  );
}

const PROBE = `
  const { rmSync, writeFileSync } = require('node:fs');
  const write = (folder) => {
    try {
      writeFileSync(folder + '/probe', '');
      rmSync(folder + '/probe');
      return 'written';
    } catch ({ code }) {
      return code;
    }
  };
  const folders = ['/home/node', '/app', '/mnt', '/models', '/tmp'];
  console.log(JSON.stringify([process.getuid(), ...folders.map(write)]));
`;

/** What a process may do: /home/node belongs to it, so only the read-only root prevents writing there. */
export async function checkSandbox(image: Image, volumes: Volumes, log: string): Promise<void> {
  const printed = await Container.output(image, volumes, {}, log, ['node', '-e', PROBE]);
  const [uid, home, app, ...writable] = JSON.parse(printed) as [number, string, ...string[]];
  assert.equal(uid, 1000);
  assert.equal(home, 'EROFS', `the root of ${image.name} can be written to`);
  assert.notEqual(app, 'written');
  assert.deepEqual(writable, ['written', 'written', 'written'], `${image.name}: /mnt, /models or /tmp`);
}
