import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { ClaimOptions } from './claiming';
import { NOT_DELETED, deleteUpdate } from './deletion';
import { JobNotFoundError, KeyReusedError, LeaseLostError, WrongStatusError } from './errors';
import { claimFairly } from './fair-claim';
import { newCallbackId, toObjectId } from './ids';
import { jobsUploaded, listJobs, type JobPage, type JobQuery, type UploadPeriod } from './job.query';
import { fieldsOf, type Findings } from './findings';
import { Job, type JobOptions, type JobProgress, type JobSubmission, type JobVideo } from './job.schema';
import {
  CANCELLABLE,
  INITIAL_STATUS,
  RESTARTABLE,
  STAGES,
  STATUSES,
  isFinal,
  type StageName,
  type StageRule,
  type Status,
} from './lifecycle';
import { failureAt, inMs, literal, numberIn, type FailureReason, type Update } from './pipeline';
import { stampUpdate } from './stamping';
import { sanitize } from './sanitize';
import { pendingCallback, cancelUpdate, restartUpdate } from './user-updates';

/** Identifies a claim. Every write of its worker names it and fails with LeaseLostError once it is outdated. */
export interface Lease {
  readonly id: string;
  readonly stage: StageName;
  readonly token: string;
}

export interface NewJob {
  readonly filename: string;
  readonly video: JobVideo;
  readonly options: JobOptions;
  /** Milliseconds since the request arrived, so that PROCESS_START is its arrival in database time. */
  readonly elapsedMs: number;
  /** Set if the request has an Idempotency-Key. */
  readonly submission?: JobSubmission;
  /** The job whose video this one runs again. */
  readonly origin?: string;
  /** Receives a POST when the job has ended. */
  readonly callbackUrl?: string | undefined;
}

/**
 * The only place that reads and writes job records. Every change of a held job is one compare-and-set on
 * (id, STATUS, lease token), and every time comes from the database's clock.
 */
@Injectable()
export class JobRepository {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Inserts a job that waits for the first stage.
   * @param id from `newJobId`; the job's folder already has this name
   * @throws the driver's duplicate key error (see `isDuplicate`) if a job with the same Idempotency-Key exists
   */
  async enqueue(id: string, newJob: NewJob): Promise<Job> {
    const { filename, video, options, elapsedMs, submission, origin, callbackUrl } = newJob;
    const update: Update = [
      {
        $set: {
          FILENAME: literal(filename),
          STATUS: INITIAL_STATUS,
          PROCESS_START: inMs(-elapsedMs),
          availableAt: '$$NOW',
          attempts: literal(0),
          video: literal(video),
          options: literal(options),
          ...(origin !== undefined && { origin: literal(origin) }),
          ...(submission && { submission: literal(submission) }),
          ...(callbackUrl !== undefined && {
            callback: pendingCallback(literal(callbackUrl), newCallbackId()),
          }),
        },
      },
    ];
    const job = await this.jobs
      .findOneAndUpdate({ _id: toObjectId(id) }, update, {
        upsert: true,
        returnDocument: 'after',
        updatePipeline: true,
      })
      .lean<Job>();
    return job;
  }

  /**
   * Atomically claims a job that waits for a stage or whose lease has expired, and counts the attempt. The shortest job
   * goes first, unless others have waited longer than `fairAgeMs` (see `fairOrder`). A job that has no attempt left, or
   * is malformed, is moved to its error state by the same step and returned with that STATUS and without a lease.
   * @returns the record after the claim; undefined if no job is claimable
   */
  async claim(stage: StageRule, options: ClaimOptions): Promise<Job | undefined> {
    const job = await claimFairly(this.jobs, stage, options);
    return job && sanitize(job);
  }

  /** Renews the lease and stores the progress. @throws LeaseLostError */
  async heartbeat(lease: Lease, leaseMs: number, progress: JobProgress): Promise<void> {
    await this.writeHeld(lease, [{ $set: { availableAt: inMs(leaseMs), progress: literal(progress) } }]);
  }

  /** Stores what later attempts of the stage must know. @throws LeaseLostError */
  async record(lease: Lease, found: Findings): Promise<void> {
    await this.writeHeld(lease, [{ $set: fieldsOf(found) }]);
  }

  /** Passes the job to the next stage and resets its attempts. @throws LeaseLostError */
  async complete(lease: Lease, found: Findings = {}): Promise<void> {
    const { done } = STAGES[lease.stage];
    await this.writeHeld(lease, [
      {
        $set: {
          STATUS: done,
          availableAt: isFinal(done) ? '$$REMOVE' : '$$NOW',
          attempts: literal(0),
          ...fieldsOf(found),
        },
      },
      { $unset: ['lease', 'progress', 'error'] },
    ]);
  }

  /** Puts the job back into the queue after a failed attempt, claimable after `delayMs`. @throws LeaseLostError */
  async retryLater(lease: Lease, failure: FailureReason, delayMs: number): Promise<void> {
    await this.writeHeld(lease, [
      {
        $set: {
          STATUS: STAGES[lease.stage].waiting,
          availableAt: inMs(delayMs),
          error: failureAt(lease.stage, failure),
        },
      },
      { $unset: ['lease', 'progress'] },
    ]);
  }

  /** Ends the job in the stage's error state. @throws LeaseLostError */
  async fail(lease: Lease, failure: FailureReason): Promise<void> {
    await this.writeHeld(lease, [
      { $set: { STATUS: STAGES[lease.stage].failed, error: failureAt(lease.stage, failure) } },
      { $unset: ['lease', 'progress', 'availableAt'] },
    ]);
  }

  /**
   * Releases an unfinished job without counting the attempt, because the worker stops or cannot work.
   * @param options.error why it cannot work
   * @param options.delayMs milliseconds until the job is claimable again
   * @throws LeaseLostError
   */
  async release(
    lease: Lease,
    { error, delayMs = 0 }: { error?: FailureReason; delayMs?: number } = {},
  ): Promise<void> {
    await this.writeHeld(lease, [
      {
        $set: {
          STATUS: STAGES[lease.stage].waiting,
          availableAt: inMs(delayMs),
          ...(error && { error: failureAt(lease.stage, error) }),
          attempts: { $max: [0, { $subtract: [numberIn('attempts'), 1] }] },
        },
      },
      { $unset: ['lease', 'progress'] },
    ]);
  }

  /**
   * Sets the timeline fields of `status` to the current database time. Does not change STATUS.
   * @param token of a worker's lease; it must be valid. Later times, left by an earlier run of the stage, are removed.
   * @throws JobNotFoundError, LeaseLostError
   */
  async stamp(id: string, status: Status, token?: string): Promise<void> {
    const update = stampUpdate(status, token !== undefined);
    const filter: QueryFilter<Job> = {
      _id: toObjectId(id),
      ...NOT_DELETED,
      ...(token !== undefined && { 'lease.token': token }),
    };
    const known = update
      ? (await this.jobs.updateOne(filter, update, { updatePipeline: true })).matchedCount > 0
      : (await this.jobs.exists(filter)) !== null;
    if (known) return;
    if (token !== undefined && (await this.jobs.exists({ _id: toObjectId(id), ...NOT_DELETED })))
      throw new LeaseLostError(id);
    throw new JobNotFoundError(id);
  }

  /**
   * Cancels a job; a worker that holds it loses its lease.
   * @throws JobNotFoundError, InvalidJobIdError; WrongStatusError if the job has ended
   */
  cancel(id: string): Promise<Job> {
    return this.updateByUser(id, CANCELLABLE, cancelUpdate(), 'cancelled');
  }

  /**
   * Retries a failed or cancelled job from `stage` on, with all its attempts.
   * @param stage its input must be on the volume
   * @throws JobNotFoundError, InvalidJobIdError, WrongStatusError
   */
  restart(id: string, stage: StageName): Promise<Job> {
    return this.updateByUser(id, RESTARTABLE, restartUpdate(stage, newCallbackId()), 'retried');
  }

  /**
   * The job that an earlier request with this Idempotency-Key created.
   * @throws KeyReusedError if that request was different
   */
  async submitted({ key, digest }: JobSubmission): Promise<Job | undefined> {
    const job = await this.withKey(key);
    if (job && job.submission?.digest !== digest) throw new KeyReusedError(job._id.toHexString());
    return job;
  }

  /** The job with this Idempotency-Key, without comparing the requests. */
  async withKey(key: string): Promise<Job | undefined> {
    return (await this.jobs.findOne({ 'submission.key': key }).lean<Job>()) ?? undefined;
  }

  /** The existing jobs among `ids`, unordered. @throws InvalidJobIdError */
  async find(ids: readonly string[]): Promise<Job[]> {
    const jobs = await this.jobs.find({ _id: { $in: ids.map(toObjectId) }, ...NOT_DELETED }).lean<Job[]>();
    return jobs.map(sanitize);
  }

  /** @throws JobNotFoundError, InvalidJobIdError */
  async get(id: string): Promise<Job> {
    const job = await this.jobs.findOne({ _id: toObjectId(id), ...NOT_DELETED }).lean<Job>();
    if (!job) throw new JobNotFoundError(id);
    return sanitize(job);
  }

  /** A page of jobs. @throws InvalidCursorError */
  list(query: JobQuery): Promise<JobPage> {
    return listJobs(this.jobs, query);
  }

  /** The jobs that were uploaded in a period, oldest first, one at a time. */
  uploaded(period: UploadPeriod): AsyncGenerator<Job> {
    return jobsUploaded(this.jobs, period);
  }

  /** Number of jobs per status, including zeros. Covered by the index of the claim. */
  async countByStatus(): Promise<Record<Status, number>> {
    const found = await this.jobs.aggregate<{ _id: Status; count: number }>([
      { $match: { STATUS: { $in: STATUSES } } },
      { $group: { _id: '$STATUS', count: { $sum: 1 } } },
    ]);
    const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
    for (const { _id, count } of found) counts[_id] = count;
    return counts;
  }

  /**
   * Deletes a job in any status: hides it immediately and revokes its lease. The record is kept until
   * `FinishedJobs.forget`, so that housekeeping can find its files.
   * @throws JobNotFoundError, InvalidJobIdError
   */
  async delete(id: string): Promise<void> {
    const filter = { _id: toObjectId(id), ...NOT_DELETED };
    const { matchedCount } = await this.jobs.updateOne(filter, deleteUpdate(), { updatePipeline: true });
    if (matchedCount === 0) throw new JobNotFoundError(id);
  }

  private async updateByUser(
    id: string,
    from: readonly Status[],
    update: Update,
    action: 'cancelled' | 'retried',
  ): Promise<Job> {
    const job = await this.jobs
      .findOneAndUpdate({ _id: toObjectId(id), STATUS: { $in: from } }, update, {
        returnDocument: 'after',
        updatePipeline: true,
      })
      .lean<Job>();
    if (job) return sanitize(job);
    throw new WrongStatusError(id, (await this.get(id)).STATUS, action);
  }

  private async writeHeld(lease: Lease, update: Update): Promise<void> {
    const { matchedCount } = await this.jobs.updateOne(
      { _id: toObjectId(lease.id), STATUS: STAGES[lease.stage].running, 'lease.token': lease.token },
      update,
      { updatePipeline: true },
    );
    if (matchedCount === 0) throw new LeaseLostError(lease.id);
  }
}
