import { randomUUID } from 'node:crypto';
import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { LayoutEvents } from '#contract';
import { countAttempts, type CallbackClaim, type JobCallbacks } from '#jobs';
import { Backoff } from '#stage';
import { StateLog } from '#telemetry';
import { AddressNotPublicError, TIME_LIMIT_MS, post, type PostOptions } from '#webhooks';
import { deliveryDelay } from './delivery-delay';
import { messageOf } from './message';
import type { DeliveryOutcome, WebhookMetrics } from './webhook-metrics';

export interface DelivererOptions extends Omit<PostOptions, 'signal'> {
  /** Maximum number of attempts. */
  readonly attempts: number;
  /** Delay before the second attempt. */
  readonly retryMs: number;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  /** What was counted at the lines and zones of a job; undefined if it has none. */
  readonly eventsOf: (id: string) => Promise<LayoutEvents | undefined>;
}

/** Concurrent deliveries per replica: a slow receiver must not delay the others. */
const AT_ONCE = 8;

/** Longer than any delivery, so that no two replicas deliver the same callback. */
const LEASE_MS = 1.5 * TIME_LIMIT_MS;

/**
 * Delivers callbacks of ended jobs at least once. Every replica of preprocess runs a deliverer; the database assigns
 * each delivery to one of them.
 */
export class WebhookDeliverer implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('webhooks');
  private readonly database = new StateLog(this.logger, 'Cannot read callbacks from the database');
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly callbacks: JobCallbacks,
    private readonly metrics: WebhookMetrics,
    private readonly options: DelivererOptions,
  ) {}

  onApplicationBootstrap(): void {
    if (this.options.secrets.length > 0) this.loop = this.work();
  }

  /** Stops taking work: Nest calls this on all modules before it waits for any of them. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** Aborts and releases deliveries in progress; another replica, or this one after a restart, takes them over. */
  async beforeApplicationShutdown(): Promise<void> {
    this.onModuleDestroy();
    await this.loop;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const idle = new Backoff(this.options.pollMinMs, this.options.pollMaxMs);
    while (!signal.aborted) {
      if (this.running.size >= AT_ONCE) {
        await Promise.race(this.running);
        continue;
      }
      const claim = await this.claim();
      if (claim) {
        idle.reset();
        const delivery = this.deliver(claim).finally(() => this.running.delete(delivery));
        this.running.add(delivery);
      } else {
        await idle.wait(signal);
      }
    }
    await Promise.all(this.running);
  }

  private async claim(): Promise<CallbackClaim | undefined> {
    try {
      const claim = await this.callbacks.claim(randomUUID(), LEASE_MS);
      this.database.worked();
      return claim;
    } catch (error) {
      this.database.failed(error);
      return undefined;
    }
  }

  /** Never throws, so the loop never stops. */
  private async deliver(claim: CallbackClaim): Promise<void> {
    try {
      this.metrics.ended(await this.attempt(claim));
    } catch (error) {
      // The outcome could not be saved: the delivery is due again when its lease expires.
      this.database.failed(error);
      this.metrics.ended('lost');
    }
  }

  private async attempt(claim: CallbackClaim): Promise<DeliveryOutcome> {
    const { job } = claim;
    const { signal } = this.stopping;
    const { url = '', id = '', attempts = 1 } = job.callback ?? {};
    let reason: string;
    let last = attempts >= this.options.attempts;
    let delivered = false;
    try {
      const message = messageOf(job, await this.options.eventsOf(job._id.toHexString()));
      const status = await post(url, id, message, { ...this.options, signal });
      delivered = status >= 200 && status < 300;
      reason = `the receiver returned ${status}`;
      if (status >= 300 && status < 400) reason += ', and redirects are not followed';
      if (status === 410) last = true; // "disable the endpoint and stop sending messages to it"
    } catch (error) {
      if (signal.aborted) return await this.settled('released', this.callbacks.release(claim));
      reason = describe(error);
      if (error instanceof AddressNotPublicError) last = true;
    }
    if (delivered) return this.settled('delivered', this.callbacks.delivered(claim));
    if (!last) {
      const delayMs = deliveryDelay(attempts, this.options.retryMs);
      return this.settled('retried', this.callbacks.retryLater(claim, reason, delayMs));
    }
    this.logger.warn(
      `Job ${job._id.toHexString()}: callback failed after ${countAttempts(attempts)}, giving up: ${reason}.`,
    );
    return this.settled('failed', this.callbacks.giveUp(claim, reason));
  }

  private async settled(outcome: DeliveryOutcome, held: Promise<boolean>): Promise<DeliveryOutcome> {
    return (await held) ? outcome : 'lost';
  }
}

/** Connecting to several addresses of a host fails with an AggregateError, which has no message itself. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(describe))].join('; ');
  return error instanceof Error ? error.message : String(error);
}
