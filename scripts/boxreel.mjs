#!/usr/bin/env node
/** `npx boxreel`: sets up what is missing, then talks to a server that runs somewhere. See scripts/client/main.ts. */
import { setUp } from './lib/setup.mjs';

setUp({ client: true });
await import('../dist/scripts/client/main.js');
