/** `node scripts/node24.mjs ARGUMENTS`: runs `node ARGUMENTS` with Node 24, also for its child processes. */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fetchNode24 } from './lib/node24.mjs';

const bin = join(fetchNode24().node, 'bin');
const { status } = spawnSync(join(bin, 'node'), process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
});
process.exit(status ?? 1);
