import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Registry } from 'prom-client';
import { scrape, scrapeUntil } from '../../../test/support/metrics';
import { MetricsController, createRegistry, timeRequests } from './metrics';

let arrived!: () => void;

@Controller('things')
class ThingsController {
  @Get(':id')
  get(@Param('id') id: string): Promise<string> | string {
    if (id !== 'never') return id;
    arrived();
    return new Promise(() => undefined);
  }
}

@Module({
  controllers: [ThingsController, MetricsController],
  providers: [{ provide: Registry, useFactory: createRegistry }],
})
class TestModule {}

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(TestModule, { logger: false });
  app.use(timeRequests(app.get(Registry)));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer();
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => app.close());

const count = (labels: string) => `boxreel_http_request_duration_seconds_count{${labels}}`;

it('reports process metrics, including the event loop lag', async () => {
  const samples = await scrape(url);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  expect(samples.has('nodejs_eventloop_lag_seconds')).toBe(true);
});

it('sends the content type of the Prometheus text format', async () => {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain;.*version=0\.0\.4/);
});

it('labels requests with the route pattern, not the path', async () => {
  await fetch(`${url}/things/1`);
  await fetch(`${url}/things/2`);
  await fetch(`${url}/no-such-thing`);
  const samples = await scrape(url);
  expect(samples.get(count('method="GET",route="/things/:id",status="200"'))).toBe(2);
  expect(samples.get(count('method="GET",route="unknown",status="404"'))).toBe(1);
  expect([...samples.keys()].filter((name) => /things\/\d/.test(name))).toEqual([]);
});

it('counts a client that disconnects before the response as aborted', async () => {
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const sent = request(`${url}/things/never`).end();
  sent.on('error', () => undefined);
  await arrival;
  sent.destroy();
  const aborted = count('method="GET",route="/things/:id",status="aborted"');
  expect((await scrapeUntil(url, (samples) => samples.has(aborted))).get(aborted)).toBe(1);
});
