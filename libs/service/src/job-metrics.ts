import { Logger } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import { withTimeLimit } from '#flow';
import { STAGE_NAMES, STATUSES, backlogOf, type JobRepository, type Status } from '#jobs';
import { StateLog } from '#telemetry';

/** A scrape waits so long for the database. */
const PATIENCE_MS = 1_000;

/**
 * `boxreel_jobs`: jobs by status, counted when asked for, and `boxreel_stage_backlog`: those of them that a stage has
 * before it or in hand. Without an answer of the database within a second the
 * series are left out, and the rest of the scrape is answered.
 */
export function countJobs(
  registry: Registry,
  jobs: Pick<JobRepository, 'countByStatus'>,
  patienceMs = PATIENCE_MS,
): void {
  const state = new StateLog(new Logger('metrics'), 'The jobs cannot be counted');
  let counting: Promise<Record<Status, number>> | undefined;
  const count = () => {
    // One question at a time, however often is scraped while the database does not answer.
    counting ??= jobs.countByStatus().finally(() => (counting = undefined));
    return withTimeLimit(counting, patienceMs);
  };
  new Gauge({
    name: 'boxreel_stage_backlog',
    help: 'Jobs that wait for a stage or are being worked on by it: what the number of its replicas should follow',
    labelNames: ['stage'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await count().catch(() => undefined); // the log says why, below
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
