import { ThrottlerStorageService, normalizeIp } from '@nestjs/throttler';
import type { Request } from 'express';
import { BoxreelError } from '#errors';

const MINUTE_MS = 60_000;

/** A client exceeds a rate limit. */
export class TooManyRequestsError extends BoxreelError {
  /** @param message a sentence that says what the client did too often */
  constructor(message: string, retryAfterS: number) {
    super('TOO_MANY_REQUESTS', `${message} Try again in ${retryAfterS} seconds.`, { retryAfterS });
  }
}

/** Limits how often each client may perform an action per minute; a client that exceeds the limit is blocked for one minute. Each replica counts separately. */
export class RateLimit {
  private readonly hits = new ThrottlerStorageService();

  /** @param message a sentence that says what the client did too often */
  constructor(
    private readonly perMinute: number,
    private readonly message: string,
  ) {}

  /** Counts an action. @throws TooManyRequestsError once the limit is exceeded */
  async count(clientKey: string): Promise<void> {
    const record = await this.hits.increment(clientKey, MINUTE_MS, this.perMinute, MINUTE_MS, 'minute');
    if (record.isBlocked) throw new TooManyRequestsError(this.message, record.timeToBlockExpire);
  }

  /** Checks without counting an action. @throws TooManyRequestsError while the client is blocked */
  check(clientKey: string): void {
    const { isBlocked = false, blockExpiresAt = 0 } = this.hits.storage.get(clientKey) ?? {};
    const leftMs = blockExpiresAt - Date.now();
    if (isBlocked && leftMs > 0) throw new TooManyRequestsError(this.message, Math.ceil(leftMs / 1000));
  }
}

/** The address of a client; for IPv6, where one client has many addresses, its network. */
export function addressOf(request: Request): string {
  return normalizeIp(request.ip ?? '');
}
