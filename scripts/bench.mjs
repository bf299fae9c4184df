/** `npm run bench`: sets up what is missing, then measures; arguments after `--` go to bench/main.ts. */
import { setUp } from './lib/setup.mjs';

setUp({ tests: true });
await import('../dist/bench/main.js');
