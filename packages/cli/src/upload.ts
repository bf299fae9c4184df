import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from './api';
import { RequestRefusedError, ServerUnreachableError, type Server } from './server';

/** Delays between the attempts of one upload, in ms. */
const RETRY_DELAYS = [500, 1000, 2000, 4000];

/**
 * Streams a video to the server. Retries if the connection drops or the server is busy; an Idempotency-Key makes it one
 * job even if only the response was lost.
 * @param onRetry called with the reason and the delay
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
      onRetry(`${error.message} Retrying in ${ms / 1000} s.`);
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
