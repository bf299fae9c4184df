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

/** So many times a minute. Who does something more often may not do it at all for a minute. Each replica counts for itself. */
export class RateLimit {
  private readonly hits = new ThrottlerStorageService();

  /** @param what went too far, as a sentence */
  constructor(
    private readonly perMinute: number,
    private readonly what: string,
  ) {}

  /** Counts one more. @throws TooManyRequestsError when that is too many */
  async count(who: string): Promise<void> {
    const record = await this.hits.increment(who, MINUTE_MS, this.perMinute, MINUTE_MS, 'minute');
    if (record.isBlocked) throw new TooManyRequestsError(this.what, record.timeToBlockExpire);
  }

  /** Counts nothing. @throws TooManyRequestsError while there were too many */
  check(who: string): void {
    const { isBlocked = false, blockExpiresAt = 0 } = this.hits.storage.get(who) ?? {};
    const leftMs = blockExpiresAt - Date.now();
    if (isBlocked && leftMs > 0) throw new TooManyRequestsError(this.what, Math.ceil(leftMs / 1000));
  }
}

/** The client's address; of IPv6, where one client has many, the network. */
export function addressOf(request: Request): string {
  return normalizeIp(request.ip ?? '');
}
