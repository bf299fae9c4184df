import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../test/support/test-data';

const run = promisify(execFile);

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'boxreel-cli-'))));
afterAll(() => rm(folder, { recursive: true }));

it('packs into a tarball that needs only Node', async () => {
  const npm = (cwd: string, ...args: string[]) =>
    run('npm', [...args, '--loglevel=error'], {
      cwd,
      env: { ...process.env, npm_config_cache: join(folder, 'cache') },
    });
  const packed = await npm(
    repositoryRoot,
    ...['pack', '--workspace', '@boxreel/cli', '--pack-destination', folder, '--json'],
  );
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  const others = files.map(({ path }) => path).filter((path) => !/^(bin|dist)\/[\w-]+\.m?js$/.test(path));
  expect(others.sort()).toEqual(['README.md', 'package.json']);

  await npm(folder, 'install', '--offline', '--no-audit', join(folder, filename));
  const { stdout } = await run(join(folder, 'node_modules/.bin/boxreel'), ['--help'], { cwd: folder });
  expect(stdout).toContain('Usage: boxreel <command>');
});
