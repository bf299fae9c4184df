import type { JobResource } from './api';
import { follow } from './follow';
import { Progress } from './progress';
import type { Server } from './server';

/**
 * Waits until a job has ended and shows its progress. Ctrl-C stops the waiting, not the job.
 * @returns the ended job
 */
export async function waitFor(server: Server, job: JobResource): Promise<JobResource> {
  const progress = new Progress();
  let last = job;
  progress.show(job);
  try {
    const updates = follow(server, job.id, ({ message }) => {
      progress.log(`${message} Still waiting.`);
    });
    for await (const now of updates) progress.show((last = now));
  } finally {
    progress.clear();
    if (server.signal.aborted)
      progress.log(`Job ${job.id} is still running. To wait for it again: boxreel get ${job.id} --wait`);
  }
  return last;
}
