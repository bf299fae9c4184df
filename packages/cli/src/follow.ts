import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from './api';
import { eventsNamed } from './events';
import { RequestRefusedError, ServerUnreachableError, jobPath, type Server } from './server';

const POLL_MS = 500;

/** How long a server may be away, as while it is started again, before waiting ends. */
const AWAY_MS = 60_000;

/** Nobody works on it any more. */
export function hasEnded({ status }: JobResource): boolean {
  return status === 'POSTPROCESSING_COMPLETE' || hasFailed({ status });
}

export function hasFailed({ status }: Pick<JobResource, 'status'>): boolean {
  return status.endsWith('_ERROR') || status === 'CANCELLED';
}

/**
 * The job as it is now and each time it changes, until it has ended: told by the server where it does that, else asked
 * for. A server that is away for a while is waited for.
 * @param onAway told that it is
 * @throws ServerUnreachableError, RequestRefusedError
 */
export async function* follow(
  server: Server,
  id: string,
  onAway: (error: Error) => void,
): AsyncGenerator<JobResource, void, undefined> {
  let awaySince: number | undefined;
  let tells = true;
  for (;;) {
    try {
      if (tells) {
        for await (const job of toldBy(server, id)) {
          awaySince = undefined;
          yield job;
          if (hasEnded(job)) return;
        }
      }
    } catch (error) {
      if (error instanceof RequestRefusedError && error.status === 404) tells = false;
      else if (!isAway(error)) throw error;
    }
    try {
      const job = await server.job(id);
      awaySince = undefined;
      yield job;
      if (hasEnded(job)) return;
    } catch (error) {
      if (!isAway(error)) throw error;
      if (awaySince === undefined) onAway(error);
      awaySince ??= performance.now();
      if (performance.now() - awaySince > AWAY_MS) throw error;
    }
    await delay(POLL_MS, undefined, { signal: server.signal });
  }
}

/** @throws RequestRefusedError with 404 where the server has no events of jobs (or there is no such job) */
async function* toldBy(server: Server, id: string): AsyncGenerator<JobResource, void, undefined> {
  const answer = await server.request(jobPath(id, 'events'), { headers: { Accept: 'text/event-stream' } });
  if (!answer.body) return;
  try {
    for await (const data of eventsNamed('job', answer.body)) yield JSON.parse(data) as JobResource;
  } catch (error) {
    throw server.explain(error);
  }
}

function isAway(error: unknown): error is Error {
  return (
    error instanceof ServerUnreachableError || (error instanceof RequestRefusedError && error.status >= 500)
  );
}
