import { lookup as resolve, type LookupAddress } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { AddressNotPublicError, type AddressGuard } from './address-guard';
import { sign } from './signature';

/** How long name, connection and the head of the answer may take together. */
export const TIME_LIMIT_MS = 10_000;

/** Of an answer's body so much is read, and thrown away, before the connection is cut: most senders get to their end. */
const DRAINED_BYTES = 64 * 1024;

/** How names become addresses, as `dns.lookup` does. */
export type Lookup = (
  host: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface PostOptions {
  readonly secrets: readonly string[];
  readonly guard: AddressGuard;
  readonly signal: AbortSignal;
  readonly lookup?: Lookup;
  readonly timeLimitMs?: number;
}

/**
 * Sends a signed webhook. Every address that is connected to has passed the guard: the connection is made to the very
 * answer of the resolver that was looked at, so a name that changes in between changes nothing. Redirects are not followed.
 *
 * @param id names the event; a repeat has the same
 * @returns the status of the answer
 * @throws AddressNotPublicError, the signal's reason, or what went wrong on the line
 */
export async function post(url: string, id: string, body: string, options: PostOptions): Promise<number> {
  const { secrets, guard, signal, lookup = resolve, timeLimitMs = TIME_LIMIT_MS } = options;
  const target = new URL(url);
  guard.checkHost(target.hostname); // an address is not looked up
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
      agent: false, // a connection of its own, closed after it
      lookup: guarded(lookup, guard),
      signal,
    });
    const timer = setTimeout(() => {
      request.destroy(new Error(`no answer within ${timeLimitMs / 1000} s`));
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

/** Nobody reads it, however long it is. It ends with the connection or the time limit at the latest. */
function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAINED_BYTES) response.destroy();
  });
  response.on('error', () => undefined); // the status is what counts, and it is there
}

/** A lookup that knows the addresses that may be called, and no others. */
function guarded(lookup: Lookup, guard: AddressGuard): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      const addresses = error ? [] : found.filter(({ address }) => guard.allows(address));
      const [first] = addresses;
      if (error || !first) done(error ?? new AddressNotPublicError(host), []);
      else if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
