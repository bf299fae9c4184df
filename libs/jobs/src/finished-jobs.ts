import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { Layout } from '#contract';
import { DELETING, deleteUpdate } from './deletion';
import { Job } from './job.schema';
import { hasJobId } from './ids';
import { COMPLETE_STATUS, FINAL } from './lifecycle';
import { literal, type Update } from './pipeline';
import { Rendering } from './rendering.schema';

/** A job in a final status. */
export interface FinishedJob {
  readonly id: string;
  /** Database time. */
  readonly endedAt: Date;
  /** Size of its folder in bytes; undefined until measured. */
  readonly bytes: number | undefined;
}

/** Ended jobs, for housekeeping. */
@Injectable()
export class FinishedJobs {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    @InjectModel(Rendering.name) private readonly renderings: Model<Rendering>,
  ) {}

  /** All ended jobs, oldest upload first. */
  async *list(): AsyncGenerator<FinishedJob> {
    const found = this.jobs
      .find({ STATUS: { $in: FINAL } }, { PROCESS_END: 1, error: 1, bytes: 1 })
      .sort({ _id: 1 })
      .lean<Job[]>()
      .cursor();
    for await (const { _id, PROCESS_END, error, bytes } of found) {
      yield { id: _id.toHexString(), endedAt: PROCESS_END ?? error?.at ?? _id.getTimestamp(), bytes };
    }
  }

  /** Whether a job exists and has ended. */
  async hasEnded(id: string): Promise<boolean> {
    return (await this.jobs.exists({ _id: new Types.ObjectId(id), STATUS: { $in: FINAL } })) !== null;
  }

  /** Stores the size of a job's folder. */
  async setBytes(id: string, bytes: number): Promise<void> {
    await this.jobs.updateOne({ _id: new Types.ObjectId(id), STATUS: { $in: FINAL } }, { $set: { bytes } });
  }

  /** Requests that the size is measured again, because files were added or removed. */
  async forgetBytes(id: string): Promise<void> {
    await this.jobs.updateOne({ _id: new Types.ObjectId(id) }, { $unset: { bytes: 1 } });
  }

  /**
   * Stores the lines and zones of a complete job; undefined removes them, also those of its options. The size of its
   * folder is measured again.
   * @returns false if the job does not exist or is not complete
   */
  async setLayout(id: string, layout: Layout | undefined): Promise<boolean> {
    const update: Update = layout
      ? [{ $set: { layout: literal(layout) } }, { $unset: ['bytes'] }]
      : [{ $unset: ['layout', 'options.layout', 'bytes'] }];
    const filter = { _id: new Types.ObjectId(id), STATUS: COMPLETE_STATUS };
    return (await this.jobs.updateOne(filter, update, { updatePipeline: true })).matchedCount === 1;
  }

  /** Deletes a job like `JobRepository.delete`, unless it was retried. @returns whether this call deleted it */
  async remove(id: string): Promise<boolean> {
    const filter = { _id: new Types.ObjectId(id), STATUS: { $in: FINAL } };
    return (await this.jobs.updateOne(filter, deleteUpdate(), { updatePipeline: true })).matchedCount === 1;
  }

  /** Ids of deleted jobs whose files may still be on the volume. */
  async deleted(): Promise<string[]> {
    const found = await this.jobs.find({ STATUS: DELETING }, { _id: 1 }).lean<Job[]>();
    return found.filter(hasJobId).map(({ _id }) => _id.toHexString());
  }

  /** Removes the records of a deleted job and its renderings. Call it once the files are gone from the volume; idempotent. */
  async forget(id: string): Promise<void> {
    await this.renderings.deleteMany({ job: id });
    await this.jobs.deleteOne({ _id: new Types.ObjectId(id), STATUS: DELETING });
  }

  /** Filters ids that belong to no record, in any status. */
  async unknown(ids: readonly string[]): Promise<string[]> {
    const found = await this.jobs
      .find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } }, { _id: 1 })
      .lean<Job[]>();
    const known = new Set(found.map(({ _id }) => _id.toHexString()));
    return ids.filter((id) => !known.has(id));
  }
}
