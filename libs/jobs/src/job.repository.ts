import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { ClaimOptions } from './claiming';
import { NOT_DELETED, deleteUpdate } from './deletion';
import { JobNotFoundError, KeyReusedError, LeaseLostError, WrongStatusError } from './errors';
import { claimFairly } from './fair-claim';
import { hasJobId, newCallbackId, toObjectId } from './ids';
import { filterOf, type JobPage, type JobQuery } from './job.query';
import {
  Job,
  type JobOptions,
  type JobProgress,
  type JobSubmission,
  type JobVideo,
  type JobWarning,
} from './job.schema';
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
import { tidy } from './tidy';
import { armedCallback, cancelUpdate, restartUpdate } from './steering';

/** Proof of holding a job: every write of a worker carries it and fails with LeaseLostError once it is out of date. */
export interface Lease {
  readonly id: string;
  readonly stage: StageName;
  readonly token: string;
}

export interface NewJob {
  readonly filename: string;
  readonly video: JobVideo;
  readonly options: JobOptions;
  /** How long ago the request arrived, so that PROCESS_START is the arrival on the database's clock. */
  readonly elapsedMs: number;
  /** Where the sender named the request. */
  readonly submission?: JobSubmission;
  /** Whom to tell when it has ended. */
  readonly callbackUrl?: string | undefined;
}

/**
 * The only place that reads and writes job records. Every change of a held job is one compare-and-set on
 * (id, STATUS, lease token), every time comes from the database's clock.
 */
@Injectable()
export class JobRepository {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Inserts a job that waits for the first stage.
   * @param id made by `newJobId`; the job's folder already has this name
   * @throws the driver's duplicate key error (see `isDuplicate`) when a job with this submission's key is there
   */
  async enqueue(id: string, newJob: NewJob): Promise<Job> {
    const { filename, video, options, elapsedMs, submission, callbackUrl } = newJob;
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
          ...(submission && { submission: literal(submission) }),
          ...(callbackUrl !== undefined && {
            callback: armedCallback(literal(callbackUrl), newCallbackId()),
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
   * Takes a job of a stage that waits, or whose lease has run out, in one atomic step, and counts the attempt. The
   * shortest goes first, unless others have waited longer than `fairAgeMs` (see `fairOrder`). A job that has no
   * attempt left, or that cannot be worked on as it stands, is put into its error state by the same step and comes
   * back with that STATUS and no lease.
   * @returns the record as it is after the step; undefined when there is nothing to take
   */
  async claim(stage: StageRule, options: ClaimOptions): Promise<Job | undefined> {
    const job = await claimFairly(this.jobs, stage, options);
    return job && tidy(job);
  }

  /** Prolongs the lease and stores the progress. @throws LeaseLostError */
  async heartbeat(lease: Lease, leaseMs: number, progress: JobProgress): Promise<void> {
    await this.writeHeld(lease, [{ $set: { availableAt: inMs(leaseMs), progress: literal(progress) } }]);
  }

  /** Hands the job to the next stage, with attempts counted from zero there. @throws LeaseLostError */
  async complete(
    lease: Lease,
    found: { video?: JobVideo; warnings?: readonly JobWarning[] } = {},
  ): Promise<void> {
    const { done } = STAGES[lease.stage];
    await this.writeHeld(lease, [
      {
        $set: {
          STATUS: done,
          availableAt: isFinal(done) ? '$$REMOVE' : '$$NOW',
          attempts: literal(0),
          ...(found.video && { video: literal(found.video) }),
          ...(found.warnings && { warnings: literal(found.warnings) }),
        },
      },
      { $unset: ['lease', 'progress', 'error'] },
    ]);
  }

  /** Gives the job back after a failed attempt; it may be taken again after `delayMs`. @throws LeaseLostError */
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
   * Gives an unfinished job back without spending the attempt: the worker is told to stop, or cannot work.
   * @param options.error why it cannot; it may be taken again after `delayMs`
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
   * The timeline: stamps this moment into the fields that belong to `status`. STATUS itself is not touched.
   * @param token of a worker's lease: the stamp is refused once it is out of date, and removes the later times, which
   *        a stage that starts again makes untrue
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
   * Stops a job, for good unless it is started again; a worker that holds it finds its lease lost.
   * @throws JobNotFoundError, InvalidJobIdError, WrongStatusError when there is nothing left to stop
   */
  cancel(id: string): Promise<Job> {
    return this.steer(id, CANCELLABLE, cancelUpdate(), 'cancelled');
  }

  /**
   * Lets a job that failed or was cancelled wait for `stage` again, with all its attempts.
   * @param stage whose input the caller found on the volume
   * @throws JobNotFoundError, InvalidJobIdError, WrongStatusError
   */
  restart(id: string, stage: StageName): Promise<Job> {
    return this.steer(id, RESTARTABLE, restartUpdate(stage, newCallbackId()), 'started again');
  }

  /**
   * The job that a request with this Idempotency-Key has made before.
   * @throws KeyReusedError when that request asked for something else
   */
  async submitted({ key, digest }: JobSubmission): Promise<Job | undefined> {
    const job = await this.withKey(key);
    if (job && job.submission?.digest !== digest) throw new KeyReusedError(job._id.toHexString());
    return job;
  }

  /** The job of the request with this Idempotency-Key, whatever it asked for. */
  async withKey(key: string): Promise<Job | undefined> {
    return (await this.jobs.findOne({ 'submission.key': key }).lean<Job>()) ?? undefined;
  }

  /** Those of some ids that are there, in no order. @throws InvalidJobIdError */
  async find(ids: readonly string[]): Promise<Job[]> {
    const jobs = await this.jobs.find({ _id: { $in: ids.map(toObjectId) }, ...NOT_DELETED }).lean<Job[]>();
    return jobs.map(tidy);
  }

  /** @throws JobNotFoundError, InvalidJobIdError */
  async get(id: string): Promise<Job> {
    const job = await this.jobs.findOne({ _id: toObjectId(id), ...NOT_DELETED }).lean<Job>();
    if (!job) throw new JobNotFoundError(id);
    return tidy(job);
  }

  /** A page of jobs, newest first. @throws InvalidCursorError */
  async list(query: JobQuery): Promise<JobPage> {
    const { limit } = query;
    const jobs = await this.jobs
      .find(filterOf(query))
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Job[]>();
    const page = jobs.slice(0, limit).filter(hasJobId).map(tidy);
    return { jobs: page, nextCursor: jobs.length > limit ? (page.at(-1)?._id.toHexString() ?? null) : null };
  }

  /** How many jobs there are in every status, zero included. Reads the index of the claim alone. */
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
   * Deletes a job in any status: it disappears at once, and a worker that holds it finds its lease lost. The record
   * itself stays until `FinishedJobs.forget`, so that its files are not lost track of.
   * @throws JobNotFoundError, InvalidJobIdError
   */
  async delete(id: string): Promise<void> {
    const filter = { _id: toObjectId(id), ...NOT_DELETED };
    const { matchedCount } = await this.jobs.updateOne(filter, deleteUpdate(), { updatePipeline: true });
    if (matchedCount === 0) throw new JobNotFoundError(id);
  }

  private async steer(
    id: string,
    from: readonly Status[],
    update: Update,
    wish: 'cancelled' | 'started again',
  ): Promise<Job> {
    const job = await this.jobs
      .findOneAndUpdate({ _id: toObjectId(id), STATUS: { $in: from } }, update, {
        returnDocument: 'after',
        updatePipeline: true,
      })
      .lean<Job>();
    if (job) return tidy(job);
    throw new WrongStatusError(id, (await this.get(id)).STATUS, wish);
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
