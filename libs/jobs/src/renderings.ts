import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { countAttempts, type ClaimOptions } from './claiming';
import { LeaseLostError } from './errors';
import type { JobProgress } from './job.schema';
import { inMs, literal, numberIn, type FailureReason, type Update } from './pipeline';
import { Rendering, type RenderingOptions } from './rendering.schema';

/** Identifies a claim of a rendering. */
export interface RenderingLease {
  /** `_id` of the record. */
  readonly id: string;
  readonly token: string;
}

/**
 * Requested MP4s of complete jobs. As with jobs, every change of a held record is one compare-and-set on its lease
 * token, and every time comes from the database's clock.
 */
@Injectable()
export class Renderings {
  constructor(@InjectModel(Rendering.name) private readonly renderings: Model<Rendering>) {}

  /**
   * Requests an MP4. The same request returns the same record; a failed one is tried again.
   * @param job id of a complete job
   */
  async request(job: string, options: RenderingOptions): Promise<Rendering> {
    const key = renderingKey(options);
    const isNew = { $in: [{ $ifNull: ['$state', 'failed'] }, ['failed']] };
    const unless = (value: unknown, current: string) => ({ $cond: [isNew, value, current] });
    const update: Update = [
      {
        $set: {
          ...{ job: literal(job), key: literal(key), options: literal(options) },
          state: unless('waiting', '$state'),
          requestedAt: unless('$$NOW', '$requestedAt'),
          availableAt: unless('$$NOW', '$availableAt'),
          attempts: unless(literal(0), '$attempts'),
          error: unless('$$REMOVE', '$error'),
        },
      },
    ];
    return this.renderings
      .findOneAndUpdate({ _id: idOf(job, key) }, update, {
        ...{ upsert: true, returnDocument: 'after', updatePipeline: true },
      })
      .lean<Rendering>();
  }

  async get(job: string, key: string): Promise<Rendering | undefined> {
    return (await this.renderings.findOne({ _id: idOf(job, key) }).lean<Rendering>()) ?? undefined;
  }

  /** All of a job, oldest request first. */
  ofJob(job: string): Promise<Rendering[]> {
    return this.renderings.find({ job }).sort({ requestedAt: 1, _id: 1 }).lean<Rendering[]>();
  }

  /**
   * Atomically claims the rendering that has waited longest and counts the attempt. One without an attempt left becomes
   * `failed` in the same step and is returned without a lease.
   */
  async claim(
    options: Pick<ClaimOptions, 'owner' | 'token' | 'leaseMs' | 'maxAttempts'>,
  ): Promise<Rendering | undefined> {
    const { owner, token, leaseMs, maxAttempts } = options;
    const usedUp = { $gte: [numberIn('attempts'), maxAttempts] };
    const unlessUsedUp = (value: unknown, otherwise: unknown) => ({ $cond: [usedUp, otherwise, value] });
    const message = `Gave up after ${countAttempts(maxAttempts)}.`;
    const update: Update = [
      {
        $set: {
          state: unlessUsedUp('running', 'failed'),
          attempts: unlessUsedUp({ $add: [numberIn('attempts'), 1] }, '$attempts'),
          availableAt: unlessUsedUp(inMs(leaseMs), '$$REMOVE'),
          lease: unlessUsedUp(literal({ owner, token }), '$$REMOVE'),
          progress: unlessUsedUp(literal({ done: 0, total: null }), '$$REMOVE'),
          error: unlessUsedUp('$$REMOVE', {
            $ifNull: ['$error', failureNow({ code: 'ATTEMPTS_EXHAUSTED', message })],
          }),
        },
      },
    ];
    const claimed = await this.renderings
      .findOneAndUpdate(
        { state: { $in: ['waiting', 'running'] }, $expr: { $lte: ['$availableAt', '$$NOW'] } },
        update,
        { sort: { availableAt: 1, _id: 1 }, returnDocument: 'after', updatePipeline: true },
      )
      .lean<Rendering>();
    return claimed ?? undefined;
  }

  /** Renews the lease and stores the progress. @throws LeaseLostError */
  async heartbeat(lease: RenderingLease, leaseMs: number, progress: JobProgress): Promise<void> {
    await this.writeHeld(lease, [{ $set: { availableAt: inMs(leaseMs), progress: literal(progress) } }]);
  }

  /** @throws LeaseLostError */
  async complete(lease: RenderingLease): Promise<void> {
    await this.writeHeld(lease, [
      { $set: { state: 'done' } },
      { $unset: ['lease', 'progress', 'availableAt', 'error'] },
    ]);
  }

  /** Returns it to the queue after a failed attempt, claimable after `delayMs`. @throws LeaseLostError */
  async retryLater(lease: RenderingLease, failure: FailureReason, delayMs: number): Promise<void> {
    await this.writeHeld(lease, [
      { $set: { state: 'waiting', availableAt: inMs(delayMs), error: failureNow(failure) } },
      { $unset: ['lease', 'progress'] },
    ]);
  }

  /** Returns it to the queue without counting the attempt. @throws LeaseLostError */
  async release(lease: RenderingLease, { delayMs = 0 }: { delayMs?: number } = {}): Promise<void> {
    const attempts = { $max: [0, { $subtract: [numberIn('attempts'), 1] }] };
    await this.writeHeld(lease, [
      { $set: { state: 'waiting', availableAt: inMs(delayMs), attempts } },
      { $unset: ['lease', 'progress'] },
    ]);
  }

  /** @throws LeaseLostError */
  async fail(lease: RenderingLease, failure: FailureReason): Promise<void> {
    await this.writeHeld(lease, [
      { $set: { state: 'failed', error: failureNow(failure) } },
      { $unset: ['lease', 'progress', 'availableAt'] },
    ]);
  }

  /** Removes one; its worker loses the lease. */
  async remove(job: string, key: string): Promise<void> {
    await this.renderings.deleteOne({ _id: idOf(job, key) });
  }

  private async writeHeld({ id, token }: RenderingLease, update: Update): Promise<void> {
    const filter = { _id: id, state: 'running' as const, 'lease.token': token };
    const { matchedCount } = await this.renderings.updateOne(filter, update, { updatePipeline: true });
    if (matchedCount === 0) throw new LeaseLostError(id.split('-')[0] ?? id);
  }
}

const idOf = (job: string, key: string) => `${job}-${key}`;

/** Short and stable for the same options, whatever the order of the classes. */
export function renderingKey({ score, classes }: RenderingOptions): string {
  const text = JSON.stringify([score, [...new Set(classes)].sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function failureNow(failure: FailureReason) {
  return { $mergeObjects: [literal(failure), { at: '$$NOW' }] };
}
