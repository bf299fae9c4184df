#!/usr/bin/env node
/** `boxreel`: compiles what has changed if run in a checkout; an installed package is already compiled. */
import { existsSync } from 'node:fs';

if (existsSync(new URL('../src', import.meta.url))) {
  const { setUp } = await import('../../../scripts/lib/setup.mjs');
  setUp({ client: true });
}
await import('../dist/main.js');
