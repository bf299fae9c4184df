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

function asked(method: string, headers: Record<string, string>, host = 'box.example:5000') {
  return { method, host, get: (name: string) => headers[name] };
}

it.each<[string, string, Record<string, string>, boolean]>([
  ['a program', 'POST', {}, true],
  ['a form of ours', 'POST', { Origin: 'http://box.example:5000', 'Sec-Fetch-Site': 'same-origin' }, true],
  ['a form of ours, by plain http', 'POST', { Origin: 'http://box.example:5000' }, true],
  [
    'a form of ours, through a proxy that renames us',
    'POST',
    { Origin: 'https://public.example', 'Sec-Fetch-Site': 'same-origin' },
    true,
  ],
  ['a reload by hand', 'POST', { 'Sec-Fetch-Site': 'none' }, true],
  ['a link elsewhere', 'GET', { 'Sec-Fetch-Site': 'cross-site' }, true],
  ['a form elsewhere', 'POST', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, false],
  ['a form elsewhere, by plain http', 'POST', { Origin: 'http://evil.example' }, false],
  ['a form of another port', 'POST', { Origin: 'http://box.example:5001' }, false],
  [
    'a form of a neighbour',
    'POST',
    { Origin: 'https://other.example', 'Sec-Fetch-Site': 'same-site' },
    false,
  ],
  ['a page that hides where it is', 'POST', { Origin: 'null' }, false],
  ['a script elsewhere', 'DELETE', { Origin: 'https://evil.example' }, false],
  ['a script elsewhere', 'PUT', { Origin: 'https://evil.example' }, false],
  ['a header that says something new', 'POST', { 'Sec-Fetch-Site': 'moon' }, false],
])('%s, %s %j: passes %p', (_, method, headers, expected) => {
  expect(passes(refuseCrossSite, asked(method, headers))).toBe(expected);
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
  [undefined, true], // no browser is like that
])('the name %j is one of this machine: %p', (hostname, expected) => {
  expect(passes(refuseForeignNames, { hostname })).toBe(expected);
});
