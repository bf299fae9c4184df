/** `npm run model`: sets up what is missing, then lists, pulls, checks or tries models; arguments after `--` go to scripts/model.ts. */
import { setUp } from './lib/setup.mjs';

setUp();
await import('../dist/scripts/model.js');
