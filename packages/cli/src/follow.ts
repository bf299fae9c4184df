import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from './api';
import { eventsNamed } from './events';
import { RequestRefusedError, ServerUnreachableError, jobPath, type Server } from './server';

const POLL_MS = 500;

/** How long the server may be unavailable, for example during a restart, before waiting fails. */
const MAX_OUTAGE_MS = 60_000;

/** The job has reached a final status. */
function hasEnded({ status }: JobResource): boolean {
  return status === 'POSTPROCESSING_COMPLETE' || hasFailed({ status });
}

export function hasFailed({ status }: Pick<JobResource, 'status'>): boolean {
  return status.endsWith('_ERROR') || status === 'CANCELLED';
}

/**
 * Yields the job now and after each change until it has ended: from the server's events if it has them, otherwise by
 * polling. Waits while the server is unavailable.
 * @param onOutage called once per outage
 * @param maxOutageMs how long the server may be unavailable
 * @throws ServerUnreachableError, RequestRefusedError
 */
export async function* follow(
  server: Server,
  id: string,
  onOutage: (error: Error) => void,
  maxOutageMs = MAX_OUTAGE_MS,
): AsyncGenerator<JobResource, void, undefined> {
  let outageSince: number | undefined;
  let hasEvents = true;
  for (;;) {
    try {
      if (hasEvents) {
        for await (const job of jobEvents(server, id)) {
          outageSince = undefined;
          yield job;
          if (hasEnded(job)) return;
        }
      }
    } catch (error) {
      if (error instanceof RequestRefusedError && error.status === 404) hasEvents = false;
      else if (!isOutage(error)) throw error;
    }
    try {
      const job = await server.job(id);
      outageSince = undefined;
      yield job;
      if (hasEnded(job)) return;
    } catch (error) {
      if (!isOutage(error)) throw error;
      if (outageSince === undefined) onOutage(error);
      outageSince ??= performance.now();
      if (performance.now() - outageSince > maxOutageMs) throw error;
    }
    await delay(POLL_MS, undefined, { signal: server.signal });
  }
}

/** @throws RequestRefusedError with 404 if the server has no job events (or no such job) */
async function* jobEvents(server: Server, id: string): AsyncGenerator<JobResource, void, undefined> {
  const response = await server.request(jobPath(id, 'events'), { headers: { Accept: 'text/event-stream' } });
  if (!response.body) return;
  try {
    for await (const data of eventsNamed('job', response.body)) yield JSON.parse(data) as JobResource;
  } catch (error) {
    throw server.explain(error);
  }
}

function isOutage(error: unknown): error is Error {
  return (
    error instanceof ServerUnreachableError || (error instanceof RequestRefusedError && error.status >= 500)
  );
}
