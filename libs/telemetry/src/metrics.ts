import { performance } from 'node:perf_hooks';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Access } from '#access';

/** Upper bounds of latency histograms, in seconds: from a small image on a GPU to a request that loads its model first. */
export const LATENCY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** The metrics of a service, including those of the process: memory, CPU, event loop lag, garbage collection. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** `/metrics` in the text format of Prometheus. */
@ApiExcludeController()
@Controller('metrics')
@Access('user or metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  @Get()
  async scrape(@Res() response: Response): Promise<void> {
    const text = await this.registry.metrics();
    response.set('Content-Type', this.registry.contentType).send(text);
  }
}

/**
 * Times every request. The label is the route pattern, because ids in paths would create a series each; requests without
 * a route have `unknown`. The status is `aborted` if the client disconnects before the response is complete.
 */
export function timeRequests(registry: Registry) {
  const seconds = new Histogram({
    name: 'boxreel_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its response',
    labelNames: ['method', 'route', 'status'],
    buckets: LATENCY_BUCKETS,
    registers: [registry],
  });
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = performance.now();
    response.once('close', () => {
      const { path: route = 'unknown' } = (request.route as { path?: string } | undefined) ?? {};
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      seconds.observe({ method: request.method, route, status }, (performance.now() - start) / 1000);
    });
    next();
  };
}
