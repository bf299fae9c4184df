/** `npm run model`: installs what is missing, then runs scripts/model.ts with the arguments after `--`. */
import { setUp } from './lib/setup.mjs';

setUp();
await import('../dist/scripts/model.js');
