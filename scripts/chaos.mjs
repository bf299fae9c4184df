/** `npm run test:chaos`: installs what is missing, then runs test/chaos/main.ts with the arguments after `--`. */
import { setUp } from './lib/setup.mjs';

setUp({ tests: true });
await import('../dist/test/chaos/main.js');
