#!/usr/bin/env node
/** `boxreel`: in a checkout it first compiles what has changed; an installed package is compiled already. */
import { existsSync } from 'node:fs';

if (existsSync(new URL('../src', import.meta.url))) {
  const { setUp } = await import('../../../scripts/lib/setup.mjs');
  setUp({ client: true });
}
await import('../dist/main.js');
