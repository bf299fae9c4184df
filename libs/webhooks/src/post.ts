import { lookup as resolve } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressGuard } from './address-guard';
import { guarded, type Lookup } from './lookup';
import { sign } from './signature';

/** Time limit for name resolution, connection and response headers together. */
export const TIME_LIMIT_MS = 10_000;

/** Reads and discards this much of a response body before closing the connection; enough for most receivers. */
const DRAINED_BYTES = 64 * 1024;

export interface PostOptions {
  readonly secrets: readonly string[];
  readonly guard: AddressGuard;
  readonly signal: AbortSignal;
  readonly lookup?: Lookup;
  readonly timeLimitMs?: number;
}

/**
 * Sends a signed webhook. Connects only to addresses that have passed the guard: it checks the result of the one lookup
 * that the connection uses, so DNS rebinding has no effect. Does not follow redirects.
 *
 * @param id identifies the event; the same for every attempt
 * @returns the HTTP status
 * @throws AddressNotPublicError, the signal's reason, or a network error
 */
export async function post(url: string, id: string, body: string, options: PostOptions): Promise<number> {
  const { secrets, guard, signal, lookup = resolve, timeLimitMs = TIME_LIMIT_MS } = options;
  const target = new URL(url);
  guard.checkHost(target.hostname); // literal addresses skip the lookup
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Boxreel',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': sign(secrets, id, timestamp, body),
  };
  const { request: send } = target.protocol === 'https:' ? https : http;
  return new Promise((answered, failed) => {
    const request = send(target, {
      method: 'POST',
      headers,
      agent: false, // a new connection, closed afterwards
      lookup: guarded(lookup, guard),
      signal,
    });
    const timer = setTimeout(() => {
      request.destroy(new Error(`no response within ${timeLimitMs / 1000} s`));
    }, timeLimitMs);
    request.on('close', () => {
      clearTimeout(timer);
    });
    request.on('error', failed);
    request.on('response', (response) => {
      drain(response);
      answered(response.statusCode ?? 0);
    });
    request.end(body);
  });
}

/** Discards the body. The connection or the time limit ends it. */
function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAINED_BYTES) response.destroy();
  });
  response.on('error', () => undefined); // the status is already known
}
