/** `npm start`: sets up what is missing, then runs everything on this machine. See scripts/start/main.ts. */
import { setUp } from './lib/setup.mjs';

setUp();
await import('../dist/scripts/start/main.js');
