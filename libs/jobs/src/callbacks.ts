import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Job } from './job.schema';
import { FINAL } from './lifecycle';
import { inMs, literal, numberIn, type Update } from './pipeline';

/** A job whose callback this process has claimed. */
export interface CallbackClaim {
  readonly job: Job;
  readonly token: string;
}

/**
 * Pending callbacks of ended jobs. The job records are the queue: a callback is pending if the job has ended and the
 * callback has an `availableAt`. No callback is lost, even if a process is killed.
 */
@Injectable()
export class JobCallbacks {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Atomically claims the callback that has been due the longest, and counts the attempt. It is due again when the lease
   * expires.
   */
  async claim(token: string, leaseMs: number): Promise<CallbackClaim | undefined> {
    const job = await this.jobs
      .findOneAndUpdate(
        {
          STATUS: { $in: FINAL },
          'callback.availableAt': { $exists: true }, // condition of the index; $expr would treat a missing date as due
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

  /** Records a delivery. @returns false if the claim is lost: the job was deleted or retried in the meantime */
  delivered(claim: CallbackClaim): Promise<boolean> {
    return this.settle(claim, [
      { $set: { 'callback.deliveredAt': '$$NOW' } },
      { $unset: ['callback.availableAt', 'callback.token', 'callback.lastError'] },
    ]);
  }

  /** Records a failed attempt to be repeated after `delayMs`. @returns false if the claim is lost */
  retryLater(claim: CallbackClaim, reason: string, delayMs: number): Promise<boolean> {
    return this.settle(claim, [
      { $set: { 'callback.availableAt': inMs(delayMs), 'callback.lastError': literal(reason) } },
      { $unset: 'callback.token' },
    ]);
  }

  /** Records the last failed attempt. @returns false if the claim is lost */
  giveUp(claim: CallbackClaim, reason: string): Promise<boolean> {
    return this.settle(claim, [
      { $set: { 'callback.lastError': literal(reason) } },
      { $unset: ['callback.availableAt', 'callback.token'] },
    ]);
  }

  /** Makes the callback due immediately without counting the attempt. For an unknown outcome. */
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
