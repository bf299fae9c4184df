/** `npm run figures`: sets up what is missing, then measures. See the README. */
import { setUp } from '../../scripts/lib/setup.mjs';

setUp({ tests: true });
await import('../../dist/tools/figures/src/main.js');
