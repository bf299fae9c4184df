import type { JobResource } from './api';
import { follow } from './follow';
import { Progress } from './progress';
import type { Server } from './server';

/**
 * Waits until a job has ended, and shows meanwhile how far it is. Ctrl-C ends the waiting alone.
 * @returns the job as it ended
 */
export async function waitFor(server: Server, job: JobResource): Promise<JobResource> {
  const progress = new Progress();
  let last = job;
  progress.show(job);
  try {
    const told = follow(server, job.id, ({ message }) => {
      progress.say(`${message} Still waiting.`);
    });
    for await (const now of told) progress.show((last = now));
  } finally {
    progress.clear();
    if (server.signal.aborted)
      progress.say(`Job ${job.id} goes on. To wait for it again: boxreel get ${job.id} --wait`);
  }
  return last;
}
