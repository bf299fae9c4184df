import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import { STATUSES, type JobRepository, type Status } from '#jobs';
import { StateLog } from '#telemetry';

/** A scrape waits so long for the database. */
const PATIENCE_MS = 1_000;

/**
 * `boxreel_jobs`: jobs by status, counted when asked for. Without an answer of the database within a second the
 * series are left out, and the rest of the scrape is answered.
 */
export function countJobs(
  registry: Registry,
  jobs: Pick<JobRepository, 'countByStatus'>,
  patienceMs = PATIENCE_MS,
): void {
  const state = new StateLog(new Logger('metrics'), 'The jobs cannot be counted');
  let counting: Promise<Record<Status, number>> | undefined;
  new Gauge({
    name: 'boxreel_jobs',
    help: 'Jobs in the database by status',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        // One question at a time, however often is scraped while the database does not answer.
        counting ??= jobs.countByStatus().finally(() => (counting = undefined));
        const counts = await inTime(counting, patienceMs);
        for (const status of STATUSES) this.set({ status }, counts[status]);
        state.worked();
      } catch (error) {
        state.failed(error);
      }
    },
  });
}

async function inTime<T>(answer: Promise<T>, patienceMs: number): Promise<T> {
  const done = new AbortController();
  const tooLate = delay(patienceMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`no answer within ${patienceMs} ms`);
  });
  tooLate.catch(() => undefined); // ended below
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    done.abort();
  }
}
