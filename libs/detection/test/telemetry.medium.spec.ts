import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir, defaultModel, modelsDir, pullTimeout } from '../../../test/support/model';

const RUN = join(__dirname, 'telemetry-run.js');

const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;

let home: string;
beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'home-'))));
afterEach(() => rm(home, { recursive: true }));

/** Runs the engine with an empty home directory and without the variable that disables telemetry. */
async function runEngine(...prefix: string[]): Promise<void> {
  const { manifest } = await defaultModel();
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home };
  delete env['ORT_DISABLE_TELEMETRY'];
  const run = [process.execPath, RUN, modelsDir, cacheDir, manifest.name];
  const [command, args] = prefix[0] ? [prefix[0], [...prefix.slice(1), ...run]] : [run[0]!, run.slice(1)];
  const { stdout } = await promisify(execFile)(command, args, { env });
  expect(stdout).toBe('0 detections');
}

it(
  'ONNX Runtime writes nothing to the home directory',
  async () => {
    await runEngine();
    expect(await readdir(home, { recursive: true })).toEqual([]);
  },
  pullTimeout,
);

(hasStrace ? it : it.skip)(
  'ONNX Runtime connects to no other machine',
  async () => {
    const trace = join(home, 'trace');
    await runEngine('strace', '-f', '-qq', '-e', 'trace=connect', '-o', trace);
    expect(await readFile(trace, 'utf8')).not.toMatch(/AF_INET/);
  },
  pullTimeout,
);
