import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from './api';
import { RequestRefusedError, ServerUnreachableError, type Server } from './server';

/** Waits between the attempts of one upload, in ms. */
const RETRY_DELAYS = [500, 1000, 2000, 4000];

/**
 * Sends a video, from the disk as it is read. It is sent again where the connection breaks or the server has no time;
 * the request has a name, so that it is one job even if only the answer was lost.
 * @param onRetry told why and when
 * @throws ServerUnreachableError, RequestRefusedError
 */
export async function upload(
  server: Server,
  file: string,
  fields: Readonly<Record<string, string>>,
  onRetry: (text: string) => void,
): Promise<JobResource> {
  const headers = { 'Idempotency-Key': randomUUID() };
  for (let attempt = 0; ; attempt++) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('file', await openAsBlob(file), basename(file));
    try {
      return await server.json<JobResource>('api/jobs', { method: 'POST', body, headers });
    } catch (error) {
      const wait = RETRY_DELAYS[attempt];
      if (wait === undefined || !canRetry(error)) throw error;
      const ms = error instanceof RequestRefusedError ? Math.max(wait, error.retryAfterMs ?? 0) : wait;
      onRetry(`${error.message} Trying again in ${ms / 1000} s.`);
      await delay(ms, undefined, { signal: server.signal });
    }
  }
}

function canRetry(error: unknown): error is Error {
  return (
    error instanceof ServerUnreachableError ||
    (error instanceof RequestRefusedError && [502, 503, 504].includes(error.status))
  );
}
