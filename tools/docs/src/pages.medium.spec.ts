import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describeSettings } from '#config';
import type { Page } from './pages';

const root = join(__dirname, '../../../..');
let pages: Page[];
let document: OpenAPIObject;

beforeAll(() => {
  const script = join(root, 'dist/tools/docs/src/print.js');
  const output = execFileSync(process.execPath, [script], { cwd: root, maxBuffer: 2 ** 26 });
  ({ pages, document } = JSON.parse(output.toString()) as { pages: Page[]; document: OpenAPIObject });
});

it.each(['docs/settings.md', 'test/support/api-types.ts'])(
  '%s is up to date; if not, run `npm run docs`',
  (path) => {
    const generated = pages.find((page) => page.path === path)?.text;
    expect(readFileSync(join(root, path), 'utf8')).toBe(generated);
  },
);

it.each(describeSettings())('$name has a description', ({ description }) => {
  expect(description.length).toBeGreaterThan(10);
});

/** The health checks have no parameters that could be wrong. */
const EXCEPTIONS = ['#/paths/~1healthz/get/responses', '#/paths/~1readyz/get/responses'];

it('the OpenAPI document follows the recommended rules of redocly', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  const found = problems.map(({ ruleId, message, location: [at] }) => ({ ruleId, message, at: at?.pointer }));
  expect(
    found.filter(({ ruleId, at }) => ruleId !== 'operation-4xx-response' || !EXCEPTIONS.includes(at ?? '')),
  ).toEqual([]);
});
