/** `npm run scale`: sets up what is missing, then shows or changes how many replicas of each service a cluster runs. */
import { setUp } from './lib/setup.mjs';

setUp();
await import('../dist/scripts/scale.js');
