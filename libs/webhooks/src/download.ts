import { lookup as resolve } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { BoxreelError } from '#errors';
import type { AddressGuard } from './address-guard';
import { guarded, type Lookup } from './lookup';
import { TIME_LIMIT_MS } from './post';

export interface DownloadOptions {
  readonly guard: AddressGuard;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly lookup?: Lookup;
  /** For the whole download. */
  readonly timeLimitMs?: number;
}

/** The server of the file returned something else; the message is a part of a sentence, for the user. */
export class UrlDownloadError extends BoxreelError {
  constructor(message: string) {
    super('DOWNLOAD_REFUSED', message);
  }
}

/** The file is larger than `maxBytes`. */
export class DownloadTooLargeError extends BoxreelError {
  constructor(maxBytes: number) {
    super('TOO_LARGE', `The file is too large; the limit is ${maxBytes} bytes.`);
  }
}

/**
 * Downloads a file from an address that a user chose. Connects only to addresses that have passed the guard, like `post`.
 * Does not follow redirects, which could lead elsewhere.
 *
 * @throws AddressNotPublicError, UrlDownloadError, DownloadTooLargeError, the signal's reason, or a network error
 */
export async function download(url: string, options: DownloadOptions): Promise<Buffer> {
  const { guard, signal, maxBytes, lookup = resolve, timeLimitMs = TIME_LIMIT_MS } = options;
  const target = new URL(url);
  guard.checkHost(target.hostname); // literal addresses skip the lookup
  const { request: send } = target.protocol === 'https:' ? https : http;
  return new Promise((resolvePromise, failed) => {
    const request = send(target, {
      headers: { 'user-agent': 'Boxreel', 'accept-encoding': 'identity' },
      agent: false, // a new connection, closed afterwards
      lookup: guarded(lookup, guard),
      signal,
    });
    const timer = setTimeout(() => {
      request.destroy(new UrlDownloadError(`it is not complete after ${timeLimitMs / 1000} s`));
    }, timeLimitMs);
    request.on('close', () => {
      clearTimeout(timer);
    });
    request.on('error', failed);
    request.on('response', (response) => {
      read(response, maxBytes)
        .then(resolvePromise)
        .catch((error: unknown) => {
          request.destroy();
          failed(error instanceof Error ? error : new Error(String(error)));
        });
    });
    request.end();
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { statusCode = 0 } = response;
  if (statusCode >= 300 && statusCode < 400) {
    throw new UrlDownloadError(`its server redirects (${statusCode}); send the final address`);
  }
  if (statusCode !== 200) throw new UrlDownloadError(`its server returned ${statusCode}`);
  if (Number(response.headers['content-length']) > maxBytes) throw new DownloadTooLargeError(maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new DownloadTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
