import { setTimeout as delay } from 'node:timers/promises';

/**
 * Exponential backoff from `minMs` to `maxMs` with jitter: each delay is drawn from the upper half of its span, so that
 * replicas that started together do not poll in lockstep.
 */
export class Backoff {
  private spanMs: number;

  constructor(
    private readonly minMs: number,
    private readonly maxMs: number,
    private readonly random: () => number = Math.random,
  ) {
    this.spanMs = minMs;
  }

  reset(): void {
    this.spanMs = this.minMs;
  }

  /** The next delay in milliseconds: 50 to 100 % of the span. */
  next(): number {
    const wait = this.spanMs * (0.5 + this.random() / 2);
    this.spanMs = Math.min(this.maxMs, this.spanMs * 2);
    return Math.round(wait);
  }

  /** Waits; resolves early when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    await delay(this.next(), undefined, { signal }).catch(() => undefined);
  }
}

const MAX_RETRY_DELAY_MS = 3_600_000;

/** Milliseconds before attempt `attempts + 1`: doubles with each attempt up to an hour, with a jitter of -50 to 0 %. */
export function retryDelay(attempts: number, firstMs: number, random: () => number = Math.random): number {
  return Math.round(Math.min(firstMs * 2 ** (attempts - 1), MAX_RETRY_DELAY_MS) * (0.5 + random() / 2));
}
