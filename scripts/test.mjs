/** `npm test`: installs what is missing, then runs jest with the arguments after `--`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './lib/setup.mjs';

setUp({ tests: true });
const jest = spawnSync(
  process.execPath,
  // Two workers: end-to-end tests wait half of their time, but more of them would slow each other down.
  [join(root, 'node_modules/jest/bin/jest.js'), '--maxWorkers=2', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(jest.status ?? 1);
