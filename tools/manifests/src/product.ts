/** Facts about the code to compare manifests with. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PATH_METADATA } from '@nestjs/common/constants';
import { Registry } from 'prom-client';
import { readInferConfig, readPostprocessConfig, readPreprocessConfig } from '#config';
import { STATUSES, type JobRepository, type Status } from '#jobs';
import { EngineMetrics, StageMetrics, countJobs } from '#platform';
import { CALLS, KNOWN } from '#scaling';
import { HealthController, MetricsController, createRegistry, timeRequests } from '#telemetry';
import { repositoryRoot } from '../../../test/support/test-data';

/** The services by the name of their container and image, with the reader of their settings. */
export const SERVICES = {
  preprocess: readPreprocessConfig,
  infer: readInferConfig,
  postprocess: readPostprocessConfig,
} as const;

export type ServiceName = keyof typeof SERVICES;

export function isService(name: string): name is ServiceName {
  return name in SERVICES;
}

/** Settings that a service reads. */
export function settingsOf(name: ServiceName): readonly string[] {
  return Object.keys(SERVICES[name]({ MONGODB_URI: 'mongodb://x/' }));
}

/** Maximum time of a stop beyond STOP_GRACE_MS, see libs/platform/src/boot.ts. */
export const STOP_MARGIN_S = 10;

/** Routes of probes and scrapes. */
export const ROUTES = {
  live: routeOf(HealthController, 'live'),
  ready: routeOf(HealthController, 'ready'),
  metrics: routeOf(MetricsController, 'scrape'),
} as const;

function routeOf(controller: { readonly prototype: object }, method: string): string {
  const handler = (controller.prototype as Record<string, object>)[method];
  const parts = [controller, handler].map((part) => String(Reflect.getMetadata(PATH_METADATA, part ?? {})));
  return `/${parts.join('/')}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}

export const VERSION = (
  JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as { readonly version: string }
).version;

/** The Kubernetes API calls of libs/scaling: exactly what its role must allow. */
export const API_CALLS = Object.values(CALLS).map(({ group, resource, verb }) => ({
  ...{ apiGroup: group, resource, verb },
  names: resource === 'pods' ? ['*'] : KNOWN.map(({ deployment }) => deployment),
}));

/** The time series of the services with their own labels, by their Prometheus names. */
export async function timeSeries(): Promise<ReadonlySet<string>> {
  const registry = createRegistry();
  timeRequests(registry);
  new StageMetrics(registry);
  new EngineMetrics(registry).watch(() => []);
  countJobs(registry, new NoJobs());
  return new Set((await metricsOf(registry)).flatMap(seriesOf));
}

class NoJobs implements Pick<JobRepository, 'countByStatus'> {
  countByStatus() {
    return Promise.resolve(
      Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>,
    );
  }
}

async function metricsOf(registry: Registry): Promise<{ name: string; type: string }[]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map(({ name, type }) => ({ name, type: String(type) }));
}

function seriesOf({ name, type }: { name: string; type: string }): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
