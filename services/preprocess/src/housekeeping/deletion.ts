import { Injectable, Logger } from '@nestjs/common';
import { FinishedJobs, JobRepository } from '#jobs';
import { Workspace } from '#workspace';

/**
 * Deletes jobs at any time. The record is marked first, which is when the job is gone for users and workers; then its
 * files go out of sight; then the record goes. Whatever fails or is killed after the mark, housekeeping finishes.
 */
@Injectable()
export class JobDeletion {
  private readonly logger = new Logger('deletion');

  constructor(
    private readonly jobs: JobRepository,
    private readonly finished: FinishedJobs,
    private readonly workspace: Workspace,
  ) {}

  /** @throws JobNotFoundError, InvalidJobIdError, the database's error: then nothing was deleted */
  async delete(id: string): Promise<void> {
    await this.jobs.delete(id);
    await finishDeletion(this.finished, this.workspace, id).catch((error: unknown) => {
      this.logger.warn(`Job ${id} was deleted, but its files are not removed yet: ${String(error)}.`);
    });
  }
}

/** Removes the files of a deleted job, then its record. Any number of processes may do so at once. */
export async function finishDeletion(jobs: FinishedJobs, workspace: Workspace, id: string): Promise<void> {
  await workspace.remove(id);
  await jobs.forget(id);
}

/** Finishes every deletion that failed or was killed halfway. @returns the errors of those that failed again */
export async function finishDeletions(
  jobs: FinishedJobs,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const id of await jobs.deleted()) {
    signal.throwIfAborted();
    await finishDeletion(jobs, workspace, id).catch((error: unknown) => failures.push(error));
  }
  return failures;
}
