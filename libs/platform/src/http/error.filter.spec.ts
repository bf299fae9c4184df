import type { AddressInfo } from 'node:net';
import {
  Controller,
  Delete,
  Get,
  Logger,
  Module,
  NotFoundException,
  Post,
  type LoggerService,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ErrorFilter } from './error.filter';

@Controller()
class FailingController {
  @Get('broken')
  broken(): never {
    throw new TypeError('a secret message', { cause: new Error('a deeper one') });
  }

  @Post('things/:id')
  add(): void {
    throw new NotFoundException('Thing not found.');
  }

  @Delete('things/:id')
  remove(): void {
    throw new NotFoundException('Thing not found.');
  }

  @Get('absent')
  absent(): never {
    throw new NotFoundException('Thing not found.');
  }
}

@Module({ controllers: [FailingController] })
class FailingModule {}

const logged: string[] = [];
let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(FailingModule, { logger: false });
  const logger: Partial<LoggerService> = {
    error: (text: unknown) => logged.push(String(text)),
    log: () => undefined,
  };
  Logger.overrideLogger(logger as LoggerService);
  app.useGlobalFilters(new ErrorFilter({ tooLarge: '' }));
  app.use('/middle', () => {
    throw new TypeError('a secret message');
  });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => app.close());
beforeEach(() => logged.splice(0));

it.each(['/broken', '/middle'])(
  'sends only a code and a request id for an unexpected error in %s, and logs the details',
  async (path) => {
    const answer = await fetch(url + path);
    const text = await answer.text();
    const { error } = JSON.parse(text) as { error: { code: string; requestId: string } };
    expect(answer.status).toBe(500);
    expect(error.code).toBe('INTERNAL');
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-request-id')).toBe(error.requestId);
    expect(text).not.toMatch(/secret|deeper|TypeError|\.[jt]s\b|node_modules| at /);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(`Request ${error.requestId}, GET ${path}`);
    expect(logged[0]).toMatch(/TypeError: a secret message\n\s+at /);
    if (path === '/broken') expect(logged[0]).toContain('a deeper one');
  },
);

it('sends no request id for an expected error, and logs nothing', async () => {
  const answer = await fetch(`${url}/absent`);
  expect(await answer.json()).toEqual({ error: { code: 'NOT_FOUND', message: 'Thing not found.' } });
  expect(answer.headers.has('x-request-id')).toBe(false);
  expect(logged).toEqual([]);
});

it.each([
  ['PUT', '/absent', 'GET, HEAD'],
  ['OPTIONS', '/absent/', 'GET, HEAD'],
  ['GET', '/things/1', 'POST, DELETE'],
  ['HEAD', '/things/1', 'POST, DELETE'],
])('refuses %s %s with the methods of the path', async (method, path, allow) => {
  const answer = await fetch(url + path, { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  if (method === 'HEAD') return;
  expect(await answer.json()).toEqual({
    error: { code: 'METHOD_NOT_ALLOWED', message: `Cannot ${method} ${path}: use ${allow}.` },
  });
});

it.each([
  ['POST', '/things/1'],
  ['GET', '/nothing'],
  ['PUT', '/things/%E0%A4%A'],
])('does not name methods for %s %s', async (method, path) => {
  const answer = await fetch(url + path, { method });
  expect([answer.status < 405, answer.headers.get('allow')]).toEqual([true, null]);
});
