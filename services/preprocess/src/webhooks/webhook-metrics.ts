import { Counter, type Registry } from 'prom-client';

/** How an attempt to deliver a webhook ended. */
const DELIVERY_OUTCOMES = ['delivered', 'retried', 'failed', 'released', 'lost'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export class WebhookMetrics {
  private readonly deliveries: Counter<'outcome'>;

  constructor(registry: Registry) {
    this.deliveries = new Counter({
      name: 'boxreel_webhook_deliveries_total',
      help: 'Webhook delivery attempts by outcome: delivered, retried, failed, released or lost',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of DELIVERY_OUTCOMES) this.deliveries.inc({ outcome }, 0);
  }

  ended(outcome: DeliveryOutcome): void {
    this.deliveries.inc({ outcome });
  }
}
