/** `npm run scale`: installs what is missing, then shows or changes the replicas of the services in a cluster. */
import { setUp } from './lib/setup.mjs';

setUp();
await import('../dist/scripts/scale.js');
