import { CANCELLED_STATUS, COMPLETE_STATUS, type Job } from '#jobs';
import type { LayoutEvents } from '#contract';
import { toResource } from '../jobs/job.resource';

/** Events in a message; all are in `events.json` of the job. */
const MAX_EVENTS = 1_000;

/**
 * The body of a callback: type, timestamp and data, as specified by Standard Webhooks.
 * @param counted what was counted at the lines and zones of the job, if it has any
 */
export function messageOf(job: Job, counted?: LayoutEvents): string {
  const { lines, zones, events = [] } = counted ?? {};
  return JSON.stringify({
    type: typeOf(job),
    timestamp: (job.STATUS === COMPLETE_STATUS ? job.PROCESS_END : job.error?.at)?.toISOString() ?? null,
    data: { ...toResource(job), ...(counted && { lines, zones, events: events.slice(0, MAX_EVENTS) }) },
  });
}

function typeOf({ STATUS }: Job): 'job.completed' | 'job.cancelled' | 'job.failed' {
  if (STATUS === COMPLETE_STATUS) return 'job.completed';
  return STATUS === CANCELLED_STATUS ? 'job.cancelled' : 'job.failed';
}
