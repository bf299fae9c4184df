import { Logger } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import { withTimeLimit } from '#flow';
import { STAGE_NAMES, STATUSES, backlogOf, type JobRepository, type Status } from '#jobs';
import { StateLog } from '#telemetry';

/** How long a scrape waits for the database. */
const TIME_LIMIT_MS = 1_000;

/**
 * Registers `boxreel_jobs`, the jobs by status, and `boxreel_stage_backlog`, the jobs that wait for a stage or run in
 * it. Both query the database at each scrape and are omitted if it does not respond within a second.
 */
export function countJobs(
  registry: Registry,
  jobs: Pick<JobRepository, 'countByStatus'>,
  timeLimitMs = TIME_LIMIT_MS,
): void {
  const state = new StateLog(new Logger('metrics'), 'Cannot count jobs');
  let counting: Promise<Record<Status, number>> | undefined;
  const count = () => {
    // Concurrent scrapes share one query.
    counting ??= jobs.countByStatus().finally(() => (counting = undefined));
    return withTimeLimit(counting, timeLimitMs);
  };
  new Gauge({
    name: 'boxreel_stage_backlog',
    help: 'Jobs that wait for a stage or run in it; scale the replicas of the stage by it',
    labelNames: ['stage'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await count().catch(() => undefined); // the other gauge logs the error
      if (!counts) return;
      for (const stage of STAGE_NAMES) {
        this.set(
          { stage },
          backlogOf(stage).reduce((sum, status) => sum + counts[status], 0),
        );
      }
    },
  });
  new Gauge({
    name: 'boxreel_jobs',
    help: 'Jobs in the database by status',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        const counts = await count();
        for (const status of STATUSES) this.set({ status }, counts[status]);
        state.worked();
      } catch (error) {
        state.failed(error);
      }
    },
  });
}
