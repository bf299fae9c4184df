import { CANCELLED_STATUS, COMPLETE_STATUS, type Job } from '#jobs';
import { toResource } from '../jobs/job.resource';

/** The body of a callback: type, timestamp and data, as specified by Standard Webhooks. */
export function messageOf(job: Job): string {
  return JSON.stringify({
    type: typeOf(job),
    timestamp: (job.STATUS === COMPLETE_STATUS ? job.PROCESS_END : job.error?.at)?.toISOString() ?? null,
    data: toResource(job),
  });
}

function typeOf({ STATUS }: Job): 'job.completed' | 'job.cancelled' | 'job.failed' {
  if (STATUS === COMPLETE_STATUS) return 'job.completed';
  return STATUS === CANCELLED_STATUS ? 'job.cancelled' : 'job.failed';
}
