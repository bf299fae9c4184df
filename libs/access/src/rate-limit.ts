import { HttpException, HttpStatus } from '@nestjs/common';
import { ThrottlerStorageService, normalizeIp } from '@nestjs/throttler';
import type { Request, Response } from 'express';

const MINUTE_MS = 60_000;

/** Somebody does something too often; the answer's Retry-After says when to come again. */
export class TooManyRequestsException extends HttpException {
  constructor(what: string, seconds: number) {
    super(`${what} Try again in ${seconds} seconds.`, HttpStatus.TOO_MANY_REQUESTS);
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

  /** Counts one more. @throws TooManyRequestsException when that is too many */
  async count(who: string, response: Response): Promise<void> {
    const record = await this.hits.increment(who, MINUTE_MS, this.perMinute, MINUTE_MS, 'minute');
    if (record.isBlocked) this.refuse(record.timeToBlockExpire, response);
  }

  /** Counts nothing. @throws TooManyRequestsException while there were too many */
  check(who: string, response: Response): void {
    const { isBlocked = false, blockExpiresAt = 0 } = this.hits.storage.get(who) ?? {};
    const leftMs = blockExpiresAt - Date.now();
    if (isBlocked && leftMs > 0) this.refuse(Math.ceil(leftMs / 1000), response);
  }

  private refuse(seconds: number, response: Response): never {
    response.setHeader('Retry-After', String(seconds));
    throw new TooManyRequestsException(this.what, seconds);
  }
}

/** The client's address; of IPv6, where one client has many, the network. */
export function addressOf(request: Request): string {
  return normalizeIp(request.ip ?? '');
}
