import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { PreprocessConfig } from '#config';
import { JobCallbacks } from '#jobs';
import { CONFIG } from '#platform';
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
      inject: [JobCallbacks, Registry, Callbacks, CONFIG],
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
  config: PreprocessConfig,
): WebhookDeliverer {
  return new WebhookDeliverer(jobs, new WebhookMetrics(registry), {
    secrets: config.WEBHOOK_SECRET,
    guard,
    attempts: config.WEBHOOK_ATTEMPTS,
    retryMs: config.WEBHOOK_RETRY_MS,
    pollMinMs: config.POLL_MIN_MS,
    pollMaxMs: config.POLL_MAX_MS,
  });
}
