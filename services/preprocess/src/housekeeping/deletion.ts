import { Injectable, Logger } from '@nestjs/common';
import { FinishedJobs, JobRepository } from '#jobs';
import { Workspace } from '#workspace';

/**
 * Deletes jobs in any status. Marks the record first, which hides the job from users and workers; then moves and deletes
 * its files and removes the record. Housekeeping completes deletions that fail or are interrupted after the mark.
 */
@Injectable()
export class JobDeletion {
  private readonly logger = new Logger('deletion');

  constructor(
    private readonly jobs: JobRepository,
    private readonly finished: FinishedJobs,
    private readonly workspace: Workspace,
  ) {}

  /** @throws JobNotFoundError, InvalidJobIdError or a database error, before anything is deleted */
  async delete(id: string): Promise<void> {
    await this.jobs.delete(id);
    await finishDeletion(this.finished, this.workspace, id).catch((error: unknown) => {
      this.logger.warn(`Job ${id} was deleted, but its files are not yet removed: ${String(error)}.`);
    });
  }
}

/** Removes the files of a deleted job, then its record. Safe to run concurrently. */
export async function finishDeletion(jobs: FinishedJobs, workspace: Workspace, id: string): Promise<void> {
  await workspace.remove(id);
  await jobs.forget(id);
}

/** Finishes all interrupted deletions. @returns the errors of those that failed again */
export async function finishDeletions(
  jobs: FinishedJobs,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const id of await jobs.deleted()) {
    signal.throwIfAborted();
    await finishDeletion(jobs, workspace, id).catch((error: unknown) => errors.push(error));
  }
  return errors;
}
