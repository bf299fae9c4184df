/** `npm test`: sets up what is missing, then runs jest; `npm test -- PATTERN` passes arguments on to it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './lib/setup.mjs';

setUp({ tests: true });
const jest = spawnSync(
  process.execPath,
  // Two at once: tests of whole systems wait half of their time, and more would take time from each other.
  [join(root, 'node_modules/jest/bin/jest.js'), '--maxWorkers=2', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(jest.status ?? 1);
