/** `npm run docs`: sets up what is missing, then writes the generated pages. */
import { setUp } from '../../scripts/lib/setup.mjs';

setUp({ tests: true });
await import('../../dist/tools/docs/src/main.js');
