import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Job } from './job.schema';
import { FINAL } from './lifecycle';
import { inMs, literal, numberIn, type Update } from './pipeline';

/** Proof of being the one who tells the end of a job at the moment. */
export interface CallbackClaim {
  readonly job: Job;
  readonly token: string;
}

/**
 * The ends of jobs that somebody wants to be told of. The record of a job is the queue: it has ended and its callback has an
 * `availableAt`. So no end is forgotten, whoever ends a job and how, and whatever is killed after that.
 */
@Injectable()
export class JobCallbacks {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Takes the callback that is due for longest, in one atomic step that counts the attempt. It is due again when the
   * lease has run out.
   */
  async claim(token: string, leaseMs: number): Promise<CallbackClaim | undefined> {
    const job = await this.jobs
      .findOneAndUpdate(
        {
          STATUS: { $in: FINAL },
          'callback.availableAt': { $exists: true }, // the condition of the index; in $expr what is missing is due
          $expr: { $lte: ['$callback.availableAt', '$$NOW'] },
        },
        [
          {
            $set: {
              'callback.availableAt': inMs(leaseMs),
              'callback.token': literal(token),
              'callback.attempts': { $add: [numberIn('callback.attempts'), 1] },
            },
          },
        ],
        { sort: { 'callback.availableAt': 1, _id: 1 }, returnDocument: 'after', updatePipeline: true },
      )
      .lean<Job>();
    return job ? { job, token } : undefined;
  }

  /** It was told. @returns whether the claim still held; false when the job was deleted, or started again, meanwhile */
  delivered(claim: CallbackClaim): Promise<boolean> {
    return this.settle(claim, [
      { $set: { 'callback.deliveredAt': '$$NOW' } },
      { $unset: ['callback.availableAt', 'callback.token', 'callback.lastError'] },
    ]);
  }

  /** It could not be told this time. @returns whether the claim still held */
  retryLater(claim: CallbackClaim, reason: string, delayMs: number): Promise<boolean> {
    return this.settle(claim, [
      { $set: { 'callback.availableAt': inMs(delayMs), 'callback.lastError': literal(reason) } },
      { $unset: 'callback.token' },
    ]);
  }

  /** It will not be told any more. @returns whether the claim still held */
  giveUp(claim: CallbackClaim, reason: string): Promise<boolean> {
    return this.settle(claim, [
      { $set: { 'callback.lastError': literal(reason) } },
      { $unset: ['callback.availableAt', 'callback.token'] },
    ]);
  }

  /** Nobody knows whether it was told: somebody else is to do so, at once. The attempt is not counted. */
  release(claim: CallbackClaim): Promise<boolean> {
    const attempts = { $max: [0, { $subtract: [numberIn('callback.attempts'), 1] }] };
    return this.settle(claim, [
      { $set: { 'callback.availableAt': '$$NOW', 'callback.attempts': attempts } },
      { $unset: 'callback.token' },
    ]);
  }

  private async settle({ job, token }: CallbackClaim, update: Update): Promise<boolean> {
    const filter = { _id: job._id, 'callback.token': token };
    return (await this.jobs.updateOne(filter, update, { updatePipeline: true })).matchedCount === 1;
  }
}
