/** Node 24 and its npm, the base of the images, from npm packages; usable beside the running Node. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, log } from './setup.mjs';

const PACKAGES = { [`node-${process.platform}-${process.arch}`]: '24.22.3', npm: '11.21.2' };

/** Downloads them on first use. @returns the folders of Node (with `bin/node`) and of npm */
export function fetchNode24() {
  const folder = join(root, '.cache/node-24');
  const manifest = join(folder, 'package.json');
  const wanted = JSON.stringify({ private: true, dependencies: PACKAGES });
  if (!existsSync(manifest) || readFileSync(manifest, 'utf8') !== wanted) {
    log('Fetching Node 24');
    mkdirSync(folder, { recursive: true });
    const packages = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
    const options = ['--prefix', folder, '--ignore-scripts', '--no-save', '--loglevel=error'];
    execFileSync('npm', ['install', ...options, ...packages], { stdio: ['ignore', 2, 2] });
    writeFileSync(manifest, wanted);
  }
  const [node, npm] = Object.keys(PACKAGES).map((name) => join(folder, 'node_modules', name));
  return { node, npm };
}
