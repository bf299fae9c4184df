import { ForbiddenException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { refuseCrossSite, refuseForeignNames } from './foreign';

type Middleware = typeof refuseCrossSite;

function passes(middleware: Middleware, request: object): boolean {
  let passed = false;
  try {
    middleware(request as Request, {} as Response, () => (passed = true));
  } catch (error) {
    expect(error).toBeInstanceOf(ForbiddenException);
  }
  return passed;
}

function requestWith(method: string, headers: Record<string, string>, host = 'box.example:5000') {
  return { method, host, get: (name: string) => headers[name] };
}

it.each<[string, string, Record<string, string>, boolean]>([
  ['a program', 'POST', {}, true],
  ['a same-site form', 'POST', { Origin: 'http://box.example:5000', 'Sec-Fetch-Site': 'same-origin' }, true],
  ['a same-site form over plain http', 'POST', { Origin: 'http://box.example:5000' }, true],
  [
    'a same-site form through a proxy with a different name',
    'POST',
    { Origin: 'https://public.example', 'Sec-Fetch-Site': 'same-origin' },
    true,
  ],
  ['a manual reload', 'POST', { 'Sec-Fetch-Site': 'none' }, true],
  ['a link on another site', 'GET', { 'Sec-Fetch-Site': 'cross-site' }, true],
  [
    'a form on another site',
    'POST',
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    false,
  ],
  ['a form on another site over plain http', 'POST', { Origin: 'http://evil.example' }, false],
  ['a form on another port', 'POST', { Origin: 'http://box.example:5001' }, false],
  [
    'a form on a sibling subdomain',
    'POST',
    { Origin: 'https://other.example', 'Sec-Fetch-Site': 'same-site' },
    false,
  ],
  ['a page with an opaque origin', 'POST', { Origin: 'null' }, false],
  ['a script on another site', 'DELETE', { Origin: 'https://evil.example' }, false],
  ['a script on another site', 'PUT', { Origin: 'https://evil.example' }, false],
  ['an unknown header value', 'POST', { 'Sec-Fetch-Site': 'moon' }, false],
])('%s, %s %j: passes %p', (_, method, headers, expected) => {
  expect(passes(refuseCrossSite, requestWith(method, headers))).toBe(expected);
});

it.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['box.localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['', false],
  [undefined, true], // browsers always send a Host
])('accepts the host name %j: %p', (hostname, expected) => {
  expect(passes(refuseForeignNames, { hostname })).toBe(expected);
});
