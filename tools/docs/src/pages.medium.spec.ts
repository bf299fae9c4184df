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

interface Header {
  readonly description?: string;
}

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly id: string;
  readonly path: string;
  readonly method: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly schema: { readonly pattern?: string } }[];
  readonly responses: Readonly<Record<string, Response>>;
}

function operations(): Operation[] {
  const paths = Object.entries(document.paths as unknown as Record<string, Record<string, Operation>>);
  return paths.flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      path,
      method,
      id: `${method} ${path}`,
    })),
  );
}

/** Each response with its status and its operation, without references. */
function responses(): { id: string; status: string; response: Response }[] {
  const shared = document.components?.responses as Record<string, Response>;
  return operations()
    .filter(({ method }) => method !== 'head')
    .flatMap(({ id, responses }) =>
      Object.entries(responses).map(([status, response]) => ({
        id,
        status,
        response: response.$ref === undefined ? response : shared[response.$ref.split('/').at(-1)!]!,
      })),
    );
}

it('documents every error as JSON, and nothing else', () => {
  const errors = responses().filter(({ status }) => Number(status) >= 400);
  expect(errors.length).toBeGreaterThan(150);
  const others = errors.filter(
    ({ response }) => Object.keys(response.content ?? {}).join() !== 'application/json',
  );
  expect(others).toEqual([]);
});

it('documents Retry-After with every 429 and 503, except of the health checks', () => {
  const missing = responses().filter(
    ({ status, response }) => ['429', '503'].includes(status) && !response.headers?.['Retry-After'],
  );
  expect(missing.map(({ id }) => id)).toEqual(['get /readyz']);
});

it('documents 401, 403 and 429 for all routes but the public ones', () => {
  const open = operations().filter(({ responses }) =>
    ['401', '403', '429'].some((code) => !(code in responses)),
  );
  expect(open.map(({ id, security }) => [id, security])).toEqual([
    ['get /healthz', []],
    ['get /readyz', []],
  ]);
  expect(document.components?.securitySchemes).toEqual({
    key: { type: 'http', scheme: 'bearer', description: expect.any(String) as string },
  });
});

it('declares every parameter of a path, ids with a pattern', () => {
  for (const { id, path, parameters = [] } of operations()) {
    for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
      const parameter = parameters.find((one) => one.name === name);
      expect([id, parameter?.name]).toEqual([id, name]);
      if (name === 'id') expect(parameter?.schema.pattern).toMatch(/^\^\[0-9a-f\]\{(24|32)\}\$$/);
    }
  }
});

it('documents one media type for a success, except where a parameter chooses it', () => {
  const several = responses().filter(({ response }) => Object.keys(response.content ?? {}).length > 1);
  expect(several.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'get /api/jobs/{id}/detections 200',
    'post /api/detect 200',
  ]);
});
