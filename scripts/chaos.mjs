/** `npm run test:chaos`: sets up what is missing, then kills and counts; arguments after `--` go to test/chaos/main.ts. */
import { setUp } from './lib/setup.mjs';

setUp({ tests: true });
await import('../dist/test/chaos/main.js');
