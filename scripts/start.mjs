/** `npm start`: installs what is missing, then runs the whole system on this machine. See scripts/start/main.ts. */
import { setUp } from './lib/setup.mjs';

setUp();
await import('../dist/scripts/start/main.js');
