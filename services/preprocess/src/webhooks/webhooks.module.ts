import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { PreprocessConfig } from '#config';
import { findEvents } from '#events';
import { JobCallbacks } from '#jobs';
import { CONFIG } from '#platform';
import { Workspace } from '#workspace';
import { Callbacks } from './callbacks';
import { WebhookDeliverer } from './webhook-deliverer';
import { WebhookMetrics } from './webhook-metrics';

/** Callbacks when jobs end. */
@Module({
  providers: [
    {
      provide: Callbacks,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) =>
        new Callbacks(config.WEBHOOK_SECRET.length > 0, config.WEBHOOK_ALLOW_PRIVATE),
    },
    {
      provide: WebhookDeliverer,
      inject: [JobCallbacks, Registry, Callbacks, Workspace, CONFIG],
      useFactory: createDeliverer,
    },
  ],
  exports: [Callbacks],
})
export class WebhooksModule {}

function createDeliverer(
  jobs: JobCallbacks,
  registry: Registry,
  { guard }: Callbacks,
  workspace: Workspace,
  config: PreprocessConfig,
): WebhookDeliverer {
  return new WebhookDeliverer(jobs, new WebhookMetrics(registry), {
    secrets: config.WEBHOOK_SECRET,
    guard,
    attempts: config.WEBHOOK_ATTEMPTS,
    retryMs: config.WEBHOOK_RETRY_MS,
    pollMinMs: config.POLL_MIN_MS,
    pollMaxMs: config.POLL_MAX_MS,
    eventsOf: (id) => findEvents(workspace.path(id, 'events.json')),
  });
}
