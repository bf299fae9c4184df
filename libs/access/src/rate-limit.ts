import { ThrottlerStorageService, normalizeIp } from '@nestjs/throttler';
import type { Request } from 'express';
import { BoxreelError } from '#errors';

const MINUTE_MS = 60_000;

/** A client exceeds a rate limit. */
export class TooManyRequestsError extends BoxreelError {
  /** @param what the client did too often, as a sentence */
  constructor(what: string, retryAfterS: number) {
    super('TOO_MANY_REQUESTS', `${what} Try again in ${retryAfterS} seconds.`, { retryAfterS });
  }
}

/** Limits an action per client and minute; blocks a client that exceeds it for a minute. Each replica counts separately. */
export class RateLimit {
  private readonly hits = new ThrottlerStorageService();

  /** @param what the client did too often, as a sentence */
  constructor(
    private readonly perMinute: number,
    private readonly what: string,
  ) {}

  /** Counts an action. @throws TooManyRequestsError beyond the limit */
  async count(who: string): Promise<void> {
    const record = await this.hits.increment(who, MINUTE_MS, this.perMinute, MINUTE_MS, 'minute');
    if (record.isBlocked) throw new TooManyRequestsError(this.what, record.timeToBlockExpire);
  }

  /** Does not count. @throws TooManyRequestsError while the client is blocked */
  check(who: string): void {
    const { isBlocked = false, blockExpiresAt = 0 } = this.hits.storage.get(who) ?? {};
    const leftMs = blockExpiresAt - Date.now();
    if (isBlocked && leftMs > 0) throw new TooManyRequestsError(this.what, Math.ceil(leftMs / 1000));
  }
}

/** The address of a client; for IPv6, where one client has many addresses, its network. */
export function addressOf(request: Request): string {
  return normalizeIp(request.ip ?? '');
}
