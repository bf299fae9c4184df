/** `npm run bench`: sets up what is missing, then measures; arguments after `--` go to tools/bench/src/main.ts. */
import { setUp } from '../../scripts/lib/setup.mjs';

setUp({ tests: true });
await import('../../dist/tools/bench/src/main.js');
